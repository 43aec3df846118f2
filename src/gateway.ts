import type { Logger } from 'pino';
import { Accounts } from './accounts.ts';
import type { KeepingRules } from './caller-accounts.ts';
import { type CrmSettings, secretsOf } from './config/crm-settings.ts';
import type { Settings } from './config/settings.ts';
import { Crms } from './domain/crms.ts';
import { Writes } from './domain/writes.ts';
import type { JournalRules } from './journal/journal.ts';
import { openJournal, openSandboxJournal } from './journal/open-journal.ts';
import { schema } from './schema/index.ts';
import { SecretKeys } from './secrets/secret-keys.ts';
import { Admission } from './server/admission.ts';
import { createServer } from './server/create-server.ts';
import { Metrics } from './server/metrics.ts';
import { EventLoopPressure } from './server/pressure.ts';
import { KnownSecrets } from './server/redactor.ts';
import type { OperationParts } from './server/run-operation.ts';
import type { Tracing } from './server/tracing.ts';
import { stackOf } from './server/use-answer.ts';
import type { Clock } from './transport/clock.ts';
import type { ExchangeObserver } from './transport/observer.ts';
import { mutations } from './writes/mutations.ts';
import { Operations } from './writes/operations.ts';
import { RECONCILER_RULES, type ReconcilerRules } from './writes/reconciler.ts';

export interface GatewayParts {
  readonly settings: Settings;
  /** The accounts to serve: the configured ones, or those of the sandbox. */
  readonly crms: readonly CrmSettings[];
  readonly clock: Clock;
  readonly logger: Logger;
  /** Has the price of every operation found before it is executed, and is told of it; for tests. */
  readonly onOperation?: OperationParts['onOperation'];
  /** How lost answers are looked into in the background. */
  readonly reconciler?: ReconcilerRules;
  /** What is kept out of every output, as the logger does; by default what is configured. */
  readonly secrets?: KnownSecrets;
  /** How long accounts of callers with credentials of their own are kept. */
  readonly keeping?: KeepingRules;
  /** Where operations are written down; by default what the settings say. */
  readonly openJournal?: typeof openJournal;
}

export interface Gateway {
  /** Starts to serve and answers the URL of the GraphQL endpoint. */
  start(): Promise<string>;
  /** Lets what is in flight finish, then ends all connections. */
  close(): Promise<void>;
}

/**
 * Puts the gateway together: settings → journal and adapters → server. Throws a `JournalError` when the journal cannot
 * be used.
 */
export async function createGateway(parts: GatewayParts): Promise<Gateway> {
  const { settings, crms: configured, clock, logger, onOperation, reconciler = RECONCILER_RULES } = parts;
  const { queryTimeoutMs, mutationTimeoutMs, settleTimeoutMs: settleMs, allowCallCrm, scanLimit } = settings;
  const { callers, access, limits } = settings;
  const { planPolicy, maxTokensPerOperation } = settings;
  const rules: JournalRules = {
    retentionMs: settings.journalRetentionMs,
    idempotencyMs: settings.idempotencyMs,
    now: () => clock.now(),
  };
  const open = parts.openJournal ?? (settings.sandbox ? openSandboxJournal : openJournal);
  const journal = await open(settings.dataDir, rules, new SecretKeys(settings.dataDir, settings.secretKey));
  const secrets = parts.secrets ?? new KnownSecrets(secretsOf(configured));
  let tracing: Tracing | null = null;
  const pressure = new EventLoopPressure();
  const admission = new Admission();
  const queues = new Map(configured.map(({ id }) => [id, () => accounts.ownQueue(id)]));
  const measured = new Map(
    configured.map(({ id }) => [id, { queue: () => accounts.queue(id), connection: () => accounts.connection(id) }]),
  );
  const metrics = settings.access.metrics ? new Metrics(measured, pressure, admission) : null;
  const observer: ExchangeObserver = {
    begin(...exchange) {
      const ends = [metrics?.begin(...exchange), tracing?.begin(...exchange)];
      return (end) => {
        for (const tell of ends) tell?.(end);
      };
    },
  };
  const writes = new Writes();
  const accounts = new Accounts(configured, {
    ...{ settings, clock, logger, writes, secrets, keeping: parts.keeping },
    onTokenRequest: (crm, result) => metrics?.tokensAsked(crm, result),
    observer: metrics || settings.tracing ? observer : undefined,
  });
  const crms = new Crms(accounts.adapters, writes);
  const operations = new Operations({
    ...{ journal, clock, crms, mutations, settleMs, allowCallCrm, scanLimit, reconciler },
    crmsOf(credentials) {
      const lease = accounts.leaseOf(credentials);
      return lease && { crms: crms.with(lease.adapters), release: lease.release };
    },
    onTrouble: (error, operation) => logger.error({ operation, stack: stackOf(error) }, 'trouble with an operation'),
  });
  const server = createServer({
    ...{ schema, crms, clock, logger, queryTimeoutMs, mutationTimeoutMs, scanLimit, operations },
    ...{ callers, callerAccounts: accounts, access, limits, metrics, pressure, admission, queues },
    redact: secrets.redact,
    tracing: () => tracing,
    ...{ planPolicy, maxTokensPerOperation, onOperation },
  });
  return {
    async start() {
      await accounts.start();
      await operations.start();
      if (settings.tracing) tracing = await (await import('./server/tracing.ts')).startTracing(settings.tracing);
      const url = await server.listen(settings.port, settings.host);
      logger.info({ url, crms: configured.map((crm) => crm.id), sandbox: settings.sandbox }, `ready at ${url}`);
      return url;
    },
    async close() {
      await server.close();
      await operations.close();
      await accounts.close();
      await journal.close();
      await tracing?.close();
    },
  };
}

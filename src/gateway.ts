import type { Logger } from 'pino';
import { type CrmSettings, secretsOf } from './config/crm-settings.ts';
import type { Settings } from './config/settings.ts';
import type { CrmAdapter } from './domain/crm-adapter.ts';
import { Crms } from './domain/crms.ts';
import { Writes } from './domain/writes.ts';
import type { Journal, JournalRules } from './journal/journal.ts';
import { openJournal, openSandboxJournal } from './journal/open-journal.ts';
import { schema } from './schema/index.ts';
import { createServer } from './server/create-server.ts';
import { Metrics } from './server/metrics.ts';
import { EventLoopPressure } from './server/pressure.ts';
import { createRedact } from './server/redactor.ts';
import type { Tracing } from './server/tracing.ts';
import { stackOf } from './server/use-answer.ts';
import type { OperationParts } from './server/use-operation.ts';
import { BREAKER_RULES } from './transport/breaker.ts';
import type { Clock } from './transport/clock.ts';
import { createHttpClient } from './transport/create-http-client.ts';
import type { HttpClient, QueueingHttpClient } from './transport/http-client.ts';
import type { ExchangeObserver } from './transport/observer.ts';
import { shareReads } from './transport/share-reads.ts';
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
  /** Where operations are written down; by default what the settings say. */
  readonly openJournal?: (dataDir: string, rules: JournalRules) => Promise<Journal>;
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
  const { settings, crms: accounts, clock, logger, onOperation, reconciler = RECONCILER_RULES } = parts;
  const { queryTimeoutMs, mutationTimeoutMs, settleTimeoutMs: settleMs, allowCallCrm, scanLimit } = settings;
  const { callers, access, limits } = settings;
  const { planPolicy, maxTokensPerOperation } = settings;
  const rules: JournalRules = {
    retentionMs: settings.journalRetentionMs,
    idempotencyMs: settings.idempotencyMs,
    now: () => clock.now(),
  };
  const open = parts.openJournal ?? (settings.sandbox ? openSandboxJournal : openJournal);
  const journal = await open(settings.dataDir, rules);
  const secrets = secretsOf(accounts);
  let tracing: Tracing | null = null;
  const pressure = new EventLoopPressure();
  const clients = new Map<string, QueueingHttpClient>();
  const queues = new Map(accounts.map(({ id }) => [id, () => (clients.get(id) as QueueingHttpClient).queue()]));
  const metrics = settings.access.metrics ? new Metrics(queues, () => pressure.loopDelayMs()) : null;
  const observer: ExchangeObserver = {
    begin(...exchange) {
      const ends = [metrics?.begin(...exchange), tracing?.begin(...exchange)];
      return (end) => {
        for (const tell of ends) tell?.(end);
      };
    },
  };
  const writes = new Writes();
  const breaker = { ...BREAKER_RULES, minCalls: settings.upstream.breakerCalls };
  const adapters = accounts.map((crm) => {
    const own = new Writes(writes);
    // The values were checked against `kind.settings`, which is what the type of this kind's settings is made from.
    const http = createHttpClient(
      { ...crm.kind.http(crm.values as never), crm: crm.id },
      { clock, logger, writes: own, breaker, observer: metrics || settings.tracing ? observer : undefined },
    );
    clients.set(crm.id, http);
    const sharing = shareReads(http, { crm: crm.id, writes: own, clock });
    return createAdapter(crm, sharing, secrets, settings.referenceMaxAgeMs, clock);
  });
  const crms = new Crms(adapters, writes);
  const operations = new Operations({
    ...{ journal, clock, crms, mutations, settleMs, allowCallCrm, scanLimit, reconciler },
    onTrouble: (error, operation) => logger.error({ operation, stack: stackOf(error) }, 'trouble with an operation'),
  });
  const server = createServer({
    ...{ schema, crms, clock, logger, queryTimeoutMs, mutationTimeoutMs, scanLimit, operations },
    ...{ callers, access, limits, metrics, pressure, queues },
    redact: createRedact(secrets),
    tracing: () => tracing,
    ...{ planPolicy, maxTokensPerOperation, onOperation },
  });
  return {
    async start() {
      await operations.start();
      if (settings.tracing) tracing = await (await import('./server/tracing.ts')).startTracing(settings.tracing);
      const url = await server.listen(settings.port, settings.host);
      logger.info({ url, crms: accounts.map((crm) => crm.id), sandbox: settings.sandbox }, `ready at ${url}`);
      return url;
    },
    async close() {
      await server.close();
      await operations.close();
      await Promise.all(adapters.map((adapter) => adapter.close()));
      await journal.close();
      await tracing?.close();
    },
  };
}

function createAdapter(
  { id, kind, label }: CrmSettings,
  http: HttpClient,
  secrets: readonly string[],
  referenceMaxAgeMs: number,
  clock: Clock,
): CrmAdapter {
  return kind.create({
    crm: { id, kind: kind.kind, label, capabilities: kind.capabilities, tariff: kind.tariff },
    http,
    clock,
    referenceMaxAgeMs,
    secrets,
  });
}

import type { Logger } from 'pino';
import type { CrmSettings } from './config/crm-settings.ts';
import type { Settings } from './config/settings.ts';
import type { CrmAdapter } from './domain/crm-adapter.ts';
import { Crms } from './domain/crms.ts';
import { Writes } from './domain/writes.ts';
import type { Journal, JournalRules } from './journal/journal.ts';
import { openJournal, openSandboxJournal } from './journal/open-journal.ts';
import { schema } from './schema/index.ts';
import { createServer } from './server/create-server.ts';
import { isLoopback } from './server/loopback.ts';
import type { OperationParts } from './server/use-operation.ts';
import type { Clock } from './transport/clock.ts';
import { createHttpClient, type HttpClientParts } from './transport/create-http-client.ts';
import { mutations } from './writes/mutations.ts';
import { Operations } from './writes/operations.ts';
import { RECONCILER_RULES, type ReconcilerRules } from './writes/reconciler.ts';

export interface GatewayParts {
  readonly settings: Settings;
  /** The accounts to serve: the configured ones, or those of the sandbox. */
  readonly crms: readonly CrmSettings[];
  readonly clock: Clock;
  readonly logger: Logger;
  /** How lost answers are looked into in the background. */
  readonly reconciler?: ReconcilerRules;
  /** Where operations are written down; by default what the settings say. */
  readonly openJournal?: (dataDir: string, rules: JournalRules) => Promise<Journal>;
  /** Has the price of every operation found before it is executed, and is told of it; for tests. */
  readonly onOperation?: OperationParts['onOperation'];
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
  const { settings, crms: accounts, clock, logger, reconciler = RECONCILER_RULES } = parts;
  const { queryTimeoutMs, mutationTimeoutMs, settleTimeoutMs: settleMs, allowCallCrm, scanLimit } = settings;
  const { planPolicy, maxTokensPerOperation } = settings;
  const rules: JournalRules = {
    retentionMs: settings.journalRetentionMs,
    idempotencyMs: settings.idempotencyMs,
    now: () => clock.now(),
  };
  const open = parts.openJournal ?? (settings.sandbox ? openSandboxJournal : openJournal);
  const journal = await open(settings.dataDir, rules);
  const writes = new Writes();
  const adapters = accounts.map((crm) => createAdapter(crm, settings.referenceMaxAgeMs, { clock, logger, writes }));
  const crms = new Crms(adapters, writes);
  const operations = new Operations({
    ...{ journal, clock, crms, mutations, settleMs, allowCallCrm, scanLimit, policy: planPolicy, reconciler },
    onTrouble: (error, operation) => logger.error({ operation, stack: stackOf(error) }, 'trouble with an operation'),
  });
  const server = createServer({
    ...{ schema, crms, clock, logger, queryTimeoutMs, mutationTimeoutMs, scanLimit, operations },
    ...{ planPolicy, maxTokensPerOperation, onOperation: parts.onOperation },
  });
  return {
    async start() {
      if (!isLoopback(settings.host)) {
        logger.warn({ host: settings.host }, 'reachable from other machines, and callers are not authenticated');
      }
      await operations.start();
      const url = await server.listen(settings.port, settings.host);
      logger.info({ url, crms: accounts.map((crm) => crm.id), sandbox: settings.sandbox }, `ready at ${url}`);
      return url;
    },
    async close() {
      await server.close();
      await operations.close();
      await Promise.all(adapters.map((adapter) => adapter.close()));
      await journal.close();
    },
  };
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function createAdapter(crm: CrmSettings, referenceMaxAgeMs: number, parts: HttpClientParts): CrmAdapter {
  const { id, kind, label, values } = crm;
  // The values were checked against `kind.settings`, which is what the type of this kind's settings is made from.
  const http = createHttpClient({ ...kind.http(values as never), crm: id }, parts);
  return kind.create({
    crm: { id, kind: kind.kind, label, capabilities: kind.capabilities, tariff: kind.tariff },
    http,
    clock: parts.clock,
    referenceMaxAgeMs,
    secrets: Object.entries(values).flatMap(([name, value]) =>
      kind.settings[name]?.type === 'secret' ? [String(value)] : [],
    ),
  });
}

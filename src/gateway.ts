import type { Logger } from 'pino';
import type { CrmSettings } from './config/crm-settings.ts';
import type { Settings } from './config/settings.ts';
import type { CrmAdapter } from './domain/crm-adapter.ts';
import { Crms } from './domain/crms.ts';
import { Writes } from './domain/writes.ts';
import { schema } from './schema/index.ts';
import { createServer } from './server/create-server.ts';
import { isLoopback } from './server/loopback.ts';
import type { Clock } from './transport/clock.ts';
import { createHttpClient, type HttpClientParts } from './transport/create-http-client.ts';

export interface GatewayParts {
  readonly settings: Settings;
  /** The accounts to serve: the configured ones, or those of the sandbox. */
  readonly crms: readonly CrmSettings[];
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface Gateway {
  /** Starts to serve and answers the URL of the GraphQL endpoint. */
  start(): Promise<string>;
  /** Lets what is in flight finish, then ends all connections. */
  close(): Promise<void>;
}

/** Puts the gateway together: settings → adapters → server. */
export function createGateway({ settings, crms, clock, logger }: GatewayParts): Gateway {
  const writes = new Writes();
  const adapters = crms.map((crm) => createAdapter(crm, settings.referenceMaxAgeMs, { clock, logger, writes }));
  const { queryTimeoutMs, mutationTimeoutMs, allowCallCrm, scanLimit } = settings;
  const server = createServer({
    schema,
    crms: new Crms(adapters, writes),
    clock,
    logger,
    queryTimeoutMs,
    mutationTimeoutMs,
    allowCallCrm,
    scanLimit,
  });
  return {
    async start() {
      if (!isLoopback(settings.host)) {
        logger.warn({ host: settings.host }, 'reachable from other machines, and callers are not authenticated');
      }
      const url = await server.listen(settings.port, settings.host);
      logger.info({ url, crms: crms.map((crm) => crm.id), sandbox: settings.sandbox }, `ready at ${url}`);
      return url;
    },
    async close() {
      await server.close();
      await Promise.all(adapters.map((adapter) => adapter.close()));
    },
  };
}

function createAdapter(crm: CrmSettings, referenceMaxAgeMs: number, parts: HttpClientParts): CrmAdapter {
  const { id, kind, label, values } = crm;
  // The values were checked against `kind.settings`, which is what the type of this kind's settings is made from.
  const http = createHttpClient({ ...kind.http(values as never), crm: id }, parts);
  return kind.create({
    crm: { id, kind: kind.kind, label, capabilities: kind.capabilities },
    http,
    clock: parts.clock,
    referenceMaxAgeMs,
    secrets: Object.entries(values).flatMap(([name, value]) =>
      kind.settings[name]?.type === 'secret' ? [String(value)] : [],
    ),
  });
}

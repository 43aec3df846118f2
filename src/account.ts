import type { Logger } from 'pino';
import type { CrmSettings } from './config/crm-settings.ts';
import type { Settings } from './config/settings.ts';
import type { CrmAdapter } from './domain/crm-adapter.ts';
import type { Writes } from './domain/writes.ts';
import type { KnownSecrets } from './server/redactor.ts';
import { BREAKER_RULES } from './transport/breaker.ts';
import type { Clock } from './transport/clock.ts';
import { createHttpClient } from './transport/create-http-client.ts';
import type { CredentialSource } from './transport/credentials.ts';
import type { QueueState } from './transport/http-client.ts';
import type { ExchangeObserver } from './transport/observer.ts';
import { shareReads } from './transport/share-reads.ts';

export interface AccountParts {
  readonly settings: Pick<Settings, 'referenceMaxAgeMs' | 'upstream'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly observer: ExchangeObserver | undefined;
  readonly secrets: KnownSecrets;
}

/** An account as one who has credentials for it: nothing that is read, kept, limited or counted is shared with others. */
export interface Account {
  readonly adapter: CrmAdapter;
  queue(): QueueState;
}

/** `credentials`: other than the fixed ones of the settings. `writes`: those to the account, by whomever. */
export function createAccount(
  { id, kind, label, values }: CrmSettings,
  credentials: CredentialSource | null,
  writes: Writes,
  { settings, clock, logger, observer, secrets }: AccountParts,
): Account {
  const { breakerCalls, blockedMs, answerBytes: maxAnswerBytes } = settings.upstream;
  const breaker = { ...BREAKER_RULES, minCalls: breakerCalls, blockedMs };
  // The values were checked against `kind.settings`, which is what the type of this kind's settings is made from.
  const http = createHttpClient(
    { ...kind.http(values as never), crm: id },
    { clock, logger, writes, breaker, maxAnswerBytes, observer, ...(credentials && { credentials }) },
  );
  const adapter = kind.create({
    crm: { id, kind: kind.kind, label, capabilities: kind.capabilities, tariff: kind.tariff },
    http: shareReads(http, { crm: id, writes, clock }),
    clock,
    referenceMaxAgeMs: settings.referenceMaxAgeMs,
    secrets: () => secrets.all,
  });
  return { adapter, queue: () => http.queue() };
}

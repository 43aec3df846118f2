import type { Logger } from 'pino';
import { oauthAppOf } from './adapters/registry.ts';
import type { CrmSettings } from './config/crm-settings.ts';
import type { Settings } from './config/settings.ts';
import { OAuthTokens } from './connections/oauth-tokens.ts';
import { SecretKeys } from './connections/secret-key.ts';
import { TokenStore } from './connections/token-store.ts';
import type { CrmAdapter } from './domain/crm-adapter.ts';
import { Writes } from './domain/writes.ts';
import type { KnownSecrets } from './server/redactor.ts';
import { BREAKER_RULES } from './transport/breaker.ts';
import type { Clock } from './transport/clock.ts';
import { createHttpClient } from './transport/create-http-client.ts';
import type { CredentialSource } from './transport/credentials.ts';
import type { QueueingHttpClient, QueueState } from './transport/http-client.ts';
import type { ExchangeObserver } from './transport/observer.ts';
import { shareReads } from './transport/share-reads.ts';

export interface AccountsParts {
  readonly settings: Pick<Settings, 'dataDir' | 'secretKey' | 'referenceMaxAgeMs' | 'upstream'>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Those to all CRMs. */
  readonly writes: Writes;
  readonly observer: ExchangeObserver | undefined;
  readonly secrets: KnownSecrets;
}

/** An account as somebody: its adapter, and the client that adapter has to itself. */
interface Account {
  readonly adapter: CrmAdapter;
  readonly http: QueueingHttpClient;
}

/** The configured accounts, each with credentials, client and adapter. */
export class Accounts {
  readonly #parts: AccountsParts;
  readonly #own: ReadonlyMap<string, Account>;
  readonly #tokens: OAuthTokens[] = [];

  constructor(configured: readonly CrmSettings[], parts: AccountsParts) {
    this.#parts = parts;
    const { dataDir, secretKey } = parts.settings;
    const store = new TokenStore(dataDir, new SecretKeys(dataDir, secretKey));
    this.#own = new Map(configured.map((crm) => [crm.id, this.#accountOf(crm, this.#tokensOf(crm, store))]));
  }

  get adapters(): readonly CrmAdapter[] {
    return Array.from(this.#own.values(), ({ adapter }) => adapter);
  }

  /** What waits for an account. */
  queue(id: string): QueueState {
    const account = this.#own.get(id);
    if (!account) throw new Error(`no account of the id ${id}`);
    return account.http.queue();
  }

  /** Has tokens at hand, wherever there are some. */
  async open(): Promise<void> {
    await Promise.all(this.#tokens.map((tokens) => tokens.open()));
  }

  async close(): Promise<void> {
    await Promise.all(this.adapters.map((adapter) => adapter.close()));
  }

  #accountOf({ id, kind, label, values }: CrmSettings, credentials: CredentialSource | null): Account {
    const { settings, clock, logger, observer, secrets } = this.#parts;
    const writes = new Writes(this.#parts.writes);
    const { breakerCalls, blockedMs } = settings.upstream;
    const breaker = { ...BREAKER_RULES, minCalls: breakerCalls, blockedMs };
    // The values were checked against `kind.settings`, which is what the type of this kind's settings is made from.
    const http = createHttpClient(
      { ...kind.http(values as never), crm: id },
      { clock, logger, writes, breaker, observer, ...(credentials && { credentials }) },
    );
    const adapter = kind.create({
      crm: { id, kind: kind.kind, label, capabilities: kind.capabilities, tariff: kind.tariff },
      http: shareReads(http, { crm: id, writes, clock }),
      clock,
      referenceMaxAgeMs: settings.referenceMaxAgeMs,
      secrets: () => secrets.all,
    });
    return { adapter, http };
  }

  /** The tokens of an account that is connected by OAuth. */
  #tokensOf(crm: CrmSettings, store: TokenStore): OAuthTokens | null {
    const app = oauthAppOf(crm);
    if (app === null) return null;
    const { clock, logger, secrets } = this.#parts;
    const tokens = new OAuthTokens({
      ...{ crm: crm.id, app, store, clock },
      onTrouble: (message) => logger.warn({ crm: crm.id }, message),
      onSecrets: (known) => secrets.learn(crm.id, known),
      onOtherIdentity: () => this.#own.get(crm.id)?.adapter.forget?.(),
    });
    this.#tokens.push(tokens);
    return tokens;
  }
}

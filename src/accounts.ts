import { type Account, type AccountParts, createAccount } from './account.ts';
import { oauthAppOf } from './adapters/registry.ts';
import { CallerAccounts, KEEPING_RULES, type KeepingRules, type Lease } from './caller-accounts.ts';
import type { CrmSettings } from './config/crm-settings.ts';
import type { Settings } from './config/settings.ts';
import { OAuthTokens } from './connections/oauth-tokens.ts';
import { TokenStore } from './connections/token-store.ts';
import type { Connection } from './domain/connection.ts';
import type { CrmAdapter } from './domain/crm-adapter.ts';
import { Writes } from './domain/writes.ts';
import { SecretKeys } from './secrets/secret-keys.ts';
import { CREDENTIALS_HEADER } from './server/caller-credentials.ts';
import { type CredentialSource, NoCredentials } from './transport/credentials.ts';
import type { QueueState } from './transport/http-client.ts';

export interface AccountsParts extends AccountParts {
  readonly settings: AccountParts['settings'] & Pick<Settings, 'dataDir' | 'secretKey'>;
  /** Those to all CRMs. */
  readonly writes: Writes;
  /** Told of every request for new tokens. */
  onTokenRequest?(crm: string, result: string): void;
  /** How long accounts of callers are kept. */
  readonly keeping?: KeepingRules | undefined;
}

/** The configured accounts, each with credentials, client and adapter; those of callers with their own beside them. */
export class Accounts {
  readonly #parts: AccountsParts;
  readonly #configured: ReadonlyMap<string, CrmSettings>;
  readonly #writes: ReadonlyMap<string, Writes>;
  readonly #own: ReadonlyMap<string, Account>;
  readonly #ofCallers: CallerAccounts;
  readonly #tokens: OAuthTokens[] = [];

  constructor(configured: readonly CrmSettings[], parts: AccountsParts) {
    this.#parts = parts;
    this.#configured = new Map(configured.map((crm) => [crm.id, crm]));
    this.#writes = new Map(configured.map(({ id }) => [id, new Writes(parts.writes)]));
    const { dataDir, secretKey } = parts.settings;
    const store = new TokenStore(dataDir, new SecretKeys(dataDir, secretKey));
    this.#own = new Map(
      configured.map((crm) => [crm.id, createAccount(crm, this.#sourceOf(crm, store), this.#writesOf(crm.id), parts)]),
    );
    this.#ofCallers = new CallerAccounts(parts, (id) => this.#writesOf(id), parts.keeping ?? KEEPING_RULES);
  }

  get adapters(): readonly CrmAdapter[] {
    return Array.from(this.#own.values(), ({ adapter }) => adapter);
  }

  /** The accounts for which callers may bring credentials of their own. */
  get open(): readonly string[] {
    return [...this.#configured.values()].filter((crm) => crm.callerCredentials !== 'off').map(({ id }) => id);
  }

  /** The accounts as a caller with credentials of its own has them. */
  lease(given: ReadonlyMap<string, string>): Lease | { readonly malformed: string } {
    return this.#ofCallers.lease(
      [...this.#configured.values()].flatMap((crm): [CrmSettings, string][] => {
        const text = given.get(crm.id);
        return text === undefined ? [] : [[crm, text]];
      }),
    );
  }

  /** The accounts of credentials that a caller has used a short time ago; `null` where they are not known any more. */
  leaseOf(name: string): Lease | null {
    return this.#ofCallers.leaseOf(name);
  }

  /** What waits for an account. How long is that of its own credentials: those of callers have queues of their own. */
  queue(id: string): QueueState {
    const own = this.ownQueue(id);
    const queues = [own, ...this.#ofCallers.of(id).map((account) => account.queue())];
    const sum = (of: 'inFlight' | 'waiting') => queues.reduce((total, queue) => total + queue[of], 0);
    return { ...own, inFlight: sum('inFlight'), waiting: sum('waiting') };
  }

  /** What waits for an account with the gateway's own credentials. */
  ownQueue(id: string): QueueState {
    return this.#ownOf(id).queue();
  }

  /** How the gateway itself stands with a CRM. */
  connection(id: string): Connection | Promise<Connection> {
    return this.#ownOf(id).adapter.connection();
  }

  #ownOf(id: string): Account {
    const own = this.#own.get(id);
    if (!own) throw new Error(`no account of the id ${id}`);
    return own;
  }

  /** Has tokens at hand, wherever there are some. */
  async start(): Promise<void> {
    await Promise.all(this.#tokens.map((tokens) => tokens.open()));
  }

  async close(): Promise<void> {
    await Promise.all([this.#ofCallers.close(), ...this.adapters.map((adapter) => adapter.close())]);
  }

  #writesOf(id: string): Writes {
    return this.#writes.get(id) ?? this.#parts.writes;
  }

  /** What an account proves itself with; `null` for the fixed credentials of its settings. */
  #sourceOf(crm: CrmSettings, store: TokenStore): CredentialSource | null {
    if (crm.callerCredentials === 'required') {
      return new NoCredentials(
        `it is asked with the caller's own credentials: send them as ${CREDENTIALS_HEADER}${crm.id}`,
      );
    }
    const app = oauthAppOf(crm);
    if (app === null) return null;
    const { clock, logger, secrets } = this.#parts;
    const tokens = new OAuthTokens({
      ...{ crm: crm.id, app, store, clock },
      onRenewal: (result) => this.#parts.onTokenRequest?.(crm.id, result),
      onTrouble: (message) => logger.warn({ crm: crm.id }, message),
      onSecrets: (known) => secrets.learn(crm.id, known),
      onOtherIdentity: () => this.#own.get(crm.id)?.adapter.forget?.(),
    });
    this.#tokens.push(tokens);
    return tokens;
  }
}

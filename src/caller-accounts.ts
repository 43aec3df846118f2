import { createHash } from 'node:crypto';
import { type Account, type AccountParts, createAccount } from './account.ts';
import type { CrmSettings } from './config/crm-settings.ts';
import type { CrmAdapter } from './domain/crm-adapter.ts';
import type { Writes } from './domain/writes.ts';
import { type Credentials, FixedCredentials } from './transport/credentials.ts';
import type { ExchangeObserver } from './transport/observer.ts';

/** How many accounts that nobody uses are kept, and for how long after their last use. */
export interface KeepingRules {
  readonly maxIdle: number;
  readonly idleMs: number;
}

export const KEEPING_RULES: KeepingRules = { maxIdle: 100, idleMs: 900_000 };

/** Accounts as a caller with credentials of its own has them, until they are given back. */
export interface Lease {
  readonly adapters: readonly CrmAdapter[];
  /** Tells these credentials from others, and nothing about them. */
  readonly name: string;
  release(): void;
}

interface Kept {
  readonly key: string;
  readonly account: Account;
  users: number;
  usedAt: number;
}

/**
 * The accounts of callers that bring credentials of their own: one for each account and credential, made when it is
 * first asked for, and closed when nobody has used it for a while.
 */
export class CallerAccounts {
  readonly #parts: AccountParts;
  readonly #rules: KeepingRules;
  readonly #writesOf: (crm: string) => Writes;
  /** The least recently used first. */
  readonly #kept = new Map<string, Kept>();
  /** What belongs together under a name. */
  readonly #names = new Map<string, readonly string[]>();
  readonly #closing = new AbortController();
  #isWatching = false;

  constructor(parts: AccountParts, writesOf: (crm: string) => Writes, rules: KeepingRules) {
    this.#parts = { ...parts, observer: parts.observer && withoutLimits(parts.observer) };
    this.#writesOf = writesOf;
    this.#rules = rules;
  }

  /** `given`: what the caller sent for each account; `null` where that cannot be credentials of its kind. */
  lease(given: readonly (readonly [crm: CrmSettings, text: string])[]): Lease | { readonly malformed: string } {
    const found: Kept[] = [];
    for (const [crm, text] of given) {
      const key = digest([crm.id, text]);
      const kept = this.#kept.get(key) ?? this.#create(key, crm, text);
      if (kept === null) return { malformed: crm.id };
      found.push(kept);
    }
    const name = digest(given.map(([crm, text]) => [crm.id, text])).slice(0, 32);
    const keys = found.map(({ key }) => key);
    this.#names.set(name, keys);
    return this.#leaseOf(name, found);
  }

  /** The accounts of these credentials, as long as they are kept. */
  leaseOf(name: string): Lease | null {
    const found = (this.#names.get(name) ?? []).flatMap((key) => this.#kept.get(key) ?? []);
    return found.length > 0 && found.length === this.#names.get(name)?.length ? this.#leaseOf(name, found) : null;
  }

  /** All there are of an account. */
  of(crm: string): readonly Account[] {
    return [...this.#kept.values()].map(({ account }) => account).filter(({ adapter }) => adapter.crm.id === crm);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all([...this.#kept.values()].map((kept) => this.#drop(kept)));
  }

  #create(key: string, crm: CrmSettings, text: string): Kept | null {
    const credentials: Credentials | null = crm.kind.callerCredentials(text, crm.values as never);
    if (credentials === null) return null;
    this.#parts.secrets.learn(key, [text.replace(/^Bearer +/i, '')]);
    const account = createAccount(crm, new FixedCredentials(credentials), this.#writesOf(crm.id), this.#parts);
    const kept = { key, account, users: 0, usedAt: this.#parts.clock.now() };
    this.#kept.set(key, kept);
    this.#watch();
    return kept;
  }

  #leaseOf(name: string, found: readonly Kept[]): Lease {
    for (const kept of found) this.#use(kept, 1);
    this.#trim();
    let isHeld = true;
    return {
      adapters: found.map(({ account }) => account.adapter),
      name,
      release: () => {
        if (!isHeld) return;
        isHeld = false;
        for (const kept of found) this.#use(kept, -1);
        this.#trim();
      },
    };
  }

  #use(kept: Kept, change: 1 | -1): void {
    kept.users += change;
    kept.usedAt = this.#parts.clock.now();
    if (!this.#kept.has(kept.key)) return;
    this.#kept.delete(kept.key);
    this.#kept.set(kept.key, kept);
  }

  /** Those in use are never dropped, however many they are. */
  #trim(): void {
    const { maxIdle, idleMs } = this.#rules;
    const idle = [...this.#kept.values()].filter(({ users }) => users === 0);
    const oldest = this.#parts.clock.now() - idleMs;
    idle.forEach((kept, index) => {
      if (kept.usedAt <= oldest || index < idle.length - maxIdle) void this.#drop(kept);
    });
  }

  /** Looks for those that nobody uses, as long as there are any. */
  #watch(): void {
    if (this.#isWatching) return;
    this.#isWatching = true;
    this.#parts.clock.sleep(this.#rules.idleMs, this.#closing.signal).then(
      () => {
        this.#isWatching = false;
        this.#trim();
        if (this.#kept.size > 0) this.#watch();
      },
      () => undefined,
    );
  }

  async #drop({ key, account }: Kept): Promise<void> {
    this.#kept.delete(key);
    for (const [name, keys] of this.#names) if (keys.includes(key)) this.#names.delete(name);
    await account.adapter.close();
    this.#parts.secrets.forget(key);
  }
}

/** What is left of a limit is told of the gateway's own accounts: those of callers would say it of one after another. */
function withoutLimits(observer: ExchangeObserver): ExchangeObserver {
  return {
    begin(...exchange) {
      const tell = observer.begin(...exchange);
      return (end) => tell({ ...end, limits: {} });
    },
  };
}

/** Credentials go into it, and cannot be told from what comes out. */
function digest(what: unknown): string {
  return createHash('sha256').update('dealgraph caller credentials').update(JSON.stringify(what)).digest('hex');
}

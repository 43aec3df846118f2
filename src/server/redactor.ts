import { API_KEY } from '../config/caller-key.ts';

const REMOVED = '[removed]';
/** Shorter ones would be found by chance in what has nothing to do with them. */
const SHORTEST_SECRET = 6;

/** What credentials look like that the gateway does not know beforehand: those of its callers. */
const PATTERNS = [new RegExp(API_KEY, 'g'), /\beyJ[\w-]{8,}\.[\w-]+\.[\w-]+/g, /\b(Bearer|Basic)\s+[\w~+/.=-]{8,}/gi];

/** Names of parameters and headers that carry credentials, with the value behind them. */
const NAMED =
  /\b(x-api-token|x-api-key|api_token|api_key|app_key|access_token|refresh_token|client_secret)(["']?\s*[=:]\s*["']?)[^\s"'&,}\\]+/gi;

/** Takes credentials out of a text, in whatever spelling. */
export type Redact = (text: string) => string;

/** Knows the secrets that are configured, and what others look like. */
export function createRedact(secrets: readonly string[]): Redact {
  return new KnownSecrets(secrets).redact;
}

/** How many generations of secrets that are renewed are known: the former one may still be on its way. */
const GENERATIONS = 2;

/** The secrets there are: configured ones, and those that come and go while the gateway runs. */
export class KnownSecrets {
  readonly #configured: readonly string[];
  readonly #renewed = new Map<string, readonly (readonly string[])[]>();
  #all: readonly string[] = [];
  #spellings: readonly string[] = [];

  constructor(configured: readonly string[]) {
    this.#configured = configured;
    this.#arrange();
  }

  get all(): readonly string[] {
    return this.#all;
  }

  /** Learns the secrets that somebody has from now on, in place of those before the last ones. */
  learn(owner: string, secrets: readonly string[]): void {
    const known = this.#renewed.get(owner) ?? [];
    if (known[0]?.join() === secrets.join()) return;
    this.#renewed.set(owner, [secrets, ...known].slice(0, GENERATIONS));
    this.#arrange();
  }

  forget(owner: string): void {
    if (this.#renewed.delete(owner)) this.#arrange();
  }

  /** Takes them out of a text. */
  readonly redact: Redact = (text) => {
    let clean = text;
    for (const spelling of this.#spellings) if (clean.includes(spelling)) clean = clean.replaceAll(spelling, REMOVED);
    for (const pattern of PATTERNS) clean = clean.replace(pattern, REMOVED);
    return clean.replace(NAMED, `$1$2${REMOVED}`);
  };

  #arrange(): void {
    this.#all = [...this.#configured, ...[...this.#renewed.values()].flat(2)];
    const long = this.#all.filter((secret) => secret.length >= SHORTEST_SECRET);
    this.#spellings = [...new Set(long.flatMap(spellingsOf))];
  }
}

/** As it is, as part of a URL, as JSON has it, and in base 64 wherever it may stand in what is encoded. */
function spellingsOf(secret: string): string[] {
  const base64 = [0, 1, 2].map((before) => {
    const encoded = Buffer.from(`${'x'.repeat(before)}${secret}`)
      .toString('base64')
      .replace(/=+$/, '');
    // The characters at either end depend on what is beside the secret.
    return encoded.slice(before === 0 ? 0 : before + 1, -1);
  });
  return [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), ...base64];
}

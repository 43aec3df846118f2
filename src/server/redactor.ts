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
  const spellings = [...new Set(secrets.filter((secret) => secret.length >= SHORTEST_SECRET).flatMap(spellingsOf))];
  return (text) => {
    let clean = text;
    for (const spelling of spellings) if (clean.includes(spelling)) clean = clean.replaceAll(spelling, REMOVED);
    for (const pattern of PATTERNS) clean = clean.replace(pattern, REMOVED);
    return clean.replace(NAMED, `$1$2${REMOVED}`);
  };
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

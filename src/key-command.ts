import { parseArgs } from 'node:util';
import { createApiKey, hashApiKey } from './config/caller-key.ts';
import { CALLER_ID, isScope } from './config/callers-from-environment.ts';
import { ConfigError } from './config/config-error.ts';
import { SCOPES } from './domain/caller.ts';

const USAGE = `usage: dealgraph key create <name> [--scopes ${SCOPES.join(',')}]`;
const DEFAULT_SCOPES = 'read,write';

/** `dealgraph key create <name>`: makes an API key and says what to configure. The gateway keeps nothing of it. */
export function keyCommand(args: readonly string[]): string {
  const { id, scopes } = readArgs(args);
  const key = createApiKey();
  const hash = hashApiKey(key);
  return `The key, shown only now, for "Authorization: Bearer <key>":
  ${key}

What the gateway is told, which is its hash alone, either in the environment (several divided by spaces):
  DEALGRAPH_CALLERS=${id}:${scopes.join('+')}:${hash}

or in the config file:
  { "callers": [${JSON.stringify({ id, keys: [hash], scopes })}] }
`;
}

function readArgs(args: readonly string[]): { readonly id: string; readonly scopes: readonly string[] } {
  const { positionals, values } = parsed(args);
  const [action, id = '', ...others] = positionals;
  if (action !== 'create' || others.length > 0) throw new ConfigError([USAGE]);
  if (!CALLER_ID.test(id)) throw new ConfigError([USAGE, 'a name is letters, digits, dots, dashes and underscores']);
  const scopes = values.scopes.split(/[\s,+]+/);
  if (!scopes.every(isScope)) throw new ConfigError([USAGE, `scopes are ${SCOPES.join(', ')}`]);
  return { id, scopes };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { scopes: { type: 'string', default: DEFAULT_SCOPES } },
    });
  } catch {
    throw new ConfigError([USAGE]);
  }
}

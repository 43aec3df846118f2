import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';
import { adapterKinds, oauthAppOf } from './adapters/registry.ts';
import { ConfigError } from './config/config-error.ts';
import type { Variables } from './config/environment.ts';
import { readSettings } from './config/settings.ts';
import { connect, disconnect } from './connections/connect.ts';
import { TokenStore } from './connections/token-store.ts';
import { SecretKeys } from './secrets/secret-keys.ts';
import { systemClock } from './transport/clock.ts';
import { createHttpClient } from './transport/create-http-client.ts';

const USAGE = {
  connect: 'usage: dealgraph connect <crm> [--no-browser] [--port <port>] [--timeout <seconds>]',
  disconnect: 'usage: dealgraph disconnect <crm> [--force]',
};
const TIMEOUT_S = 300;

/** Where a command is run. */
export interface Terminal {
  readonly env: Variables;
  readonly directory: string;
  say(line: string): void;
  /** Aborted when whoever runs it gives up. */
  readonly signal: AbortSignal;
}

/** `dealgraph connect <crm>`: has a user let the gateway into a CRM by OAuth, and stores the tokens. */
export async function connectCommand(args: readonly string[], terminal: Terminal): Promise<void> {
  const { crm: id, values } = parsed('connect', args, {
    'no-browser': { type: 'boolean', default: false },
    port: { type: 'string' },
    timeout: { type: 'string', default: String(TIMEOUT_S) },
  });
  const port = values.port === undefined ? null : numberOf('--port', values.port, 65_535);
  const timeoutMs = numberOf('--timeout', values.timeout, 86_400) * 1000;
  const { crm, app, store } = await accountOf(id, terminal);
  const { company, user } = await connect({
    ...{ crm: id, app, store, port, timeoutMs, clock: systemClock, signal: terminal.signal },
    clientOf: ({ accessToken, baseUrl }) =>
      createHttpClient(
        {
          ...crm.kind.http(crm.values as never),
          ...{ crm: id, baseUrl, credentials: { headers: { authorization: `Bearer ${accessToken}` } } },
        },
        { clock: systemClock },
      ),
    onUrl(url) {
      terminal.say(`To let dealgraph into ${crm.label}, open:\n\n  ${url}\n`);
      if (!values['no-browser']) openBrowser(url);
    },
    onMessage: (message) => terminal.say(`${message}; still waiting.`),
  });
  terminal.say(`${id} is connected to ${company.label} as ${user.label}. A gateway that runs takes it up by itself.`);
}

/** `dealgraph disconnect <crm>`: has the CRM end the connection, and removes the tokens. */
export async function disconnectCommand(args: readonly string[], terminal: Terminal): Promise<void> {
  const { crm: id, values } = parsed('disconnect', args, { force: { type: 'boolean', default: false } });
  const { app, store } = await accountOf(id, terminal);
  const { wasStored, isRevoked } = await disconnect({ crm: id, app, store, clock: systemClock }, values.force);
  if (!wasStored) terminal.say(`${id} was not connected.`);
  else if (isRevoked)
    terminal.say(`${id} is disconnected: the CRM has ended the connection, and the tokens are removed.`);
  else terminal.say(`The tokens of ${id} are removed; the CRM was not told, so remove the app there as well.`);
}

async function accountOf(id: string, { env, directory }: Terminal) {
  const settings = await readSettings(env, directory, adapterKinds);
  const crm = settings.crms.find((one) => one.id === id);
  const app = crm ? oauthAppOf(crm) : null;
  if (!crm || !app) {
    const able = settings.crms.filter((one) => oauthAppOf(one) !== null).map((one) => one.id);
    throw new ConfigError([
      crm
        ? `${id}: has fixed credentials; set the client id and secret of an app in their place to connect`
        : `${id}: is not configured${able.length > 0 ? `, but ${able.join(', ')}` : '; set PIPEDRIVE_CLIENT_ID and PIPEDRIVE_CLIENT_SECRET, for example'}`,
    ]);
  }
  const { dataDir, secretKey } = settings;
  return { crm, app, store: new TokenStore(dataDir, new SecretKeys(dataDir, secretKey)) };
}

type Options = NonNullable<NonNullable<Parameters<typeof parseArgs>[0]>['options']>;

function parsed<const O extends Options>(command: keyof typeof USAGE, args: readonly string[], options: O) {
  try {
    const { positionals, values } = parseArgs({ args: [...args], allowPositionals: true, options });
    const [crm, ...others] = positionals;
    if (crm !== undefined && others.length === 0) return { crm, values };
  } catch {
    // An unknown option: the usage says which there are.
  }
  throw new ConfigError([USAGE[command]]);
}

function numberOf(option: string, text: string, max: number): number {
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (number <= max) return number;
  throw new ConfigError([USAGE.connect, `${option} must be a whole number from 0 to ${max}`]);
}

const OPENERS: Readonly<Record<string, readonly string[]>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};

/** Where there is no browser to open, the URL that was shown has to do. */
function openBrowser(url: string): void {
  const [command = 'xdg-open', ...args] = OPENERS[process.platform] ?? ['xdg-open'];
  spawn(command, [...args, url], { stdio: 'ignore', detached: true })
    .on('error', () => undefined)
    .unref();
}

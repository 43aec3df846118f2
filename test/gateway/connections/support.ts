import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Variables } from '../../../src/config/environment.ts';
import { connectCommand } from '../../../src/connect-command.ts';
import type { PipedriveSandbox } from '../../../src/sandbox/pipedrive/index.ts';
import { startTestGateway, type TestGateway, type TestGatewayOptions } from '../../support/gateway.ts';

/** The settings of an account that is connected by OAuth, with a callback on a port of its own. */
export async function oauthEnv({ oauth, env }: PipedriveSandbox, url: string): Promise<Record<string, string>> {
  const { PIPEDRIVE_API_URL = '' } = env(url);
  const redirect = `http://127.0.0.1:${await freePort()}/callback`;
  return { ...oauth.env(url), PIPEDRIVE_API_URL, PIPEDRIVE_REDIRECT_URI: redirect };
}

/** Goes where a browser would: to the CRM, which sends it back. Answers the page it ends at. */
export async function browse(url: string): Promise<{ readonly status: number; readonly text: string }> {
  const response = await fetch(url);
  return { status: response.status, text: await response.text() };
}

/** The URL a user is asked to open. */
export function urlIn(text: string): string | null {
  return /https?:\/\/\S+\/oauth\/authorize\S+/.exec(text)?.[0] ?? null;
}

/** Connects an account as a user with a browser would. Answers what the terminal showed. */
export async function connectAs(env: Variables, crm = 'pipedrive'): Promise<string> {
  const lines: string[] = [];
  let browsing: Promise<unknown> | null = null;
  await connectCommand([crm, '--no-browser'], {
    env,
    directory: import.meta.dirname,
    signal: new AbortController().signal,
    say(line) {
      lines.push(line);
      const url = urlIn(line);
      if (url) browsing ??= browse(url);
    },
  });
  await browsing;
  return lines.join('\n');
}

export interface ConnectedGateway extends TestGateway {
  readonly dataDir: string;
  /** What the commands `connect` and `disconnect` need to know. */
  readonly env: Record<string, string>;
}

/** A gateway whose Pipedrive account is connected by OAuth, to a sandbox. */
export async function startConnectedGateway(
  options: Omit<TestGatewayOptions, 'env' | 'dataDir'> & {
    readonly isConnected?: boolean;
    readonly env?: Variables;
  } = {},
): Promise<ConnectedGateway> {
  const { isConnected = true, env: more, ...rest } = options;
  const dataDir = await mkdtemp(path.join(tmpdir(), 'dealgraph-oauth-'));
  const env: Record<string, string> = { DEALGRAPH_DATA_DIR: dataDir };
  const gateway = await startTestGateway({
    ...rest,
    dataDir,
    env: async ({ pipedrive, url }) => {
      const settings = await oauthEnv(pipedrive, url);
      Object.assign(env, settings);
      if (isConnected) await connectAs({ ...env, ...more });
      return { ...settings, PIPEDRIVE_API_TOKEN: undefined, ...more };
    },
  });
  return Object.assign(Object.create(gateway) as TestGateway, {
    dataDir,
    env,
    async close() {
      await gateway.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  });
}

export interface ConnectionShown {
  readonly state: string;
  readonly expiresAt: string | null;
}

/** What the schema shows of the connection to Pipedrive, which costs nothing. */
export async function connectionOf(gateway: Pick<TestGateway, 'query'>): Promise<ConnectionShown> {
  const { data } = await gateway.query<{ crms: readonly { connection: ConnectionShown }[] }>(
    '{ crms(ids: ["pipedrive"]) { connection { state expiresAt } } }',
  );
  const [crm] = data?.crms ?? [];
  if (!crm) throw new Error('there is no connection to see');
  return crm.connection;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { readonly port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

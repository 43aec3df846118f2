import { type ChildProcess, fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { availableParallelism, tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { request } from 'undici';
import { requestFor, type ServerName } from './workloads.ts';

const TSX = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
const PROBE = new URL('./servers/probe.mjs', import.meta.url).href;
const PATIENCE_MS = 15_000;
const POLL_MS = 5;

/**
 * What the gateway is run with, as the README's deployment does, and the limit too. The usual choice runs as it usually
 * does, on Node's defaults.
 */
export const NODE_FLAGS = [
  '--max-semi-space-size=40',
  '--no-minor-gc-task',
  '--heap-growing-percent=300',
  '--no-allocation-site-pretenuring',
];

/** Whether measured servers have the first core for themselves; where `taskset` is missing the system decides. */
export const isPinned =
  availableParallelism() > 1 && spawnSync('taskset', ['-c', '0', process.execPath, '--version']).status === 0;

/** A process of the benchmark, which ends with its parent. */
export interface Running {
  readonly child: ChildProcess;
  /** Without a path; the empty string for what does not listen. */
  readonly url: string;
  close(): Promise<void>;
}

export interface RunningServer extends Running {
  /** From the start of the process to its first answer. */
  readonly firstAnswerMs: number;
}

/** How the gateway is run: as it is built, or from its sources. */
export type GatewayEntry = 'dist/main.js' | 'src/main.ts';

/** The stub of Pipedrive. */
export async function startUpstream(): Promise<Running> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const running = start('test/bench/upstream/main.ts', { PORT: String(port) }, null);
  await untilAnswered(running, () => request(`${url}/api/v2/stages`));
  return { ...running, url };
}

/** The load generator. */
export function startLoad(): Running {
  return start('test/bench/load.ts', {}, null);
}

/** A measured server against the stub, with no limit on the rate of requests. */
export async function startServer(name: ServerName, upstream: string, gateway: GatewayEntry): Promise<RunningServer> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const env = {
    NODE_ENV: 'production',
    HOST: '127.0.0.1',
    PORT: String(port),
    LOG_LEVEL: 'warn',
    DEALGRAPH_SANDBOX: '0',
    PIPEDRIVE_API_URL: upstream,
    PIPEDRIVE_API_TOKEN: 'benchmark',
    PIPEDRIVE_RATE_LIMIT: '0',
  };
  const startedAt = performance.now();
  const running = start(
    name === 'gateway' ? gateway : `test/bench/servers/${name}.ts`,
    env,
    name === 'usual' ? [] : NODE_FLAGS,
  );
  await untilAnswered(running, async () => {
    const { path, ...first } = requestFor(name, 'one', 0);
    const { statusCode, body } = await request(`${url}${path}`, first);
    await body.dump();
    if (statusCode !== 200) throw new Error(`${name} answered ${statusCode}`);
  });
  return { ...running, url, firstAnswerMs: performance.now() - startedAt };
}

/** `measured`: the flags of a server that is measured; `null` for what is not. */
function start(entry: string, env: Readonly<Record<string, string>>, measured: readonly string[] | null): Running {
  const flags = [
    ...(entry.endsWith('.ts') ? ['--import', TSX] : []),
    ...(measured === null ? [] : [...measured, '--import', PROBE]),
  ];
  const cores = measured !== null ? '0' : `1-${availableParallelism() - 1}`;
  const child = fork(fileURLToPath(new URL(`../../${entry}`, import.meta.url)), {
    ...(isPinned ? { execPath: 'taskset', execArgv: ['-c', cores, process.execPath, ...flags] } : { execArgv: flags }),
    env: { PATH: process.env.PATH, ...env },
    cwd: tmpdir(),
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  return {
    child,
    url: '',
    async close() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}

/** Ends the process when it does not answer in time. */
async function untilAnswered({ child, close }: Running, attempt: () => Promise<unknown>): Promise<void> {
  const giveUpAt = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      await attempt();
      return;
    } catch (error) {
      if (child.exitCode !== null || performance.now() > giveUpAt) {
        await close();
        throw error;
      }
      await sleep(POLL_MS);
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

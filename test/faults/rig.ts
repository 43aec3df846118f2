import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type RunningProcess, run } from '../support/process.ts';
import { type Account, CRMS, type CrmId, startAccount } from './account.ts';

/** By when a mutation has to be answered: whoever waits for an answer that never comes waits that long. */
export const MUTATION_TIMEOUT_MS = 4_000;

/** By when where everything is answered, however busy the computer is. */
export const PATIENT_MS = 60_000;

const READY_WITHIN_MS = 120_000;
const POLL_MS = 20;

/** Both sandbox CRMs in this process, and a gateway in front of them as a process of its own that can be killed. */
export interface Rig {
  readonly accounts: Readonly<Record<CrmId, Account>>;
  readonly dataDir: string;
  /** By when the gateway answers mutations. */
  readonly mutationTimeoutMs: number;
  /** Of the GraphQL endpoint. */
  readonly url: string;
  /** Of the gateway's process. */
  readonly pid: number;
  /** All that the gateways wrote so far. */
  readonly log: string;
  /** Starts the gateway on what the last one left behind. */
  start(): Promise<void>;
  /** Ends the gateway's process at once, as a crash would. */
  kill(): void;
  /** Resolves once the gateway's process is gone. */
  ended(): Promise<void>;
  close(): Promise<void>;
}

/** What a gateway is started with. */
export interface RigOptions {
  readonly mutationTimeoutMs?: number;
  /** Settings over those of the rig. */
  readonly env?: Readonly<Record<string, string>>;
  /** Flags of Node. */
  readonly flags?: readonly string[];
}

export async function startRig(options: RigOptions = {}): Promise<Rig> {
  const [pipedrive, pipelinedeals] = await Promise.all([startAccount('pipedrive'), startAccount('pipelinedeals')]);
  const folder = await mkdtemp(join(tmpdir(), 'dealgraph-faults-'));
  const rig = new GatewayRig({ pipedrive, pipelinedeals }, folder, options);
  try {
    await rig.start();
  } catch (error) {
    await rig.close();
    throw error;
  }
  return rig;
}

class GatewayRig implements Rig {
  readonly accounts: Rig['accounts'];
  readonly dataDir: string;
  readonly #folder: string;
  readonly mutationTimeoutMs: number;
  readonly #options: RigOptions;
  readonly #gateways: RunningProcess[] = [];
  #url = '';

  constructor(accounts: Rig['accounts'], folder: string, options: RigOptions) {
    this.accounts = accounts;
    this.#folder = folder;
    this.dataDir = join(folder, 'data');
    this.#options = options;
    this.mutationTimeoutMs = options.mutationTimeoutMs ?? MUTATION_TIMEOUT_MS;
  }

  get url(): string {
    return this.#url;
  }

  get pid(): number {
    return this.#gateway?.pid ?? 0;
  }

  get log(): string {
    return this.#gateways.map(({ output }) => output.stdout + output.stderr).join('');
  }

  get #gateway(): RunningProcess | undefined {
    return this.#gateways.at(-1);
  }

  #run(): RunningProcess {
    const { pipedrive, pipelinedeals } = this.accounts;
    const env = {
      PORT: '0',
      LOG_LEVEL: 'info',
      DEALGRAPH_DATA_DIR: this.dataDir,
      DEALGRAPH_MUTATION_TIMEOUT_MS: String(this.mutationTimeoutMs),
      PIPEDRIVE_RATE_LIMIT: '0',
      PIPELINEDEALS_RATE_LIMIT: '0',
      // A CRM goes on being asked, however often it fails on purpose.
      DEALGRAPH_BREAKER_CALLS: '0',
      ...pipedrive.env,
      ...pipelinedeals.env,
      ...this.#options.env,
    };
    return run('main.ts', env, { flags: this.#options.flags ?? [] });
  }

  async start(): Promise<void> {
    const gateway = this.#run();
    this.#gateways.push(gateway);
    const [, url] = await gateway.waitFor(/ready at (http:[^\s"]+)/);
    this.#url = String(url);
    const giveUpAt = performance.now() + READY_WITHIN_MS;
    while (!(await isReady(this.#url))) {
      if (performance.now() > giveUpAt) throw new Error('the gateway does not get ready');
      await sleep(POLL_MS);
    }
  }

  kill(): void {
    this.#gateway?.signal('SIGKILL');
  }

  async ended(): Promise<void> {
    await this.#gateway?.ended;
  }

  async close(): Promise<void> {
    this.kill();
    await this.ended();
    await Promise.all(CRMS.map((crm) => this.accounts[crm].close()));
    await rm(this.#folder, { recursive: true, force: true });
  }
}

async function isReady(url: string): Promise<boolean> {
  const answer = await fetch(new URL('/ready', url));
  await answer.body?.cancel();
  return answer.status === 200;
}

import {
  type GatewayEntry,
  type Running,
  type RunningServer,
  startLoad,
  startServer,
  startUpstream,
} from './processes.ts';
import { ask } from './questions.ts';
import type { StubQuestions } from './upstream/main.ts';
import { SERVERS, type ServerName } from './workloads.ts';

/** Deals the stub lists unless told otherwise: more than any workload reads. */
const MANY_DEALS = 1_000_000;

/** All processes of the benchmark. */
export interface Bench {
  readonly upstream: Running;
  readonly load: Running;
  readonly servers: Readonly<Record<ServerName, RunningServer>>;
  /** How late the stub answers, and how many deals it lists, from now on. */
  setUpstream(latencyMs: number, deals?: number): Promise<void>;
  upstreamRequests(): Promise<number>;
  close(): Promise<void>;
}

/** Starts the stub, the load generator and, one after the other, the three servers. */
export async function startBench(gateway: GatewayEntry): Promise<Bench> {
  const started: Running[] = [];
  const close = async () => {
    await Promise.all(started.map((running) => running.close()));
  };
  const keep = <T extends Running>(running: T): T => {
    started.push(running);
    return running;
  };
  try {
    const upstream = keep(await startUpstream());
    const setUpstream = async (latencyMs: number, deals = MANY_DEALS) => {
      await ask<StubQuestions, 'set'>(upstream.child, 'set', { latencyMs, deals });
    };
    await setUpstream(0);
    const load = keep(startLoad());
    const servers = {} as Record<ServerName, RunningServer>;
    for (const name of SERVERS) servers[name] = keep(await startServer(name, upstream.url, gateway));
    return {
      upstream,
      load,
      servers,
      setUpstream,
      upstreamRequests: () => ask<StubQuestions, 'requests'>(upstream.child, 'requests', null),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

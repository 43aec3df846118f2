import type { Bench } from './bench.ts';
import type { LoadQuestions, LoadResult } from './load.ts';
import { ask } from './questions.ts';
import type { ServerQuestions, Usage } from './usage.ts';
import { SERVERS, type ServerName, type WorkloadName } from './workloads.ts';

/** One condition under which all servers are measured. */
export interface Cell {
  readonly workload: WorkloadName;
  readonly latencyMs: number;
  readonly connections: number;
}

/** What was measured of one server in one cell. */
export interface Figures {
  readonly answersPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** CPU time of the whole process, divided by the answers. */
  readonly cpuMs: number;
  /** When the last answer was given. */
  readonly residentMb: number;
  /** Requests the stub received, divided by the answers. */
  readonly upstream: number;
}

export interface Measured {
  readonly cell: Cell;
  readonly of: Readonly<Record<ServerName, Figures>>;
}

/** The whole matrix. */
export const CELLS: readonly Cell[] = (['nested', 'one', 'identical'] as const).flatMap((workload) =>
  [0, 50].flatMap((latencyMs) => [1, 32, 128].map((connections) => ({ workload, latencyMs, connections }))),
);

/** The cells most of the targets are about. */
export const QUICK_CELLS: readonly Cell[] = CELLS.filter(
  ({ workload, latencyMs, connections }) =>
    (latencyMs === 0 && connections === (workload === 'identical' ? 128 : 32)) ||
    (latencyMs === 50 && connections === 1 && workload === 'nested'),
);

const SETTLE_MS = 150;

/** So many connections take about a second to be answered once, and turns twice as long. */
const MANY_CONNECTIONS = 100;

/**
 * How often all cells are gone over, and how many turns each server has in a cell each time. What disturbs a machine
 * can last for minutes, so that the turns of a cell are better not all at once.
 */
export interface Passes {
  readonly least: number;
  /** Cells whose quiet turns do not agree are gone over more often. */
  readonly most: number;
  readonly turns: number;
}

export const PASSES: Passes = { least: 3, most: 6, turns: 3 };

/** By how much the two quietest turns of a server may differ, as a share, for no more turns to be had. */
export const AGREEMENT = 0.05;

/** What was counted of one server in one turn of it. */
export interface Counted {
  readonly answers: number;
  readonly elapsedMs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly cpuMs: number;
  readonly residentMb: number;
  readonly requests: number;
}

type Turns = Readonly<Record<ServerName, Counted[]>>;

/** Measures cells, the servers taking turns within each, so that what disturbs a run disturbs all of them. */
export class Measurement {
  readonly #bench: Bench;
  #nextKey = 1;

  constructor(bench: Bench) {
    this.#bench = bench;
  }

  /** Lets every server compile what the workloads use, before anything is measured. */
  async warmUp(durationMs: number): Promise<void> {
    await this.#bench.setUpstream(0);
    for (const name of SERVERS) {
      for (const workload of ['nested', 'one'] as const) {
        await this.load(name, { workload, latencyMs: 0, connections: 32 }, durationMs);
      }
    }
  }

  /** `windowMs`: of each turn of a server, or half of it where there are many connections. */
  async measure(cells: readonly Cell[], windowMs: number, passes = PASSES, onCell = ignore): Promise<Measured[]> {
    const counted = cells.map((cell): [Cell, Turns] => [cell, { join: [], gateway: [], usual: [] }]);
    for (let pass = 1; pass <= passes.most; pass += 1) {
      for (const [cell, turns] of counted) {
        if (pass > passes.least && Object.values(turns).every(agree)) continue;
        onCell(cell, pass);
        await this.#takeTurns(cell, turns, windowMs, passes.turns);
      }
    }
    return counted.map(([cell, { join, gateway, usual }]) => ({
      cell,
      of: { join: figuresOf(join), gateway: figuresOf(gateway), usual: figuresOf(usual) },
    }));
  }

  async #takeTurns(cell: Cell, turns: Turns, windowMs: number, count: number): Promise<void> {
    await this.#bench.setUpstream(cell.latencyMs);
    const turnMs = cell.connections < MANY_CONNECTIONS ? windowMs : 2 * windowMs;
    for (let turn = 0; turn < count; turn += 1) {
      for (const name of SERVERS) {
        await this.load(name, cell, SETTLE_MS);
        turns[name].push(await this.#count(name, cell, turnMs));
      }
    }
  }

  /** What the gateway holds after each tenth of a stretch of load. */
  async residentDuring(cell: Cell, durationMs: number): Promise<number[]> {
    await this.#bench.setUpstream(cell.latencyMs);
    const residentMb: number[] = [];
    for (let tenth = 0; tenth < 10; tenth += 1) {
      await this.load('gateway', cell, durationMs / 10);
      residentMb.push((await this.usage('gateway')).residentMb);
    }
    return residentMb;
  }

  usage(name: ServerName): Promise<Usage> {
    return ask<ServerQuestions, 'usage'>(this.#bench.servers[name].child, 'usage', null);
  }

  /** Nothing is in flight before and after, so CPU time and upstream requests belong to the answers counted. */
  async #count(name: ServerName, cell: Cell, windowMs: number): Promise<Counted> {
    const before = { usage: await this.usage(name), requests: await this.#bench.upstreamRequests() };
    const { answers, elapsedMs, p50Ms, p99Ms } = await this.load(name, cell, windowMs);
    const after = { usage: await this.usage(name), requests: await this.#bench.upstreamRequests() };
    return {
      answers,
      elapsedMs,
      p50Ms,
      p99Ms,
      cpuMs: after.usage.cpuMs - before.usage.cpuMs,
      residentMb: after.usage.residentMb,
      requests: after.requests - before.requests,
    };
  }

  /** Puts load on a server, with questions nobody has asked before, and throws when any of them fails. */
  async load(server: ServerName, { workload, connections }: Cell, durationMs: number): Promise<LoadResult> {
    const job = { url: this.#bench.servers[server].url, server, workload, connections, durationMs };
    const result = await ask<LoadQuestions, 'run'>(this.#bench.load.child, 'run', { ...job, firstKey: this.#nextKey });
    this.#nextKey += result.answers;
    if (result.failures > 0) {
      throw new Error(`${server} failed ${result.failures} of ${result.answers} requests of ${workload}`);
    }
    return result;
  }
}

/** Whether the two turns of a server that cost least cost the same, so that another would hardly cost less. */
export function agree(turns: readonly Counted[]): boolean {
  const [first = Number.NaN, second = Number.NaN] = turns.map(cpuPerAnswer).sort((a, b) => a - b);
  return second <= first * (1 + AGREEMENT);
}

/**
 * Of the turns of a server. Whatever else the machine has to do makes a turn slower and never faster, so rates, medians
 * and CPU time are those of the two best turns; what is the server's own doing is of all of them.
 */
export function figuresOf(turns: readonly Counted[]): Figures {
  const sorted = (of: (turn: Counted) => number) => turns.map(of).sort((a, b) => a - b);
  const least = (of: (turn: Counted) => number) => mean(sorted(of).slice(0, 2));
  const most = (of: (turn: Counted) => number) => mean(sorted(of).slice(-2));
  const sum = (of: (turn: Counted) => number) => turns.reduce((total, turn) => total + of(turn), 0);
  return {
    answersPerSecond: most(({ answers, elapsedMs }) => (answers / elapsedMs) * 1_000),
    p50Ms: least(({ p50Ms }) => p50Ms),
    p99Ms: sorted(({ p99Ms }) => p99Ms)[Math.floor(turns.length / 2)] ?? Number.NaN,
    cpuMs: least(cpuPerAnswer),
    residentMb: turns.at(-1)?.residentMb ?? Number.NaN,
    upstream: sum(({ requests }) => requests) / sum(({ answers }) => answers),
  };
}

function ignore(_cell: Cell, _pass: number): void {}

function cpuPerAnswer({ cpuMs, answers }: Counted): number {
  return cpuMs / answers;
}

function mean(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0) / values.length;
}

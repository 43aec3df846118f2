import type { ExportFigures } from './export.ts';
import type { Figures, Measured } from './measure.ts';
import type { ServerName, WorkloadName } from './workloads.ts';

/** Everything a run has measured; `null` is what it was not asked to. */
export interface Results {
  readonly cells: readonly Measured[];
  /** From the start of the gateway's process to its first answer. */
  readonly firstAnswerMs: number;
  readonly exports: { readonly small: ExportFigures; readonly large: ExportFigures } | null;
  /** What the gateway held during a minute at 128 connections, every six seconds. */
  readonly soakMb: readonly number[] | null;
}

/** A promise about speed, and what became of it in a run. */
export interface Target {
  readonly about: string;
  readonly measure: string;
  readonly limit: number;
  /** Whether the measure may not be above the limit, or not below it. */
  readonly bound: 'at most' | 'at least';
  readonly unit: string;
  /** `null`: the run did not measure it. */
  readonly value: number | null;
}

type Of = Readonly<Record<ServerName, Figures>>;

const TOLERANCE = 1e-9;

/** Whether a target is met; `null` where it was not measured. */
export function isMet({ value, bound, limit }: Target): boolean | null {
  if (value === null) return null;
  return bound === 'at most' ? value <= limit + TOLERANCE : value >= limit - TOLERANCE;
}

/** The targets, with what the run says of them. */
export function targetsOf(results: Results): readonly Target[] {
  const { cells, firstAnswerMs, exports, soakMb } = results;
  const at = (workload: WorkloadName, latencyMs: number, connections: number, of: (of: Of) => number) => {
    const found = cells.find(
      ({ cell }) => cell.workload === workload && cell.latencyMs === latencyMs && cell.connections === connections,
    );
    return found ? of(found.of) : null;
  };
  const cpuToJoin = ({ gateway, join }: Of) => gateway.cpuMs / join.cpuMs;
  const cpuToUsual = ({ gateway, usual }: Of) => gateway.cpuMs / usual.cpuMs;
  const rateToJoin = ({ gateway, join }: Of) => gateway.answersPerSecond / join.answersPerSecond;
  const p50OverJoin = ({ gateway, join }: Of) => gateway.p50Ms - join.p50Ms;
  const upstream = ({ gateway }: Of) => gateway.upstream;
  const most = (limit: number, unit: string, about: string, measure: string, value: number | null): Target => ({
    about,
    measure,
    limit,
    bound: 'at most',
    unit,
    value,
  });
  const least = (limit: number, unit: string, about: string, measure: string, value: number | null): Target => ({
    ...most(limit, unit, about, measure, value),
    bound: 'at least',
  });

  const nested = 'nested page, 32 connections';
  const one = 'one deal by id, 32 connections';
  const many = 'one deal by id, 128 connections';
  return [
    most(1.4, '×', nested, 'CPU, gateway / join', at('nested', 0, 32, cpuToJoin)),
    most(0.45, '×', nested, 'CPU, gateway / usual', at('nested', 0, 32, cpuToUsual)),
    most(4, 'requests', nested, 'upstream per answer', at('nested', 0, 32, upstream)),
    most(2, '×', one, 'CPU, gateway / join', at('one', 0, 32, cpuToJoin)),
    most(0.35, '×', one, 'CPU, gateway / usual', at('one', 0, 32, cpuToUsual)),
    most(1.2, 'requests', many, 'upstream per answer', at('one', 0, 128, upstream)),
    least(0.9, '×', many, 'answers/s, gateway / join', at('one', 0, 128, rateToJoin)),
    least(20, '×', 'identical page, 128 connections', 'answers/s, gateway / join', at('identical', 0, 128, rateToJoin)),
    most(3, 'ms', 'nested page, 50 ms, 1 connection', 'p50, gateway − join', at('nested', 50, 1, p50OverJoin)),
    most(3, 'ms', 'one deal by id, 50 ms, 1 connection', 'p50, gateway − join', at('one', 50, 1, p50OverJoin)),
    least(
      0.8,
      '×',
      'nested page, 50 ms, 128 connections',
      'answers/s, gateway / join',
      at('nested', 50, 128, rateToJoin),
    ),
    least(
      0.8,
      '×',
      'one deal by id, 50 ms, 128 connections',
      'answers/s, gateway / join',
      at('one', 50, 128, rateToJoin),
    ),
    most(350, 'MB', 'a minute at 128 connections', 'most resident', soakMb && Math.max(...soakMb)),
    most(1.1, '×', 'a minute at 128 connections', 'resident, end / middle', soakMb && growth(soakMb)),
    most(250, 'MB', 'export of 100,000 deals', 'most resident', exports?.large.residentMb ?? null),
    most(
      1.1,
      '×',
      'export of 100,000 deals',
      'CPU per deal, to that of 1,000',
      exports && exports.large.cpuMsPerDeal / exports.small.cpuMsPerDeal,
    ),
    most(
      1,
      '×',
      'export of 100,000 deals',
      'tokens per deal, to those of 1,000',
      exports && exports.large.tokensPerDeal / exports.small.tokensPerDeal,
    ),
    most(1_200, 'ms', 'start', 'first answer', firstAnswerMs),
  ];
}

/** The last of some samples, by the one in the middle. */
function growth(samples: readonly number[]): number {
  return (samples.at(-1) ?? Number.NaN) / (samples[Math.floor(samples.length / 2)] ?? Number.NaN);
}

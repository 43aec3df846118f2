import type { Figures, Measured, Passes } from './measure.ts';
import { isMet, type Results, type Target, targetsOf } from './targets.ts';
import { SERVERS, type WorkloadName } from './workloads.ts';

/** Where and when a run took place. */
export interface Circumstances {
  readonly date: string;
  readonly machine: string;
  readonly node: string;
  readonly nodeFlags: readonly string[];
  /** Whether the measured servers had a core for themselves. */
  readonly isPinned: boolean;
  /** How long each turn of a server was, in milliseconds. */
  readonly windowMs: number;
  readonly passes: Passes;
  readonly versions: Readonly<Record<string, string>>;
}

const BEGIN = '<!-- bench: written by npm run bench -->';
const END = '<!-- /bench -->';

const TITLES: Readonly<Record<WorkloadName, string>> = {
  nested: 'nested page',
  one: 'one deal by id',
  identical: 'identical page',
};

/** The report of a run, in Markdown. */
export function report(results: Results, circumstances: Circumstances): string {
  return [
    describe(circumstances),
    table(
      [
        'workload',
        'upstream latency',
        'connections',
        'answers/s',
        'p50 ms',
        'p99 ms',
        'CPU ms per answer',
        'resident MB',
        'upstream requests per answer',
        'CPU, gateway / join',
        'CPU, gateway / usual',
      ],
      results.cells.map(row),
    ),
    'Each figure: join / gateway / usual.',
    table(
      ['target', 'measure', 'should be', 'is', 'met'],
      targetsOf(results).map((target) => [
        target.about,
        target.measure,
        `${target.bound} ${amount(target, target.limit)}`,
        target.value === null ? '–' : amount(target, target.value),
        MET[String(isMet(target))] ?? '',
      ]),
    ),
  ].join('\n\n');
}

/** Puts a report between the marks of the README. Throws when they are missing. */
export function withReport(readme: string, text: string): string {
  const begin = readme.indexOf(BEGIN);
  const end = readme.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`the README has no place between ${BEGIN} and ${END}`);
  return `${readme.slice(0, begin + BEGIN.length)}\n\n${text}\n\n${readme.slice(end)}`;
}

const MET: Readonly<Record<string, string>> = { true: 'yes', false: '**no**', null: 'not measured' };

function describe({ date, machine, node, nodeFlags, isPinned, windowMs, passes, versions }: Circumstances): string {
  const packages = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [
    `${date}, ${machine}, Node ${node} with \`${nodeFlags.join(' ')}\` for the gateway and the join, ${packages.join(', ')}.`,
    isPinned
      ? 'The measured server has one core, the load and the stub another.'
      : 'Processes were not pinned to cores.',
    `Turns of ${windowMs / 1_000} s, twice that at 128 connections, the servers one after the other, ${passes.turns} for each in each of ${passes.least} to ${passes.most} passes over all rows.`,
  ].join(' ');
}

function row({ cell, of }: Measured): string[] {
  const each = (figure: keyof Figures) => SERVERS.map((name) => number(of[name][figure])).join(' / ');
  return [
    TITLES[cell.workload],
    `${cell.latencyMs} ms`,
    String(cell.connections),
    each('answersPerSecond'),
    each('p50Ms'),
    each('p99Ms'),
    each('cpuMs'),
    each('residentMb'),
    each('upstream'),
    number(of.gateway.cpuMs / of.join.cpuMs),
    number(of.gateway.cpuMs / of.usual.cpuMs),
  ];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function amount({ unit }: Target, value: number): string {
  return unit === '×' ? `${number(value)}×` : `${number(value)} ${unit}`;
}

/** Three significant digits, and all of those before the point. */
function number(value: number): string {
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en-US');
  return String(Number(value.toPrecision(3)));
}

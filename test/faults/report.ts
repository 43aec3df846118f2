import type { CaseResult } from './case.ts';
import type { KeyFigures } from './keys.ts';
import type { Outcome } from './mutations.ts';
import { VIOLATIONS, type ViolationKind } from './verdict.ts';

const OUTCOMES: readonly Outcome[] = ['APPLIED', 'REJECTED', 'PARTIAL', 'UNKNOWN'];
const KINDS = Object.keys(VIOLATIONS) as ViolationKind[];

/** The report of a run, in Markdown. */
export function report(results: readonly CaseResult[]): string {
  const violated = results.filter(({ violations }) => violations.length > 0);
  return [
    table(
      HEAD('fault'),
      rows(results, ({ fault }) => fault),
    ),
    table(
      HEAD('mutation'),
      rows(results, ({ crm, scenario }) => `${scenario} on ${crm}`),
    ),
    `${results.length} cases; the longest to settle took ${longest(results)}.`,
    ...violated.flatMap((result) => result.violations.map(({ kind, what }) => `- ${nameOf(result)}: ${kind}, ${what}`)),
  ].join('\n\n');
}

/** What came of many mutations under few keys. */
export function keysReport(keys: readonly KeyFigures[]): string {
  const lines = keys.map(
    ({ mutations, keys: distinct, answers, effects }) =>
      `${mutations} mutations at once under ${distinct} keys: ${sum(effects)} effects, at most ${Math.max(...effects)} of one key; answers ${JSON.stringify(answers)}.`,
  );
  return lines.join('\n\n');
}

/** Whether nothing happened that must not happen. */
export function isClean(results: readonly CaseResult[]): boolean {
  return results.every(({ violations }) => violations.length === 0);
}

/** `mergeDeals on pipedrive, 302 at write 2` */
export function nameOf({ crm, scenario, fault, nth }: Pick<CaseResult, 'crm' | 'scenario' | 'fault' | 'nth'>): string {
  return `${scenario} on ${crm}, ${fault}${nth > 0 ? ` at write ${nth}` : ''}`;
}

const HEAD = (first: string): string[] => [
  first,
  'cases',
  `answered ${OUTCOMES.join(' / ')}`,
  'crashed',
  'the same in the end',
  ...KINDS.map((kind) => VIOLATIONS[kind]),
];

function rows(results: readonly CaseResult[], groupOf: (result: CaseResult) => string): string[][] {
  const groups = [...new Set(results.map(groupOf))].map((name) => ({
    name,
    of: results.filter((result) => groupOf(result) === name),
  }));
  return [...groups, { name: 'all', of: results }].map(({ name, of }) => [
    name,
    String(of.length),
    shares(of.map(({ answered }) => answered)),
    String(of.filter(({ answered }) => answered === null).length),
    shares(of.map(({ outcome }) => outcome)),
    ...KINDS.map((kind) => String(of.filter(({ violations }) => violations.some((one) => one.kind === kind)).length)),
  ]);
}

function shares(outcomes: readonly (Outcome | null)[]): string {
  return OUTCOMES.map((outcome) => outcomes.filter((one) => one === outcome).length).join(' / ');
}

function longest(results: readonly CaseResult[]): string {
  const times = results.flatMap(({ settledMs }) => settledMs ?? []);
  return times.length === 0 ? 'no time' : `${(Math.max(...times) / 1_000).toFixed(1)} s`;
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}

function table(head: readonly string[], body: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...body].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

import { READ_VIOLATIONS, type ReadOutcome, type ReadViolationKind } from './judge.ts';
import type { ReadResult } from './run-reads.ts';

const OUTCOMES: readonly ReadOutcome[] = ['RIGHT', 'TOLD', 'HIDDEN'];
const KINDS = Object.keys(READ_VIOLATIONS) as ReadViolationKind[];

/** The report of reads under faults, in Markdown. */
export function readsReport(results: readonly ReadResult[]): string {
  const faults = [...new Set(results.filter(({ faults }) => faults.length === 1).map(({ faults }) => faults[0] ?? ''))];
  const rows = [
    ...faults.map((fault) =>
      row(
        fault,
        results.filter((one) => one.faults.length === 1 && one.faults[0] === fault),
      ),
    ),
    row(
      'two at a time',
      results.filter((one) => one.faults.length === 2),
    ),
    row('all', results),
  ];
  const head = [
    'fault',
    'cases',
    'everything right / the rest told / as if not there',
    ...KINDS.map((kind) => READ_VIOLATIONS[kind]),
  ];
  const wrong = results.flatMap((one) => one.violations.map(({ kind, what }) => `- ${nameOf(one)}: ${kind}, ${what}`));
  return [
    [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n'),
    `${results.length} reads under ${faults.length} faults, of ${new Set(results.map(({ query }) => query)).size} queries.`,
    ...wrong,
  ].join('\n\n');
}

/** `503 without a word at pipedrive /api/v2/deals/1, a deal of each CRM` */
export function nameOf({ query, faults, where }: ReadResult): string {
  return `${faults.join(' and ')} at ${where}, ${query}`;
}

function row(name: string, of: readonly ReadResult[]): readonly string[] {
  const count = (kind: ReadViolationKind) =>
    of.filter(({ violations }) => violations.some((one) => one.kind === kind)).length;
  const outcomes = OUTCOMES.map((outcome) => of.filter((one) => one.outcome === outcome).length);
  return [name, String(of.length), outcomes.join(' / '), ...KINDS.map((kind) => String(count(kind)))];
}

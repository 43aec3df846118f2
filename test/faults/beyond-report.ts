import { type HostileCost, MAX_CPU_MS } from './hostile-cost.ts';
import type { IsolationFigures, OutageFigures } from './outage.ts';

/** An outage of a CRM as a whole, and how long after it the CRM was asked again. */
export interface Outage extends OutageFigures {
  readonly crm: string;
  readonly outage: string;
  readonly breaker: boolean;
  readonly recoveredMs: number | null;
}

export function outageReport(outages: readonly Outage[], isolation: readonly IsolationFigures[]): string {
  return [
    table(
      [
        'CRM that is out',
        'left alone',
        'operations',
        'requests',
        'requests an operation',
        'answers',
        'asked again after',
      ],
      outages.map(({ crm, outage, breaker, operations, requests, codes, recoveredMs }) => [
        `${crm} ${outage}`,
        breaker ? 'yes' : 'never',
        String(operations),
        String(requests),
        (requests / operations).toFixed(3),
        JSON.stringify(codes),
        recoveredMs === null ? '' : `${(recoveredMs / 1_000).toFixed(1)} s`,
      ]),
    ),
    table(
      [
        'CRM that is out',
        'operations on the other',
        'failed',
        'p50 without / with',
        'p99 without / with',
        'ratio of p99',
      ],
      isolation.map(({ dead, outage, operations, failed, p50, p99 }) => [
        `${dead} ${outage}`,
        String(operations),
        String(failed),
        `${p50.without.toFixed(1)} / ${p50.with.toFixed(1)} ms`,
        `${p99.without.toFixed(1)} / ${p99.with.toFixed(1)} ms`,
        (p99.with / p99.without).toFixed(2),
      ]),
    ),
  ].join('\n\n');
}

export function hostileReport(costs: readonly HostileCost[]): string {
  const dear = costs.filter(({ cpuMs }) => cpuMs > MAX_CPU_MS).length;
  const upstream = costs.reduce((sum, cost) => sum + cost.upstream, 0);
  return [
    table(
      ['refused', 'processor time'],
      costs.toSorted((a, b) => b.cpuMs - a.cpuMs).map(({ of, cpuMs }) => [of, `${cpuMs.toFixed(1)} ms`]),
    ),
    `${costs.length} kinds of hostile requests, ${dear} of more than ${MAX_CPU_MS} ms each; ${upstream} requests to CRMs.`,
  ].join('\n\n');
}

function table(head: readonly string[], body: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...body].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

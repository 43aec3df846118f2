import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bench, startBench } from './bench.ts';
import { type Cell, Measurement } from './measure.ts';
import { dataOf, requireSameAnswers } from './same-answers.ts';
import { LINES_PER_DEAL, PAGE_SIZE } from './upstream/records.ts';
import { SERVERS } from './workloads.ts';

interface PageData {
  readonly deals: {
    readonly nodes: readonly { readonly id: string; readonly products: { readonly nodes: unknown[] } }[];
  };
}

describe('the servers of the benchmark', () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await startBench('src/main.ts');
  });
  afterAll(() => bench?.close());

  it('give the same answers', async () => {
    await expect(requireSameAnswers(bench, [0, 1, 17])).resolves.toBeUndefined();
  });

  it('are asked for whole pages, and for others each time', async () => {
    const pages = await Promise.all([1, 2].map((key) => dataOf(bench, 'gateway', 'nested', key)));
    const nodes = (pages as PageData[]).flatMap(({ deals }) => deals.nodes);
    expect(new Set(nodes.map(({ id }) => id)).size).toBe(2 * PAGE_SIZE);
    expect(nodes.every(({ products }) => products.nodes.length === LINES_PER_DEAL)).toBe(true);
  });

  it('are measured answer by answer, upstream requests included', async () => {
    const cells = [1, 2].map((connections): Cell => ({ workload: 'nested', latencyMs: 0, connections }));
    const passed: string[] = [];
    const passes = { least: 2, most: 2, turns: 2 };
    const measured = await new Measurement(bench).measure(cells, 50, passes, ({ connections }, pass) => {
      passed.push(`${pass}: ${connections}`);
    });
    expect(passed).toEqual(['1: 1', '1: 2', '2: 1', '2: 2']);
    expect(measured.map(({ cell }) => cell)).toEqual(cells);
    for (const { of } of measured) {
      expect(of.join.upstream).toBe(4);
      expect(of.usual.upstream).toBe(5);
      for (const name of SERVERS) {
        expect(of[name].cpuMs).toBeGreaterThan(0);
        expect(of[name].p99Ms).toBeGreaterThanOrEqual(of[name].p50Ms);
      }
    }
  });

  it('are heard when they fail', async () => {
    await bench.upstream.close();
    await expect(dataOf(bench, 'join', 'nested', 3)).rejects.toThrow('join answers nested 3 with');
    await expect(
      new Measurement(bench).load('join', { workload: 'one', latencyMs: 0, connections: 1 }, 20),
    ).rejects.toThrow(/^join failed/);
  });
});

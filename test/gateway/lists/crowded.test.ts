import { describe, expect, it } from 'vitest';
import type { SimResponse } from '../../../src/sandbox/kit/simulator.ts';
import { useReads } from '../reads/support.ts';

const SAME = Date.UTC(2025, 4, 6, 12);
const LIST = `query ($first: Int, $after: String, $orderBy: DealOrder) {
  deals(crms: ["pipelinedeals"], first: $first, after: $after, orderBy: $orderBy, filter: { archived: INCLUDE }) {
    nodes { remoteId } pageInfo { hasNextPage endCursor }
  }
}`;

describe.each(['today', 'seed'] as const)(
  'more deals in one second than a page takes, in the dialect of %s',
  (dialect) => {
    const reads = useReads({ pipedrive: { deals: 20 }, pipelinedeals: { deals: 440, dialect } });

    /** Puts all but a few deals into one second. */
    function crowd(): Set<string> {
      const { pipelinedeals } = reads.gateway;
      pipelinedeals.reset();
      const ids = new Set<string>();
      for (const deal of pipelinedeals.store.deals.values()) {
        if (deal.id % 20 === 0) continue;
        deal.created_at = SAME;
        deal.updated_at = SAME;
        ids.add(String(deal.id));
      }
      return ids;
    }

    /** Deletes and adds in the crowd; returns the ids that are gone. */
    function disturb(round: number): string[] {
      const { store } = reads.gateway.pipelinedeals;
      const crowded = [...store.deals.values()].filter((deal) => deal.created_at === SAME);
      const gone: string[] = [];
      for (const deal of [
        crowded[round * 3],
        crowded[round * 3 + 1],
        crowded[Math.floor(crowded.length / 2) + round],
      ]) {
        if (deal && store.deals.delete(deal.id)) gone.push(String(deal.id));
      }
      if (round % 2 === 1 && crowded[9]) {
        const id = store.nextId('deals');
        store.deals.set(id, { ...crowded[9], id });
      }
      return gone;
    }

    /** Runs something right after each answer to a list of deals. */
    async function whileReading<T>(then: () => void, run: () => Promise<T>): Promise<T> {
      const { pipelinedeals } = reads.gateway;
      const handle = pipelinedeals.handle.bind(pipelinedeals);
      pipelinedeals.handle = async (request): Promise<SimResponse> => {
        const answer = await handle(request);
        if (request.path.endsWith('/deals.json')) then();
        return answer;
      };
      try {
        return await run();
      } finally {
        pipelinedeals.handle = handle;
      }
    }

    async function walk(orderBy: object, first: number, between: () => void = () => undefined): Promise<string[]> {
      const given: string[] = [];
      for (let after: string | null = null; ; ) {
        const { deals } = await reads.data(LIST, { first, after, orderBy });
        given.push(...deals.nodes.map(({ remoteId }: { remoteId: string }) => remoteId));
        if (!deals.pageInfo.hasNextPage) return given;
        after = deals.pageInfo.endCursor;
        between();
      }
    }

    const orders = [
      { field: 'CREATED_AT', direction: 'ASC' },
      { field: 'CREATED_AT', direction: 'DESC' },
      { field: 'TITLE', direction: 'ASC' },
    ];

    it.each(orders)('loses nothing within one read by $field $direction', async (orderBy) => {
      const crowded = crowd();
      let round = 0;
      const given = await whileReading(
        () => {
          for (const id of disturb(round)) crowded.delete(id);
          round += 1;
        },
        () => walk(orderBy, 500),
      );
      expect(round).toBeGreaterThan(2);
      expect([...crowded].filter((id) => !given.includes(id))).toEqual([]);
      expect(new Set(given).size).toBe(given.length);
    });

    it.each(orders.slice(0, 2))('loses nothing between pages by $field $direction', async (orderBy) => {
      const crowded = crowd();
      let round = 0;
      const given = await walk(orderBy, 130, () => {
        for (const id of disturb(round)) crowded.delete(id);
        round += 1;
      });
      expect(round).toBeGreaterThan(2);
      expect([...crowded].filter((id) => !given.includes(id))).toEqual([]);
      expect(new Set(given).size).toBe(given.length);
    });
  },
);

import { afterEach, describe, expect, it } from 'vitest';
import type { TestGateway } from '../../support/gateway.ts';
import { allDeals, type ExpectedDeal, inOrder, isListed, type OrderKey, time } from './oracle.ts';
import { useReads } from './support.ts';

const reads = useReads({ pipedrive: { deals: 60 }, pipelinedeals: { deals: 60 } });
afterEach(() => {
  reads.gateway.pipedrive.reset();
  reads.gateway.pipelinedeals.reset();
});

const LIST = `query ($first: Int, $after: String, $orderBy: DealOrder) {
  deals(first: $first, after: $after, orderBy: $orderBy) { nodes { id } pageInfo { hasNextPage endCursor } }
}`;

/** Walks through the list, and does something to the CRMs between its pages. */
async function walk(orderBy: object, first: number, between: (given: readonly string[]) => void): Promise<string[]> {
  const given: string[] = [];
  for (let after: string | null = null; ; ) {
    const { deals } = await reads.data(LIST, { first, after, orderBy });
    given.push(...deals.nodes.map((node: { id: string }) => node.id));
    if (!deals.pageInfo.hasNextPage) return given;
    after = deals.pageInfo.endCursor;
    between(given);
  }
}

/** What was in the list all the time with the same key. */
function steady(before: readonly ExpectedDeal[], after: readonly ExpectedDeal[], key: OrderKey): ExpectedDeal[] {
  const now = new Map(after.filter(isListed).map((deal) => [deal.id, deal]));
  return before.filter((deal) => isListed(deal) && now.get(deal.id)?.[key] === deal[key]);
}

type Change = (gateway: TestGateway, round: number, given: readonly string[]) => void;

/** Deletes the deal given last, and one that is still to come, of each CRM. */
const remove: Change = ({ pipedrive, pipelinedeals }, _round, given) => {
  const seen = new Set(given);
  const here = [...pipedrive.store.deals.values()].filter((deal) => !deal.is_deleted && !deal.is_archived);
  for (const deal of [
    here.find(({ id }) => seen.has(`pipedrive:Deal:${id}`)),
    here.find(({ id }) => !seen.has(`pipedrive:Deal:${id}`)),
  ]) {
    if (deal) deal.is_deleted = true;
  }
  const there = [...pipelinedeals.store.deals.values()];
  for (const deal of [
    there.find(({ id }) => seen.has(`pipelinedeals:Deal:${id}`)),
    there.find(({ id }) => !seen.has(`pipelinedeals:Deal:${id}`)),
  ]) {
    if (deal) pipelinedeals.store.deals.delete(deal.id);
  }
};

/** Adds a copy of a deal with a key at the start, in the middle and at the end of the order. */
const add: Change = ({ pipedrive, pipelinedeals }, round) => {
  const own = [...pipedrive.store.deals.values()].filter((deal) => !deal.is_deleted && !deal.is_archived);
  const other = [...pipelinedeals.store.deals.values()].filter((deal) => !deal.is_archived);
  const moments = [Date.UTC(2020, 0, 1 + round), Date.UTC(2025, 11, 1 + round), Date.UTC(2026, 9, 1 + round)];
  for (const [index, moment] of moments.entries()) {
    const id = pipedrive.store.nextId(pipedrive.store.deals);
    const deal = own[(round * 3 + index) % own.length];
    if (deal) pipedrive.store.deals.set(id, { ...deal, id, add_time: time(moment), update_time: time(moment) });
    const otherId = pipelinedeals.store.nextId('deals');
    const otherDeal = other[(round * 3 + index) % other.length];
    if (otherDeal) {
      pipelinedeals.store.deals.set(otherId, { ...otherDeal, id: otherId, created_at: moment, updated_at: moment });
    }
  }
};

/** Touches deals that were given and deals that were not: they move to the newer end of the order by update. */
const touch: Change = ({ pipedrive, pipelinedeals }, round, given) => {
  const now = Date.UTC(2026, 9, 1, round);
  const seen = new Set(given);
  const here = [...pipedrive.store.deals.values()];
  for (const deal of [here.find(({ id }) => seen.has(`pipedrive:Deal:${id}`)), here[(round * 7) % here.length]]) {
    if (deal) deal.update_time = time(now);
  }
  const there = [...pipelinedeals.store.deals.values()];
  for (const deal of [
    there.find(({ id }) => seen.has(`pipelinedeals:Deal:${id}`)),
    there[(round * 5) % there.length],
  ]) {
    if (deal) deal.updated_at = now;
  }
};

const CHANGES: Record<string, Change> = { remove, add, touch };

describe.each(Object.keys(CHANGES))('while others %s deals', (name) => {
  it.each([
    { field: 'CREATED_AT', key: 'createdAt', direction: 'DESC' },
    { field: 'CREATED_AT', key: 'createdAt', direction: 'ASC' },
    { field: 'UPDATED_AT', key: 'updatedAt', direction: 'DESC' },
    { field: 'UPDATED_AT', key: 'updatedAt', direction: 'ASC' },
  ] as const)('nothing that stayed is skipped or repeated, by $field $direction', async ({ field, key, direction }) => {
    const before = allDeals(reads.gateway).map((deal) => ({ ...deal }));
    let round = 0;
    const given = await walk({ field, direction }, 7, (so) => {
      // A walk towards the newer end would otherwise never end while others keep on writing there.
      if (round < 8) CHANGES[name]?.(reads.gateway, round, so);
      round += 1;
    });
    const stayed = inOrder(steady(before, allDeals(reads.gateway), key), key, direction).map(({ id }) => id);
    const kept = new Set(stayed);
    expect(stayed.length).toBeGreaterThan(60);
    expect(given.filter((id) => kept.has(id))).toEqual(stayed);
  });
});

it('deletes and adds at the same place', async () => {
  const orderBy = { field: 'CREATED_AT', direction: 'DESC' };
  const before = allDeals(reads.gateway).map((deal) => ({ ...deal }));
  let round = 0;
  const given = await walk(orderBy, 3, (so) => {
    if (round < 12) for (const change of [remove, add, touch]) change(reads.gateway, round, so);
    round += 1;
  });
  const stayed = inOrder(steady(before, allDeals(reads.gateway), 'createdAt'), 'createdAt', 'DESC').map(({ id }) => id);
  const kept = new Set(stayed);
  expect(given.filter((id) => kept.has(id))).toEqual(stayed);
});

import { describe, expect, it } from 'vitest';
import type { CrmAdapter } from '../../src/domain/crm-adapter.ts';
import type { Deal } from '../../src/domain/deal.ts';
import type { DealHit, DealSearchQuery } from '../../src/domain/deal-search.ts';
import { GatewayError } from '../../src/domain/errors.ts';
import type { Ref } from '../../src/domain/ref.ts';
import { foundDeals } from '../../src/loaders/deal-search.ts';
import type { RefLoader } from '../../src/loaders/ref-loader.ts';
import { createBegin, RunLoader } from '../../src/loaders/run-loader.ts';
import { aCall } from '../support/call.ts';

const QUERY: DealSearchQuery = { term: 'roof', fields: ['TITLE', 'NOTES'], isExact: false };

function deal(id: string, over: Partial<Deal> = {}): Deal {
  const ref = { crm: 'crm', type: 'Deal', id };
  return {
    ref,
    title: 'New roof',
    status: 'OPEN',
    isArchived: false,
    person: null,
    organization: null,
    ...over,
  } as Deal;
}

function hit(id: string, over: Partial<DealHit> = {}): DealHit {
  return { deal: id, score: 1, matchedFields: ['TITLE'], title: 'New roof', record: null, ...over };
}

async function find(
  hits: readonly DealHit[],
  deals: readonly (Deal | GatewayError | null)[],
  over: Partial<DealSearchQuery> = {},
) {
  const batches: string[][] = [];
  const Deal: RefLoader<Deal> = new RunLoader<Ref, Deal>(
    async (refs) => {
      batches.push(refs.map(({ id }) => id));
      return new Map(
        refs.flatMap(({ id }) => {
          const deal = deals[hits.findIndex((one) => one.deal === id)];
          return deal ? [[id, deal]] : [];
        }),
      );
    },
    ({ id }) => id,
    createBegin(),
  );
  const adapter = {
    crm: { id: 'crm' },
    dealSearch: {
      sources: () => [
        { key: 'search', read: async () => ({ records: hits, next: null, unreadable: [], total: null }) },
      ],
    },
  } as unknown as CrmAdapter;
  const [source] = foundDeals(adapter, { ...QUERY, ...over }, 'EXCLUDE', { Deal });
  const page = await source?.read({ position: null, after: null }, 50, aCall());
  return {
    batches,
    found: page?.records.map((one) => one.deal.ref.id),
    unreadable: page?.unreadable.map(({ code }) => code),
  };
}

const broken = new GatewayError('UPSTREAM_INVALID_RESPONSE', 'a deal that cannot be read');

describe('what an index found', () => {
  it.each<{ given: string; hit: Partial<DealHit>; deal: Deal | null; kept: boolean }>([
    { given: 'is as it was', hit: {}, deal: deal('1'), kept: true },
    { given: 'is gone', hit: {}, deal: null, kept: false },
    { given: 'was renamed', hit: {}, deal: deal('1', { title: 'Cellar' }), kept: false },
    { given: 'was renamed, and still fits', hit: {}, deal: deal('1', { title: 'Old ROOF' }), kept: true },
    {
      given: 'was found by a likeness of its title that is the CRM’s own',
      hit: { title: 'Rooof' },
      deal: deal('1', { title: 'Rooof' }),
      kept: true,
    },
    {
      given: 'was renamed, and was found in a note',
      hit: { matchedFields: ['NOTES'] },
      deal: deal('1', { title: 'Cellar' }),
      kept: true,
    },
    {
      given: 'was renamed, and may have been found in a note',
      hit: { matchedFields: [] },
      deal: deal('1', { title: 'Cellar' }),
      kept: true,
    },
    { given: 'was archived', hit: {}, deal: deal('1', { isArchived: true }), kept: false },
    { given: 'was read and not indexed', hit: { record: deal('1') }, deal: null, kept: true },
  ])('that $given: kept $kept', async ({ hit: over, deal: now, kept }) => {
    expect((await find([hit('1', over)], [now])).found).toEqual(kept ? ['1'] : []);
  });

  it('is read in one batch, and matched again', async () => {
    const hits = ['1', '2', '3'].map((id) => hit(id));
    const person = { ref: { crm: 'crm', type: 'Person', id: '8' }, known: {} } as const;
    const deals = [deal('1', { person }), deal('2', { person, status: 'LOST' }), deal('3')];
    expect(await find(hits, deals, { person: '8', status: 'OPEN' })).toEqual({
      batches: [['1', '2', '3']],
      found: ['1'],
      unreadable: [],
    });
  });

  it('and cannot be read is reported, and fails the search when nothing can', async () => {
    const hits = [hit('1'), hit('2')];
    expect(await find(hits, [broken, deal('2')])).toMatchObject({
      found: ['2'],
      unreadable: ['UPSTREAM_INVALID_RESPONSE'],
    });
    await expect(find(hits, [broken, broken])).rejects.toBe(broken);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CustomFieldReader } from '../../../src/domain/custom-field-condition.ts';
import type { Deal } from '../../../src/domain/deal.ts';
import type { DealQuery, DealWhere } from '../../../src/domain/deal-query.ts';
import { parseDecimal } from '../../../src/domain/decimal.ts';
import type { Source } from '../../../src/domain/list.ts';
import type { FieldType } from '../../../src/domain/record.ts';
import { aCall } from '../../support/call.ts';
import { paged, type Reply, type ScriptedRequest } from './scripted-http.ts';
import { adapterOver, wireDeal } from './support.ts';

const DAY_MS = 86_400_000;
const START = Date.parse('2026-03-01T12:00:00Z');

function wireTime(instant: number): string {
  const iso = new Date(instant).toISOString();
  return `${iso.slice(0, 10).replaceAll('-', '/')} ${iso.slice(11, 19)} +0000`;
}

/** Deals created at these instants, ids from 1. */
function createdAt(instants: readonly number[]): Readonly<Record<string, unknown>>[] {
  return instants.map((instant, index) => wireDeal({ id: index + 1, created_at: wireTime(instant) }));
}

/** A server that sorts and narrows by day of creation as documented. */
function serve(deals: readonly Readonly<Record<string, unknown>>[]) {
  return (request: ScriptedRequest): Reply => {
    const { params } = request;
    const from = params['conditions[deal_created][from_date]']?.replaceAll('-', '/') ?? '';
    const to = params['conditions[deal_created][to_date]']?.replaceAll('-', '/') ?? '9';
    const day = (deal: Readonly<Record<string, unknown>>) => String(deal.created_at).slice(0, 10);
    const sign = params.sort?.startsWith('-') ? -1 : 1;
    const narrowed = deals
      .filter((deal) => day(deal) >= from && day(deal) <= to)
      .toSorted(
        (a, b) =>
          sign *
          (String(a.created_at) < String(b.created_at) ? -1 : String(a.created_at) > String(b.created_at) ? 1 : 0),
      );
    return paged(narrowed, request);
  };
}

function sourceOver(reply: (request: ScriptedRequest) => Reply, query: Partial<DealQuery> = {}) {
  const { adapter, http } = adapterOver({ 'GET /deals.json': reply });
  const plan = () => {
    const [source] = adapter.deals.sources({
      where: { archived: 'INCLUDE' },
      order: { field: 'CREATED_AT', direction: 'DESC' },
      ...query,
    });
    if (!source) throw new Error('there is no source');
    return source;
  };
  return { plan, http };
}

/** Walks a source to its end as a list does; `replan` starts every page as a new request would. */
async function walk(plan: () => Source<Deal>, limit: number, replan: boolean): Promise<readonly string[]> {
  const seen: string[] = [];
  let source = plan();
  let position: string | null = null;
  for (let reads = 0; reads < 500; reads += 1) {
    const page = await source.read({ position, after: null }, limit, aCall());
    seen.push(...page.records.map((deal) => deal.ref.id).filter((id) => !seen.includes(id)));
    if (page.next === null) return seen;
    position = page.next;
    if (replan) source = plan();
  }
  throw new Error('the walk does not end');
}

async function conditionsOf(where: Partial<DealWhere>): Promise<Readonly<Record<string, string>>> {
  const { plan, http } = sourceOver((request) => paged([], request), { where: { archived: 'EXCLUDE', ...where } });
  await plan().read({ position: null, after: null }, 50, aCall());
  return Object.fromEntries(
    Object.entries(http.requests[0]?.params ?? {}).filter(([name]) => !['sort', 'page', 'per_page'].includes(name)),
  );
}

function field(key: string, type: FieldType): CustomFieldReader {
  const nothing = { text: null, number: null, date: null, options: [], flag: null };
  return { key, label: key, type, options: [], read: () => nothing };
}

describe('a walk', () => {
  it.each([
    { given: 'over spread days', instants: Array.from({ length: 40 }, (_, i) => START + i * 3 * DAY_MS) },
    { given: 'over one crowded second', instants: Array.from({ length: 40 }, () => START) },
    {
      given: 'over crowded and empty days',
      instants: Array.from({ length: 40 }, (_, i) => START + (i % 3) * 20 * DAY_MS),
    },
  ])('$given gives every deal once, in order, within a request and across requests', async ({ instants }) => {
    for (const direction of ['ASC', 'DESC'] as const) {
      for (const replan of [false, true]) {
        const { plan } = sourceOver(serve(createdAt(instants)), { order: { field: 'CREATED_AT', direction } });
        const seen = await walk(plan, 7, replan);
        expect(seen).toHaveLength(40);
        const keys = seen.map((id) => instants[Number(id) - 1] ?? 0);
        expect(keys).toEqual(keys.toSorted((a, b) => (direction === 'ASC' ? a - b : b - a)));
      }
    }
  });

  it('misses nothing whatever the days are', async () => {
    const instants = fc.array(
      fc.integer({ min: 0, max: 30 }).map((day) => START + day * DAY_MS),
      { maxLength: 30 },
    );
    await fc.assert(
      fc.asyncProperty(instants, fc.integer({ min: 1, max: 9 }), fc.boolean(), async (given, limit, replan) => {
        const { plan } = sourceOver(serve(createdAt(given)));
        expect(await walk(plan, limit, replan)).toHaveLength(given.length);
      }),
      { numRuns: 60 },
    );
  });

  it('goes on from the last key and not from a page number', async () => {
    const deals = createdAt(Array.from({ length: 20 }, (_, i) => START + i * 5 * DAY_MS));
    const { plan, http } = sourceOver(serve(deals), { order: { field: 'CREATED_AT', direction: 'ASC' } });
    const source = plan();
    const first = await source.read({ position: null, after: null }, 5, aCall());
    // The first page shrinks: by page number, the sixth deal would now be missed.
    deals.shift();
    const second = await source.read({ position: first.next, after: null }, 5, aCall());
    expect(second.records.map((deal) => deal.ref.id)).toContain('6');
    expect(http.requests[1]?.params).toMatchObject({ 'conditions[deal_created][from_date]': '2026-03-20', page: '1' });
  });

  it('steps back from a page number of an earlier request when deals before it are gone', async () => {
    const deals = createdAt(Array.from({ length: 120 }, (_, i) => START + i * 1_000));
    const { plan, http } = sourceOver(serve(deals), { order: { field: 'CREATED_AT', direction: 'ASC' } });
    const seen = new Set<string>();
    let source = plan();
    let position: string | null = null;
    let reads = 0;
    do {
      if (reads === 3) deals.splice(0, 3);
      if (reads >= 3) source = plan();
      const page = await source.read({ position, after: null }, 5, aCall());
      for (const deal of page.records) seen.add(deal.ref.id);
      position = page.next;
      reads += 1;
    } while (position !== null);
    expect(http.requests[3]?.params.page).toBe('3');
    expect(seen.size).toBe(120);
  });

  it('starts near the last record given when it has no position', async () => {
    const instants = Array.from({ length: 20 }, (_, i) => START + i * 5 * DAY_MS);
    const { plan, http } = sourceOver(serve(createdAt(instants)), { order: { field: 'CREATED_AT', direction: 'ASC' } });
    const page = await plan().read({ position: null, after: { key: instants[10] ?? 0, id: '11' } }, 5, aCall());
    expect(page.records.map((deal) => deal.ref.id)).toContain('12');
    expect(page.records.map((deal) => deal.ref.id)).not.toContain('9');
    expect(page.total).toBeNull();
    expect(http.requests).toHaveLength(1);
  });

  it('takes a position of another kind for none', async () => {
    const { plan, http } = sourceOver(serve(createdAt([START])));
    await plan().read({ position: 'page 3; drop', after: null }, 5, aCall());
    expect(http.requests[0]?.params).toEqual({ sort: '-deals.created_at', page: '1', per_page: '5' });
  });

  it('refuses a page in another order than asked', async () => {
    const { plan } = sourceOver((request) => paged(createdAt([START, START + DAY_MS]), request));
    await expect(plan().read({ position: null, after: null }, 5, aCall())).rejects.toMatchObject({
      code: 'UPSTREAM_INVALID_RESPONSE',
    });
  });

  it('leaves out and reports deals that cannot be read', async () => {
    const { plan } = sourceOver((request) => paged([wireDeal(), wireDeal({ id: 8, is_archived: 'no' })], request));
    const page = await plan().read({ position: null, after: null }, 5, aCall());
    expect(page.records.map((deal) => deal.ref.id)).toEqual(['7']);
    expect(page.unreadable).toMatchObject([{ code: 'UPSTREAM_INVALID_RESPONSE' }]);
  });
});

describe('the count', () => {
  it('is exact for all deals only', async () => {
    const { plan } = sourceOver(serve(createdAt([START, START])));
    expect(plan().countsExactly).toBe(true);
    expect((await plan().read({ position: null, after: null }, 1, aCall())).total).toBe(2);
    expect(sourceOver(serve([]), { where: { archived: 'EXCLUDE' } }).plan().countsExactly).toBeUndefined();
    const where = { archived: 'INCLUDE', status: ['OPEN'] } as const;
    expect(sourceOver(serve([]), { where }).plan().countsExactly).toBeUndefined();
  });
});

describe('conditions', () => {
  it('are none without a filter', async () => {
    expect(await conditionsOf({})).toEqual({});
  });

  it.each<[Partial<DealWhere>, Readonly<Record<string, string>>]>([
    [{ stage: { anyOf: ['2'] } }, { 'conditions[deal_stage]': '2' }],
    [{ stage: { anyOf: ['2', '4'] } }, { 'conditions[deal_stage][]': '2,4' }],
    [{ stage: { anyOf: ['2', null] } }, {}],
    [{ owner: { anyOf: ['70'] } }, { 'conditions[deal_owner]': '70' }],
    [{ owner: { anyOf: ['70', '71'] } }, { 'conditions[deal_owner]': '70' }],
    [{ owner: { anyOf: ['70', null] } }, {}],
    [{ owner: { anyOf: [null] } }, {}],
    [{ organization: { anyOf: ['88'] } }, { company_id: '88' }],
    [{ person: { anyOf: ['501'] } }, { person_id: '501' }],
    [{ title: { eq: 'Roof job, Ärzte' } }, { 'conditions[deal_name]': 'Roof' }],
    [{ title: { contains: '100 %_off\\' } }, { 'conditions[deal_name]': '100' }],
    [{ title: { startsWith: 'é' } }, {}],
    [{ title: { eq: null } }, {}],
    [{ status: ['WON'], pipeline: { anyOf: ['3'] }, currency: 'EUR' }, {}],
    [
      { value: { gte: parseDecimal('500.5'), lte: parseDecimal('1000.01') } },
      { 'conditions[deal_value][from]': '500', 'conditions[deal_value][to]': '1001' },
    ],
    [
      { value: { gte: parseDecimal('-1.5'), lte: parseDecimal('-0.5') } },
      { 'conditions[deal_value][from]': '-2', 'conditions[deal_value][to]': '0' },
    ],
    [
      { expectedCloseDate: { gte: '2026-05-10', lte: '2026-05-20' } },
      { 'conditions[exp_close][from_date]': '2026-05-09', 'conditions[exp_close][to_date]': '2026-05-22' },
    ],
    [
      { updatedAt: { gte: START, lt: START }, createdAt: { gte: START } },
      {
        'conditions[deal_modified][from_date]': '2026-02-28',
        'conditions[deal_modified][to_date]': '2026-03-03',
        'conditions[deal_created][from_date]': '2026-02-28',
      },
    ],
    [{ id: { anyOf: ['7', '9'] } }, { 'conditions[deal_id]': '7,9' }],
    [
      {
        related: {
          person: {
            name: { contains: 'Ada Roe' },
            email: { eq: "ada.o'neil@example.com" },
            phone: { contains: '0199' },
            city: { startsWith: 'San' },
            region: { eq: 'NY' },
            postalCode: { eq: '10115' },
            related: { organization: { name: { contains: 'Acme' } } },
          },
          organization: { name: { eq: 'Möbel Freight' }, city: { eq: 'Bonn' } },
          owner: { name: { eq: 'Jo' } },
        },
      },
      {
        'conditions[person_full_name]': 'Ada',
        'conditions[person_email]': 'neil@example.com',
        'conditions[person_city]': 'San',
        'conditions[person_state]': 'NY',
        'conditions[person_company_name]': 'Acme',
        'conditions[company_name]': 'Freight',
      },
    ],
    [{ probability: { gte: 50, lte: 50 } }, {}],
    [
      {
        customFields: [
          { field: field('custom_label_1', 'TEXT'), text: { contains: 'PRJ 10' } },
          { field: field('custom_label_2', 'NUMBER'), number: { gte: parseDecimal('1.5') } },
          { field: field('custom_label_3', 'OPTION'), anyOf: ['30', '31'] },
          { field: field('custom_label_4', 'DATE'), date: { gte: '2026-01-01' } },
          { field: field('custom_label_5', 'NUMBER'), text: { contains: '1' } },
          { field: field('custom_label_6', 'TEXT'), isNull: true },
        ],
      },
      {
        'conditions[custom_label_1]': 'PRJ',
        'conditions[custom_label_2][from]': '1',
        'conditions[custom_label_3][]': '30,31',
      },
    ],
  ])('narrow %o without losing a deal', async (where, conditions) => {
    expect(await conditionsOf(where)).toEqual(conditions);
  });
});

it.each<DealQuery['order']>([{ field: 'VALUE', direction: 'DESC' }, { field: 'TITLE', direction: 'ASC' }, null])(
  'says that it is in no order when %s is asked for, and gives the oldest first',
  async (order) => {
    const { plan, http } = sourceOver(serve([]), { order });
    const source = plan();
    await source.read({ position: null, after: null }, 50, aCall());
    expect(source.isUnordered).toBe(true);
    expect(http.requests[0]?.params.sort).toBe('deals.created_at');
  },
);

describe('a saved filter', () => {
  const where: DealWhere = {
    archived: 'EXCLUDE',
    savedFilter: '9',
    owner: { anyOf: ['70'] },
    createdAt: { gte: START },
  };

  it('is asked for alone and read whole', async () => {
    const deals = createdAt(Array.from({ length: 230 }, (_, index) => START + index));
    const { plan, http } = sourceOver((request) => paged(deals, request), {
      where,
      order: { field: 'CREATED_AT', direction: 'DESC' },
    });
    const source = plan();
    const { records, next } = await source.read({ position: null, after: null }, 50, aCall());
    expect([source.isUnordered, records.length, next]).toEqual([true, 230, null]);
    expect(http.requests.map(({ params }) => params)).toEqual([
      { search_id: '9', page: '1', per_page: '200' },
      { search_id: '9', page: '2', per_page: '199' },
    ]);
  });

  it('of more deals than are read whole is refused after one page', async () => {
    const { plan, http } = sourceOver(
      () => ({ body: { entries: [], pagination: { page: 1, per_page: 200, pages: 11, total: 2001 } } }),
      { where },
    );
    await expect(plan().read({ position: null, after: null }, 50, aCall())).rejects.toMatchObject({
      code: 'BUDGET_EXCEEDED',
      message: expect.stringContaining('2001'),
    });
    expect(http.requests).toHaveLength(1);
  });
});

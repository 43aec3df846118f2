import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Call } from '../../src/domain/call.ts';
import type { CrmAdapter } from '../../src/domain/crm-adapter.ts';
import { GatewayError } from '../../src/domain/errors.ts';
import type { Direction, Source, SourceStart } from '../../src/domain/list.ts';
import { compareKeys, comparePlaces } from '../../src/domain/order.ts';
import { listAcrossCrms } from '../../src/loaders/across-crms.ts';
import type { ListPage, ListPart, ListRequest } from '../../src/loaders/list-page.ts';
import { aCall } from '../support/call.ts';
import { runs } from '../support/runs.ts';

interface Item {
  readonly id: string;
  readonly crm: string;
  readonly key: number | null;
  readonly wanted: boolean;
}

interface WorldOptions {
  readonly direction: Direction;
  /** The order in which the fake CRM gives records with equal keys. */
  readonly ties: 'ascending' | 'descending';
  /** The CRM's page size; it may be smaller than what is asked for. */
  readonly page: number;
}

const CRMS = ['alpha', 'beta', 'gamma'];

/** A CRM that pages by offset through its records, ordered by key, ties in an order of its own. */
function source(
  items: () => readonly Item[],
  options: WorldOptions,
  onRead?: (start: SourceStart) => void,
): Source<Item> {
  const keys = compareKeys('plain', options.direction);
  const tie = options.ties === 'ascending' ? 1 : -1;
  return {
    key: 'all',
    async read(start, limit) {
      onRead?.(start);
      const sorted = [...items()]
        .filter((item) => item.key !== null)
        .sort((a, b) => keys(a.key, b.key) || tie * (Number(a.id) - Number(b.id)));
      const from = Number(start.position ?? 0);
      const to = from + Math.min(limit, options.page);
      return {
        records: sorted.slice(from, to),
        next: to < sorted.length ? String(to) : null,
        unreadable: [],
        total: sorted.length,
      };
    },
  };
}

function nulls(items: () => readonly Item[]): Source<Item> {
  return {
    key: 'nulls',
    onlyNullKeys: true,
    read: async () => ({ records: items().filter((i) => i.key === null), next: null, unreadable: [], total: null }),
  };
}

function part(crm: string, sources: ListPart<Item>['sources']): ListPart<Item> {
  return { adapter: { crm: { id: crm } } as CrmAdapter, index: CRMS.indexOf(crm), sources, selective: false };
}

function request(
  parts: readonly ListPart<Item>[],
  direction: Direction,
  over: Partial<ListRequest<Item>> = {},
): ListRequest<Item> {
  const keys = compareKeys('plain', direction);
  return {
    parts,
    rules: {
      moves: 'NEVER',
      compareKeys: keys,
      comparePlaces: comparePlaces(keys),
      place: (item, crm) => ({ key: item.key, crm, id: item.id }),
      matches: async (all) => all.map((item) => item.wanted),
    },
    first: 5,
    after: null,
    query: 'q',
    onCrmFailure: 'FAIL',
    wantsNext: true,
    ...over,
  };
}

async function walk(make: (after: string | null) => ListRequest<Item>, call: Call): Promise<Item[]> {
  const all: Item[] = [];
  let after: string | null = null;
  for (let pages = 0; pages < 500; pages += 1) {
    const page: ListPage<Item> = await listAcrossCrms(make(after), call, 0);
    all.push(...page.edges.map((edge) => edge.node));
    if (!page.hasNextPage) return all;
    after = page.edges.at(-1)?.cursor() ?? null;
  }
  throw new Error('the walk does not end');
}

const world = fc.array(
  fc.record({
    crm: fc.constantFrom(...CRMS),
    key: fc.option(fc.integer({ min: 0, max: 6 }), { freq: 12 }),
    wanted: fc.boolean(),
  }),
  { maxLength: 60 },
);

const options = fc.record({
  direction: fc.constantFrom<Direction>('ASC', 'DESC'),
  ties: fc.constantFrom<WorldOptions['ties']>('ascending', 'descending'),
  page: fc.integer({ min: 1, max: 9 }),
});

describe('a list over several CRMs', () => {
  it('is all that matches, once, in the total order, whatever the page sizes and ties', async () => {
    await fc.assert(
      fc.asyncProperty(world, options, fc.integer({ min: 1, max: 7 }), async (records, opts, first) => {
        const items = records.map((record, index): Item => ({ ...record, id: String(index + 1) }));
        const keys = compareKeys('plain', opts.direction);
        const compare = comparePlaces(keys);
        const place = (i: Item) => ({ key: i.key, crm: CRMS.indexOf(i.crm), id: i.id });
        const expected = items.filter((i) => i.wanted).sort((a, b) => compare(place(a), place(b)));
        const parts = CRMS.map((crm) => {
          const own = () => items.filter((i) => i.crm === crm);
          return part(crm, [source(own, opts), nulls(own)]);
        });
        const got = await walk((after) => request(parts, opts.direction, { first, after }), aCall());
        expect(got.map((i) => i.id)).toEqual(expected.map((i) => i.id));
      }),
      runs(300),
    );
  });

  it('gives the same records from the cursor of any edge', async () => {
    await fc.assert(
      fc.asyncProperty(world, options, fc.nat(), async (records, opts, pick) => {
        const items = records.map((record, index): Item => ({ ...record, id: String(index + 1), wanted: true }));
        fc.pre(items.length > 0);
        const parts = CRMS.map((crm) => {
          const own = () => items.filter((i) => i.crm === crm);
          return part(crm, [source(own, opts), nulls(own)]);
        });
        const whole = await listAcrossCrms(request(parts, opts.direction, { first: 500 }), aCall(), 0);
        const at = pick % whole.edges.length;
        const rest = await listAcrossCrms(
          request(parts, opts.direction, { first: 500, after: whole.edges[at]?.cursor() ?? '' }),
          aCall(),
          0,
        );
        expect(rest.edges.map((e) => e.node.id)).toEqual(whole.edges.slice(at + 1).map((e) => e.node.id));
        expect(rest.hasPreviousPage).toBe(true);
      }),
      runs(300),
    );
  });

  const three = (crm: string, from: number): Item[] =>
    [0, 1, 2].map((n) => ({ id: String(from + n), crm, key: from + n, wanted: true }));
  const plain: WorldOptions = { direction: 'ASC', ties: 'ascending', page: 100 };

  it('reads each CRM once for a page that its first page fills', async () => {
    const reads: string[] = [];
    const parts = ['alpha', 'beta'].map((crm, n) =>
      part(crm, [
        source(
          () => three(crm, n * 10),
          plain,
          () => reads.push(crm),
        ),
      ]),
    );
    const page = await listAcrossCrms(request(parts, 'ASC', { first: 4 }), aCall(), 0);
    expect(page.edges.map((e) => e.node.id)).toEqual(['0', '1', '2', '10']);
    expect(page.hasNextPage).toBe(true);
    expect(reads).toEqual(['alpha', 'beta']);
  });

  const broken: Source<Item> = {
    key: 'all',
    read: () => Promise.reject(new GatewayError('UPSTREAM_UNAVAILABLE', 'down')),
  };

  it('fails as a whole when a CRM fails, unless partial answers are welcome', async () => {
    const parts = [part('alpha', [source(() => three('alpha', 1), plain)]), part('beta', [broken])];
    await expect(listAcrossCrms(request(parts, 'ASC'), aCall(), 0)).rejects.toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
      details: { crm: 'beta' },
    });
    const page = await listAcrossCrms(request(parts, 'ASC', { onCrmFailure: 'PARTIAL', first: 2 }), aCall(), 0);
    expect(page.edges.map((e) => e.node.id)).toEqual(['1', '2']);
    expect(page.crms.map((c) => [c.adapter.crm.id, c.state, c.problems.map((p) => p.code)])).toEqual([
      ['alpha', 'COMPLETE', []],
      ['beta', 'FAILED', ['UPSTREAM_UNAVAILABLE']],
    ]);
    expect(page.totalCount).toBeNull();
  });

  it('leaves a CRM that failed out of the rest of the walk, and says so on every page', async () => {
    let down = true;
    const flaky: Source<Item> = {
      key: 'all',
      read: (...args) => (down ? broken.read(...args) : source(() => three('beta', 5), plain).read(...args)),
    };
    const parts = [part('alpha', [source(() => three('alpha', 1), plain)]), part('beta', [flaky])];
    const make = (after: string | null) => request(parts, 'ASC', { onCrmFailure: 'PARTIAL', first: 2, after });
    const page = await listAcrossCrms(make(null), aCall(), 0);
    down = false;
    const next = await listAcrossCrms(make(page.edges.at(-1)?.cursor() ?? ''), aCall(), 0);
    expect(next.edges.map((e) => e.node.id)).toEqual(['3']);
    expect(next.crms.map((c) => c.state)).toEqual(['COMPLETE', 'FAILED']);
  });

  it('refuses a page that is not in the order asked for', async () => {
    const shuffled: Source<Item> = {
      key: 'all',
      read: async () => ({ records: three('alpha', 1).reverse(), next: null, unreadable: [], total: null }),
    };
    await expect(listAcrossCrms(request([part('alpha', [shuffled])], 'ASC'), aCall(), 0)).rejects.toMatchObject({
      code: 'UPSTREAM_INVALID_RESPONSE',
    });
  });

  it('reports unreadable records, or fails for them', async () => {
    const dented: Source<Item> = {
      key: 'all',
      read: async () => ({
        records: three('alpha', 1),
        next: null,
        unreadable: [new GatewayError('UPSTREAM_INVALID_RESPONSE', 'a Deal 4 that cannot be read')],
        total: null,
      }),
    };
    const parts = [part('alpha', [dented])];
    await expect(listAcrossCrms(request(parts, 'ASC'), aCall(), 0)).rejects.toMatchObject({
      code: 'UPSTREAM_INVALID_RESPONSE',
    });
    const page = await listAcrossCrms(request(parts, 'ASC', { onCrmFailure: 'PARTIAL' }), aCall(), 0);
    expect(page.edges).toHaveLength(3);
    expect(page.crms[0]).toMatchObject({ state: 'INCOMPLETE', problems: [{ code: 'UPSTREAM_INVALID_RESPONSE' }] });
  });

  it('stops reading when too much does not match', async () => {
    const endless: Source<Item> = {
      key: 'all',
      read: async (start, limit) => {
        const from = Number(start.position ?? 0);
        return {
          records: Array.from({ length: limit }, (_, n) => ({
            id: String(from + n + 1),
            crm: 'alpha',
            key: from + n,
            wanted: false,
          })),
          next: String(from + limit),
          unreadable: [],
          total: null,
        };
      },
    };
    await expect(listAcrossCrms(request([part('alpha', [endless])], 'ASC'), aCall(), 0)).rejects.toMatchObject({
      code: 'BUDGET_EXCEEDED',
    });
  });

  describe('cursors', () => {
    const parts = [part('alpha', [source(() => three('alpha', 1), plain)])];
    const cursor = async () =>
      (await listAcrossCrms(request(parts, 'ASC', { first: 1 }), aCall(), 0)).edges[0]?.cursor() ?? '';

    it.each([
      { given: 'nonsense', change: () => 'nonsense' },
      { given: 'nothing', change: () => '' },
      { given: 'a changed one', change: (c: string) => `${c.slice(0, -4)}AAAA` },
      { given: 'a longer one', change: (c: string) => `${c}AAAA` },
    ])('refuse $given', async ({ change }) => {
      const after = change(await cursor());
      await expect(listAcrossCrms(request(parts, 'ASC', { after }), aCall(), 0)).rejects.toMatchObject({
        code: 'BAD_USER_INPUT',
        details: { argument: 'after' },
      });
    });

    it('fit one list only', async () => {
      const after = await cursor();
      await expect(
        listAcrossCrms(request(parts, 'ASC', { after, query: 'another filter' }), aCall(), 0),
      ).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    });
  });
});

/** A CRM that pages by where the last record was, and whose records can be read by id. Pages are of the size asked for. */
function byPlace(items: () => readonly Item[], options: WorldOptions, onRead: (way: 'page' | 'ids') => void) {
  const keys = compareKeys('plain', options.direction);
  const tie = options.ties === 'ascending' ? 1 : -1;
  const compare = (a: Pick<Item, 'key' | 'id'>, b: Pick<Item, 'key' | 'id'>) =>
    keys(a.key, b.key) || tie * (Number(a.id) - Number(b.id));
  return {
    key: 'all',
    isSeamless: true,
    async read(start, limit) {
      onRead('page');
      const after: Item | null = start.position === null ? null : JSON.parse(start.position);
      const rest = [...items()].sort(compare).filter((item) => !after || compare(item, after) > 0);
      const records = rest.slice(0, Math.min(limit, options.page));
      const next = records.length < rest.length ? JSON.stringify(records.at(-1)) : null;
      return { records, next, unreadable: [], total: null };
    },
    async readMany(ids) {
      onRead('ids');
      return new Map(items().flatMap((item) => (ids.includes(item.id) ? [[item.id, item]] : [])));
    },
  } satisfies Source<Item>;
}

describe('a walk over records that can be read by id as well', () => {
  it('gives what is there all the time once, in the total order, whatever happens to the rest', async () => {
    const read = { page: 0, ids: 0 };
    await fc.assert(
      fc.asyncProperty(
        world,
        options,
        fc.integer({ min: 1, max: 7 }),
        fc.boolean(),
        fc.infiniteStream(fc.record({ pick: fc.nat(), what: fc.constantFrom('delete', 'unwant', 'key', 'nothing') })),
        fc.infiniteStream(fc.integer({ min: 0, max: 6 })),
        async (records, opts, first, selective, changes, newKeys) => {
          let items = records
            .filter(({ key }) => key !== null)
            .map((record, index): Item => ({ ...record, id: String(index + 1) }));
          const keys = compareKeys('plain', opts.direction);
          const place = (i: Item) => ({ key: i.key, crm: CRMS.indexOf(i.crm), id: i.id });
          const expected = items.filter((i) => i.wanted).sort((a, b) => comparePlaces(keys)(place(a), place(b)));
          const touched = new Set<string>();
          const parts = CRMS.map((crm) => {
            const own = () => items.filter((i) => i.crm === crm);
            return { ...part(crm, [byPlace(own, opts, (way) => (read[way] += 1))]), selective };
          });
          const make = (after: string | null) => {
            const change = changes.next().value;
            const at = change.pick % Math.max(1, items.length);
            const item = items[at];
            if (after !== null && item !== undefined && change.what !== 'nothing') {
              touched.add(item.id);
              const key = newKeys.next().value;
              if (change.what === 'delete') items = items.filter((one) => one !== item);
              if (change.what === 'unwant') items = items.with(at, { ...item, wanted: false });
              if (change.what === 'key') items = items.with(at, { ...item, key });
            }
            const asked = request(parts, opts.direction, { first, after });
            return { ...asked, rules: { ...asked.rules, moves: 'ANYWHERE' as const } };
          };
          const got = (await walk(make, aCall())).map(({ id }) => id);
          expect(got).toHaveLength(new Set(got).size);
          const steady = expected.map(({ id }) => id).filter((id) => !touched.has(id));
          expect(got.filter((id) => !touched.has(id))).toEqual(steady);
        },
      ),
      { numRuns: 2_000 },
    );
    expect(read.ids).toBeGreaterThan(200);
    expect(read.page).toBeGreaterThan(200);
  });

  it('reads each page once, however long the walk is', async () => {
    const reads: string[] = [];
    const items = Array.from(
      { length: 2_000 },
      (_, n): Item => ({ id: `${n + 1}`, crm: 'alpha', key: n, wanted: true }),
    );
    const plain: WorldOptions = { direction: 'ASC', ties: 'ascending', page: 500 };
    const parts = [
      part('alpha', [
        byPlace(
          () => items,
          plain,
          (way) => reads.push(way),
        ),
      ]),
    ];
    const got = await walk((after) => request(parts, 'ASC', { first: 500, after }), aCall());
    expect(got).toHaveLength(2_000);
    expect(reads).toEqual(['page', 'page', ...Array(3).fill(['ids', 'page']).flat()]);
  });
});

describe('a walk in order of change', () => {
  const options: WorldOptions = { direction: 'ASC', ties: 'ascending', page: 500 };
  const wanted = true;

  it('leaves out what changes after its first page, however long it takes, and nothing else', async () => {
    let now = 1_000;
    const items = Array.from({ length: 30 }, (_, n): Item => ({ id: `${n + 1}`, crm: 'alpha', key: 900 + n, wanted }));
    const adapter = { crm: { id: 'alpha' }, now: () => ({ from: now - 20, to: now + 20 }) } as CrmAdapter;
    const all: Item[] = [];
    const touched = new Set<number>();
    let after: string | null = null;
    for (let page = 0; page < 100; page += 1) {
      const asked: ListRequest<Item> = request([{ ...part('alpha', [source(() => items, options)]), adapter }], 'ASC', {
        after,
        first: 2,
      });
      const answer = await listAcrossCrms({ ...asked, rules: { ...asked.rules, moves: 'TO_THE_END' } }, aCall(), 0);
      all.push(...answer.edges.map(({ node }) => node));
      if (!answer.hasNextPage) break;
      after = answer.edges.at(-1)?.cursor() ?? null;
      // Somebody changes one that was given and one that was not; the CRM may be late by its clock.
      for (const index of [page, 29 - page]) {
        if (index === page || page % 3 === 0) {
          touched.add(index);
          items[index] = { ...(items[index] as Item), key: now - 15 };
        }
      }
      now += 7;
    }
    expect(all).toHaveLength(new Set(all.map(({ id }) => id)).size);
    const steady = items.filter((_, index) => !touched.has(index)).map(({ id }) => id);
    expect(all.map(({ id }) => id).filter((id) => steady.includes(id))).toEqual(steady);
  });

  it('reads nothing more once it comes to what changed since', async () => {
    let now = 1_000;
    const items = Array.from({ length: 40 }, (_, n): Item => ({ id: `${n + 1}`, crm: 'alpha', key: 900 + n, wanted }));
    const adapter = { crm: { id: 'alpha' }, now: () => ({ from: now - 2, to: now + 2 }) } as CrmAdapter;
    let reads = 0;
    const ask = async (after: string | null) => {
      const counted = source(
        () => items,
        { ...options, page: 4 },
        () => (reads += 1),
      );
      const asked = request([{ ...part('alpha', [counted]), adapter }], 'ASC', { after, first: 10 });
      return listAcrossCrms({ ...asked, rules: { ...asked.rules, moves: 'TO_THE_END' } }, aCall(), 0);
    };
    const first = await ask(null);
    now = 2_000;
    for (let index = 12; index < 40; index += 1) items[index] = { ...(items[index] as Item), key: now + index };
    reads = 0;
    const second = await ask(first.edges.at(-1)?.cursor() ?? null);
    expect(second.edges.map(({ node }) => node.id)).toEqual(['11', '12']);
    expect(second.hasNextPage).toBe(false);
    expect(reads).toBe(2);
  });
});

describe('a list of everything that is tried in place of several', () => {
  it('gives what those would, however much of it matches and wherever it is given up', async () => {
    const givenUp = { first: 0, further: 0 };
    await fc.assert(
      fc.asyncProperty(
        world,
        options,
        fc.integer({ min: 1, max: 7 }),
        fc.integer({ min: 1, max: 12 }),
        async (records, opts, first, scanLimit) => {
          const items = records.map((record, index): Item => ({ ...record, id: String(index + 1) }));
          const keys = compareKeys('plain', opts.direction);
          const place = (i: Item) => ({ key: i.key, crm: CRMS.indexOf(i.crm), id: i.id });
          const expected = items
            .filter((i) => i.wanted && i.key !== null)
            .sort((a, b) => comparePlaces(keys)(place(a), place(b)));
          let isFirst = true;
          const parts = CRMS.map((crm) => {
            const own = () => items.filter((i) => i.crm === crm);
            const apart = (rest: number) => ({
              ...source(
                () => own().filter((i) => i.wanted && Number(i.id) % 2 === rest),
                opts,
                () => {
                  if (!isFirst) givenUp.further += 1;
                },
              ),
              key: `apart ${rest}`,
            });
            const found = (isEnough: boolean) => {
              if (!isEnough) givenUp.first += 1;
            };
            return {
              ...part(crm, [apart(0), apart(1)]),
              attempt: { sources: [{ ...source(own, opts), key: 'together' }], found },
            };
          });
          const make = (after: string | null) => {
            isFirst = after === null;
            return request(parts, opts.direction, { first, after });
          };
          const got = await walk(make, { ...aCall(), scanLimit });
          expect(got.map((i) => i.id)).toEqual(expected.map((i) => i.id));
        },
      ),
      runs(200),
    );
    expect(givenUp.first).toBeGreaterThan(20);
    expect(givenUp.further).toBeGreaterThan(20);
  });
});

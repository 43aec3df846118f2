import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../src/domain/errors.ts';
import type { Source } from '../../src/domain/list.ts';
import { compareKeys, comparePlaces } from '../../src/domain/order.ts';
import { listAcrossCrms } from '../../src/loaders/across-crms.ts';
import type { ListPage } from '../../src/loaders/list-page.ts';
import type { ListRules } from '../../src/loaders/list-rules.ts';
import { orderedHere } from '../../src/loaders/ordered-here.ts';
import { readAll } from '../../src/loaders/read-all.ts';
import { aCall } from '../support/call.ts';
import { runs } from '../support/runs.ts';

interface Item {
  readonly id: string;
  readonly key: string | null;
  readonly wanted: boolean;
}

/** A CRM that gives its records in pages, in no order, and some of them again on the next page. */
function pages(items: readonly Item[], size: number, overlap = 0, total: number | null = null): Source<Item> {
  return {
    key: 'pages',
    isUnordered: true,
    async read({ position }) {
      const from = Number(position ?? 0);
      const records = items.slice(Math.max(0, from - overlap), from + size);
      return { records, next: from + size < items.length ? String(from + size) : null, unreadable: [], total };
    },
  };
}

function rules(direction: 'ASC' | 'DESC'): ListRules<Item> {
  const keys = compareKeys('plain', direction);
  return {
    moves: 'NEVER',
    compareKeys: keys,
    comparePlaces: comparePlaces(keys),
    place: (item, crm) => ({ key: item.key, crm, id: item.id }),
    matches: async (all) => all.map((item) => item.wanted),
  };
}

const items = (count: number, wanted = true) =>
  Array.from({ length: count }, (_, index): Item => ({ id: String(index + 1), key: `k${index % 7}`, wanted }));
const reading = {
  id: (item: Item) => item.id,
  matches: async (all: readonly Item[]) => all.map((item) => item.wanted),
  advice: 'do something else',
};

describe('a list ordered by the gateway', () => {
  it('is everything that matches, once, in the total order, from any cursor', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ key: fc.option(fc.string({ unit: 'binary', maxLength: 3 })), wanted: fc.boolean() }), {
          maxLength: 40,
        }),
        fc.constantFrom('ASC' as const, 'DESC' as const),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 7 }),
        async (records, direction, size, first) => {
          const all = records.map((record, index): Item => ({ ...record, id: String(index + 1) }));
          const list = rules(direction);
          const place = (item: Item) => list.place(item, 0);
          const expected = all.filter(({ wanted }) => wanted).sort((a, b) => list.comparePlaces(place(a), place(b)));
          const source = orderedHere([pages(all, size, 2)], 0, list, ({ id }) => id, 'no');
          const given: string[] = [];
          let after: string | null = null;
          do {
            const page: ListPage<Item> = await listAcrossCrms(
              {
                parts: [{ adapter: { crm: { id: 'crm' } } as never, index: 0, sources: [source], selective: false }],
                rules: list,
                first,
                after,
                query: 'q',
                onCrmFailure: 'FAIL',
                wantsNext: true,
              },
              aCall(),
              0,
            );
            given.push(...page.edges.map(({ node }) => node.id));
            after = page.hasNextPage ? (page.edges.at(-1)?.cursor() ?? null) : null;
          } while (after !== null);
          expect(given).toEqual(expected.map(({ id }) => id));
        },
      ),
      runs(100),
    );
  });

  it('is prepared with what it reads before it is put in order', async () => {
    const keys = new Map<string, string>();
    const list: ListRules<Item> = {
      ...rules('ASC'),
      prepare: async (records) => {
        for (const { id } of records) keys.set(id, id === '1' ? 'z' : 'a');
      },
      place: (item, crm) => ({ key: keys.get(item.id) ?? null, crm, id: item.id }),
    };
    const source = orderedHere([pages(items(3), 2)], 0, list, ({ id }) => id, 'no');
    const { records } = await source.read({ position: null, after: null }, 1, aCall());
    expect(records.map(({ id }) => id)).toEqual(['2', '3', '1']);
  });
});

describe('reading all', () => {
  it('takes as many as the scan limit, of several sources together', async () => {
    const others = items(800, false).map((item) => ({ ...item, id: `${item.id}000000` }));
    const { records } = await readAll([pages(items(1200), 500), pages(others, 500)], reading, aCall());
    expect(records).toHaveLength(1200);
    const call = aCall({ scanLimit: 1999 });
    await expect(readAll([pages(items(1200), 500), pages(others, 500)], reading, call)).rejects.toMatchObject({
      code: 'BUDGET_EXCEEDED',
      message: expect.stringContaining('more than 1999'),
    });
  });

  it('has everything matched at once', async () => {
    const asked: number[] = [];
    const matches = async (all: readonly Item[]) => {
      asked.push(all.length);
      return all.map(({ wanted }) => wanted);
    };
    await readAll([pages(items(120), 50), pages(items(30), 10)], { ...reading, matches }, aCall());
    expect(asked).toEqual([120]);
  });

  it.each<[string, Source<Item>]>([
    ['one more that matches', pages(items(2001), 500)],
    ['one more that does not', pages(items(2001, false), 500)],
    ['more, as the first page tells', pages(items(1), 500, 0, 2001)],
  ])('refuses %s, and says what else there is to do', async (_what, source) => {
    await expect(readAll([source], reading, aCall())).rejects.toMatchObject({
      code: 'BUDGET_EXCEEDED',
      message: expect.stringMatching(/2000.*do something else/),
    });
  });

  it('does not read a page for ever', async () => {
    const stuck: Source<Item> = {
      key: 'stuck',
      read: async () => ({ records: [], next: 'again', unreadable: [], total: null }),
    };
    await expect(readAll([stuck], reading, aCall())).rejects.toBeInstanceOf(GatewayError);
  });

  it('keeps what cannot be read', async () => {
    const problem = new GatewayError('UPSTREAM_INVALID_RESPONSE', 'a deal that cannot be read');
    const dented: Source<Item> = {
      key: 'dented',
      read: async () => ({ records: items(1), next: null, unreadable: [problem], total: null }),
    };
    expect((await readAll([dented], reading, aCall())).unreadable).toEqual([problem]);
  });
});

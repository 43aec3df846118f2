import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { TestGateway } from '../../support/gateway.ts';
import { runs } from '../../support/runs.ts';
import { type Order, ordered } from '../finding/oracle.ts';
import { ids, inOrder, isListed, time } from '../reads/oracle.ts';
import { useReads } from '../reads/support.ts';
import { CONDITIONS, filterOf, fits, trees } from './conditions.ts';
import { type Facts, factsOf } from './facts.ts';

const reads = useReads({ pipedrive: { deals: 32 }, pipelinedeals: { deals: 32 } });
afterEach(() => reset());

function reset(): void {
  reads.gateway.pipedrive.reset();
  reads.gateway.pipelinedeals.reset();
}

const LIST = `query ($filter: DealFilter, $first: Int, $after: String, $orderBy: DealOrder) {
  deals(filter: $filter, first: $first, after: $after, orderBy: $orderBy) {
    nodes { id } pageInfo { hasNextPage endCursor }
  }
}`;

type Field = Order | 'UPDATED_AT';
type Direction = 'ASC' | 'DESC';

const FIELDS: readonly Field[] = [
  'CREATED_AT',
  'UPDATED_AT',
  'TITLE',
  'VALUE',
  'EXPECTED_CLOSE_DATE',
  'OWNER',
  'PROBABILITY',
  'CLOSED_AT',
];

function inTotalOrder(deals: readonly Facts[], field: Field, direction: Direction): readonly { id: string }[] {
  return field === 'UPDATED_AT' ? inOrder(deals, 'updatedAt', direction) : ordered(deals, field, direction);
}

/** What places a deal in an order; two deals with the same differ by CRM and id only. */
function keyOf(deal: Facts, field: Field): unknown {
  switch (field) {
    case 'CREATED_AT':
      return deal.createdAt;
    case 'UPDATED_AT':
      return deal.updatedAt;
    case 'TITLE':
      return deal.title;
    case 'VALUE':
      return deal.value?.amount ?? null;
    case 'EXPECTED_CLOSE_DATE':
      return deal.expectedCloseDate;
    case 'OWNER':
      return deal.owner;
    case 'SOURCE':
      return deal.sourceId;
    case 'PROBABILITY':
      return deal.probability;
    case 'CLOSED_AT':
      return deal.closedAt;
  }
}

interface Write {
  readonly kind: 'add' | 'touch' | 'rename' | 'delete';
  readonly crm: 'pipedrive' | 'pipelinedeals';
  readonly which: number;
  readonly at: number;
}

/** One write by somebody else, straight into a CRM's store, which notes when something was changed. */
function perform({ pipedrive, pipelinedeals }: TestGateway, { kind, crm, which, at }: Write): void {
  const moment = kind === 'add' ? Date.UTC(2024, at % 30, 1 + (at % 27), at % 24) : Date.now();
  if (crm === 'pipedrive') {
    const { store } = pipedrive;
    const deals = [...store.deals.values()].filter((deal) => !deal.is_deleted);
    const deal = deals[which % deals.length];
    if (!deal) return;
    if (kind === 'delete') deal.is_deleted = true;
    if (kind === 'rename') deal.title = `Änderung ${at}`;
    if (kind === 'rename' || kind === 'touch') deal.update_time = time(moment);
    if (kind !== 'add') return;
    const id = store.nextId(store.deals);
    store.deals.set(id, { ...deal, id, add_time: time(moment), update_time: time(moment) });
    return;
  }
  const { store } = pipelinedeals;
  const deals = [...store.deals.values()];
  const deal = deals[which % deals.length];
  if (!deal) return;
  if (kind === 'delete') store.deals.delete(deal.id);
  if (kind === 'rename') deal.name = `Änderung ${at}`;
  if (kind === 'rename' || kind === 'touch') deal.updated_at = moment;
  if (kind !== 'add') return;
  const id = store.nextId('deals');
  store.deals.set(id, { ...deal, id, created_at: moment, updated_at: moment });
}

const writes: fc.Arbitrary<Write> = fc.record({
  kind: fc.constantFrom('add', 'touch', 'rename', 'delete'),
  crm: fc.constantFrom('pipedrive', 'pipelinedeals'),
  which: fc.nat(99),
  at: fc.nat(999),
});

const order = fc.record({
  field: fc.constantFrom(...FIELDS),
  direction: fc.constantFrom<Direction>('ASC', 'DESC'),
});

describe.each(Object.keys(CONDITIONS))('the condition %s', (name) => {
  it('holds for some deals and not for others', async () => {
    const condition = CONDITIONS[name];
    const listed = factsOf(reads.gateway).filter(isListed);
    const wanted = listed.filter((deal) => condition?.fits(deal));
    expect(wanted.length).toBeGreaterThan(0);
    expect(wanted.length).toBeLessThan(listed.length);
    const { deals } = await reads.data(LIST, { filter: condition?.filter, first: 500 });
    expect(ids(deals.nodes)).toEqual(ids(inOrder(wanted, 'createdAt', 'DESC')));
  });
});

describe('a list over both CRMs', () => {
  it('is what a brute-force evaluation gives, page by page', async () => {
    await fc.assert(
      fc.asyncProperty(trees, order, fc.integer({ min: 6, max: 40 }), async (filter, orderBy, first) => {
        const wanted = factsOf(reads.gateway).filter((deal) => isListed(deal) && fits(filter, deal));
        const given = await walk({ filter: filterOf(filter), first, orderBy });
        expect(given).toEqual(ids(inTotalOrder(wanted, orderBy.field, orderBy.direction)));
      }),
      runs(10),
    );
  });

  it('repeats and skips nothing whose key stays while others write between its pages', async () => {
    await fc.assert(
      fc.asyncProperty(
        trees,
        order,
        fc.integer({ min: 4, max: 14 }),
        fc.array(fc.array(writes, { maxLength: 4 }), { maxLength: 6 }),
        async (filter, orderBy, first, rounds) => {
          reset();
          const { field, direction } = orderBy;
          const all = () => factsOf(reads.gateway);
          const matching = () =>
            new Map(all().flatMap((deal) => (isListed(deal) && fits(filter, deal) ? [[deal.id, deal] as const] : [])));
          const steady = matching();
          const ever = new Set(steady.keys());
          const given = await walk({ filter: filterOf(filter), first, orderBy }, (round) => {
            for (const write of rounds[round] ?? []) {
              perform(reads.gateway, write);
              const now = matching();
              for (const id of now.keys()) ever.add(id);
              for (const [id, before] of steady) {
                const after = now.get(id);
                if (!after || keyOf(after, field) !== keyOf(before, field)) steady.delete(id);
              }
            }
          });
          expect(given).toEqual([...new Set(given)]);
          expect(given.filter((id) => !ever.has(id))).toEqual([]);
          const stayed = inTotalOrder([...steady.values()], field, direction);
          expect(given.filter((id) => steady.has(id))).toEqual(ids(stayed));
        },
      ),
      runs(10),
    );
  });
});

describe('a deal that was given and then moves to the end', () => {
  const moves: Readonly<Record<string, { pipedrive: object; pipelinedeals: object }>> = {
    TITLE: { pipedrive: { title: 'ÿ' }, pipelinedeals: { name: 'ÿ' } },
    EXPECTED_CLOSE_DATE: {
      pipedrive: { expected_close_date: '2199-01-01' },
      pipelinedeals: { expected_close_date: '2199-01-01' },
    },
    UPDATED_AT: { pipedrive: {}, pipelinedeals: {} },
  };

  it.each(Object.entries(moves))('does not come again in the order of %s', async (field, changes) => {
    const { pipedrive, pipelinedeals } = reads.gateway;
    const orderBy = { field: field as Field, direction: 'ASC' as const };
    const listed = factsOf(reads.gateway).filter(isListed);
    const before = ids(inTotalOrder(listed, orderBy.field, 'ASC'));
    const given = await walk({ first: 8, orderBy }, (round) => {
      if (round > 1) return;
      const moved = new Set(before.slice(round * 8, round * 8 + 5));
      for (const id of moved) {
        const number = Number(id.split(':')[2]);
        const now = Date.now();
        if (id.startsWith('pipedrive')) {
          Object.assign(pipedrive.store.deals.get(number) ?? {}, changes.pipedrive, { update_time: time(now) });
        } else Object.assign(pipelinedeals.store.deals.get(number) ?? {}, changes.pipelinedeals, { updated_at: now });
      }
      // They are among those that were not given yet, and would come again.
      const after = ids(inTotalOrder(factsOf(reads.gateway).filter(isListed), orderBy.field, 'ASC'));
      expect(after.slice(8 * (round + 1)).filter((id) => moved.has(id))).toHaveLength(5);
    });
    expect(given).toEqual(before);
  });
});

/** Walks through a list, `between` doing something before each further page. */
async function walk(
  variables: Record<string, unknown>,
  between: (round: number) => void = () => undefined,
): Promise<string[]> {
  const given: string[] = [];
  let after: string | null = null;
  for (let round = 0; round < 100; round += 1) {
    const { deals } = await reads.data(LIST, { ...variables, after });
    given.push(...ids(deals.nodes));
    if (!deals.pageInfo.hasNextPage) return given;
    after = deals.pageInfo.endCursor;
    between(round);
  }
  throw new Error('the walk does not end');
}

import type { Account, Part } from './account.ts';
import { effect, missing, repeated } from './effect.ts';
import { newLines } from './line-scenarios.ts';
import { gone, onBoth, onPipedrive, type Prepared, type Scenario } from './scenario.ts';

/** What the kept deal lacks and an absorbed one has. */
const CLOSE_DATE = '2027-03-31';

const PARTS_OF_A_MERGE: readonly Part[] = ['notes', 'activities', 'files', 'lines'];

/** Writes on deals as a whole. */
export const DEAL_SCENARIOS: readonly Scenario[] = [
  ...onBoth('addDeal', async (account) => added(account, 0)),
  onPipedrive('addDeal with products', async (account) => added(account, 3)),
  ...onBoth('updateDeal', async (account) => {
    const [deal, title] = [await account.newDeal(), account.unique()];
    const before = account.deal(deal);
    return {
      mutation: 'updateDeal',
      input: { id: deal, title, value: '77' },
      named: () => [deal],
      effect() {
        const now = account.deal(deal);
        const isAsBefore = now?.title === before?.title && now?.value === before?.value;
        const isWhole = now?.title === title && now.value === '77';
        return effect([isWhole], { losses: isAsBefore || isWhole ? [] : [`${deal} has only a part of the change`] });
      },
    };
  }),
  ...onBoth('mergeDeals', merged),
  ...onBoth('duplicateDeal', async (account) => {
    const original = await account.newDeal({ lines: 2 });
    const [title, lines] = [account.unique(), account.parts('lines', original)];
    const unnamed = `${account.deal(original)?.title} (copy)`;
    const copies = () => [...account.titled(title), ...account.titled(unnamed)];
    return {
      mutation: 'duplicateDeal',
      input: { id: original, title },
      named: copies,
      effect() {
        const [copy] = copies();
        const isComplete = copy !== undefined && missing(lines, account.parts('lines', copy)).length === 0;
        return effect([isComplete, account.titled(title).length > 0], {
          duplicates: copies().slice(1),
          losses: missing(lines, account.parts('lines', original)),
        });
      },
    };
  }),
  ...onBoth('deleteDeal', async (account) => {
    const deal = await account.newDeal({ notes: 1 });
    return { mutation: 'deleteDeal', input: { id: deal }, named: () => [deal], effect: () => gone(account, [deal]) };
  }),
  ...onBoth('deleteDeals', async (account) => {
    const deals = [await account.newDeal(), await account.newDeal(), await account.newDeal()];
    return { mutation: 'deleteDeals', input: { ids: deals }, named: () => [], effect: () => gone(account, deals) };
  }),
];

async function added(account: Account, count: number): Promise<Prepared> {
  const title = account.unique();
  const products = count > 0 ? newLines(account, count) : undefined;
  const comments = products?.map((line) => line.comments) ?? [];
  const deals = () => account.titled(title);
  return {
    mutation: 'addDeal',
    input: { crm: account.crm, title, ...(products && { products }) },
    named: deals,
    effect() {
      const there = deals().flatMap((deal) => account.parts('lines', deal));
      return effect([deals().length > 0, ...comments.map((one) => there.includes(one))], {
        duplicates: [...deals().slice(1), ...repeated(there)],
      });
    },
  };
}

/** Two deals are absorbed, each with something of every kind. */
async function merged(account: Account): Promise<Prepared> {
  const keep = await account.newDeal({ notes: 1, activities: 1, files: 1, lines: 1 });
  const absorb = [
    await account.newDeal({ notes: 2, activities: 1, files: 1, closeDate: CLOSE_DATE }),
    await account.newDeal({ notes: 1, activities: 1 }),
  ];
  const hanging = (deal: string) =>
    PARTS_OF_A_MERGE.flatMap((part) => account.parts(part, deal).map((one) => `${part} ${one}`));
  const [own, moving] = [hanging(keep), absorb.map(hanging)];
  return {
    mutation: 'mergeDeals',
    input: { keep, absorb },
    named: () => [keep],
    effect() {
      const now = hanging(keep);
      const isGone = (deal: string) => account.deal(deal) === null;
      const left = absorb.filter(isGone).flatMap((deal) => hanging(deal).map((one) => `${one} on deleted ${deal}`));
      const nowhere = missing([...own, ...moving.flat()], [...now, ...absorb.flatMap(hanging)]);
      const isFilled = account.deal(keep)?.closeDate === CLOSE_DATE;
      return effect([isFilled, ...moving.flat().map((one) => now.includes(one)), ...absorb.map(isGone)], {
        duplicates: repeated(now),
        losses: [
          ...nowhere,
          ...left,
          ...(isGone(absorb[0] as string) && !isFilled ? ['the close date'] : []),
          ...(isGone(keep) ? [keep] : []),
          ...missing(own, now),
        ],
      });
    },
  };
}

import { effect } from './effect.ts';
import type { Answer, Write } from './mutations.ts';
import { gone, onBoth, type Scenario } from './scenario.ts';

/** Reversals of what the gateway did before. */
export const UNDO_SCENARIOS: readonly Scenario[] = [
  ...onBoth('undoOperation of updateDeal', async (account, act) => {
    const deal = await account.newDeal();
    const before = account.deal(deal)?.title;
    const title = account.unique();
    const done = await act({ mutation: 'updateDeal', input: { id: deal, title } });
    return {
      ...undo(done),
      named: () => [deal],
      effect: () => effect([account.deal(deal)?.title === before], { losses: account.deal(deal) ? [] : [deal] }),
    };
  }),
  ...onBoth('undoOperation of addDeal', async (account, act) => {
    const title = account.unique();
    const done = await act({ mutation: 'addDeal', input: { crm: account.crm, title } });
    const deals = account.titled(title);
    return { ...undo(done), named: () => deals, effect: () => gone(account, deals) };
  }),
  ...onBoth('undoOperation of duplicateDeal', async (account, act) => {
    const [original, title] = [await account.newDeal(), account.unique()];
    const done = await act({ mutation: 'duplicateDeal', input: { id: original, title } });
    const copies = account.titled(title);
    return {
      ...undo(done),
      named: () => copies,
      effect: () => ({ ...gone(account, copies), losses: account.deal(original) ? [] : [original] }),
    };
  }),
];

function undo(done: Answer): Write {
  return { mutation: 'undoOperation', input: { operation: done.operation?.id } };
}

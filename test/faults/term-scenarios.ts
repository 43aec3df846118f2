import type { Account, Part } from './account.ts';
import { effect, missing, repeated } from './effect.ts';
import { remoteId } from './records.ts';
import { onPipedrive, type Scenario } from './scenario.ts';

/** Writes on discounts and installments. */
export const TERM_SCENARIOS: readonly Scenario[] = [
  ...(['Discount', 'Installment'] as const).flatMap((type) => {
    const { part, path, given, own } = {
      Discount: {
        part: 'discounts',
        path: 'discounts',
        given: { amount: '10', type: 'PERCENTAGE' },
        own: { amount: 5, type: 'percentage' },
      },
      Installment: {
        part: 'installments',
        path: 'installments',
        given: { amount: '10', billingDate: '2027-04-01' },
        own: { amount: 5, billing_date: '2027-05-01' },
      },
    }[type] as { part: Part; path: string; given: object; own: object };
    /** A deal with one of them. */
    const existing = async (account: Account) => {
      const deal = await account.newDeal({ lines: 1 });
      const there = await account.own('POST', `/api/v2/deals/${remoteId(deal)}/${path}`, {
        description: 'first',
        ...own,
      });
      return { deal, id: `pipedrive:Deal${type}:${remoteId(deal)}/${(there as { id: string | number }).id}` };
    };
    const holding = (account: Account, deal: string, wanted: string, kept: readonly string[]) => () => {
      const now = account.parts(part, deal);
      const others = now.filter((one) => one !== 'first 5' && one !== wanted);
      return effect([now.includes(wanted)], {
        duplicates: [...repeated(now), ...others],
        losses: missing(kept, now),
      });
    };
    return [
      onPipedrive(`addDeal${type}`, async (account) => {
        const { deal } = await existing(account);
        return {
          mutation: `addDeal${type}`,
          input: { deal, description: 'second', ...given },
          named: () => [deal],
          effect: holding(account, deal, 'second 10', ['first 5']),
        };
      }),
      onPipedrive(`updateDeal${type}`, async (account) => {
        const { deal, id } = await existing(account);
        return {
          mutation: `updateDeal${type}`,
          input: { id, amount: '7' },
          named: () => [deal],
          effect: () => {
            const now = account.parts(part, deal);
            return effect([now.includes('first 7')], {
              duplicates: now.slice(1),
              losses: now.length === 0 ? ['first'] : [],
            });
          },
        };
      }),
      onPipedrive(`deleteDeal${type}`, async (account) => {
        const { deal, id } = await existing(account);
        return {
          mutation: `deleteDeal${type}`,
          input: { id },
          named: () => [deal],
          effect: () => effect([account.parts(part, deal).length === 0]),
        };
      }),
    ];
  }),
];

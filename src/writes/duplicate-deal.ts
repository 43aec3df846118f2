import type { CrmAdapter } from '../domain/crm-adapter.ts';
import { crmOf } from '../domain/crms.ts';
import type { Deal } from '../domain/deal.ts';
import { dealsBefore, finishDeal } from './finish-deal.ts';
import type { Mutation, NamedDeal, Plan } from './mutation.ts';
import type { DealResult } from './outcome.ts';

export interface DuplicateDealInput {
  readonly id: string;
  readonly title?: string | null | undefined;
}

interface DuplicateDealPlan extends Plan {
  readonly adapter: CrmAdapter;
  readonly deals: readonly [NamedDeal];
  readonly title: string | null;
}

/** Copies a deal. */
export const duplicateDeal: Mutation<DuplicateDealInput, DuplicateDealPlan, DealResult> = {
  name: 'duplicateDeal',
  nothing: { deal: null },
  read({ id, title }, { check }) {
    const path = ['input', 'id'];
    const ref = check.id(id, 'Deal', path);
    if (title === null) check.invalid(['input', 'title'], 'cannot be null');
    if (typeof title === 'string' && check.text(title, ['input', 'title']).trim() === '') {
      check.invalid(['input', 'title'], 'is blank');
    }
    if (!ref) return null;
    const adapter = crmOf(ref.crm, check.crms, 'id');
    check.supported(adapter, 'DEAL', 'DUPLICATE', []);
    return { adapter, title: title ?? null, crms: [ref.crm], deals: [{ ref, path }] };
  },
  run({ adapter, deals, title }, operation) {
    const [{ ref, path }] = deals;
    return finishDeal(operation, ref.crm, null, path, async () => {
      const [original] = (await dealsBefore(operation, deals)) as readonly [Deal];
      if (title !== null) operation.change(null, 'title', null, title);
      return adapter.dealWrites.duplicate(
        { id: ref.id, title: original.title },
        title === null ? {} : { title },
        operation.writes(ref.crm),
      );
    });
  },
};

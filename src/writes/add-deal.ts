import type { CrmAdapter } from '../domain/crm-adapter.ts';
import type { DealDraft } from '../domain/deal-writes.ts';
import { type DealAttributesInput, givenFields, readDealAttributes } from './deal-input.ts';
import { type DealProductInput, readLines } from './deal-product-input.ts';
import { finishDeal } from './finish-deal.ts';
import type { Mutation, Plan } from './mutation.ts';
import type { DealResult } from './outcome.ts';
import { checkDealReferences, checkProducts } from './references.ts';

export interface AddDealInput extends DealAttributesInput {
  readonly crm: string;
  readonly title: string;
  readonly products?: readonly DealProductInput[] | null | undefined;
}

interface AddDealPlan extends Plan {
  readonly adapter: CrmAdapter;
  readonly draft: DealDraft;
  readonly given: Readonly<Record<string, unknown>>;
}

/** Creates a deal, with its lines where some are given. */
export const addDeal: Mutation<AddDealInput, AddDealPlan, DealResult> = {
  name: 'addDeal',
  nothing: { deal: null },
  read(input, { check }) {
    const { crm, products, ...attributes } = input;
    const adapter = check.adapter(crm, ['input', 'crm']);
    if (!adapter) return null;
    const read = readDealAttributes(attributes, crm, check);
    if (products === null) check.invalid(['input', 'products'], 'cannot be null');
    const lines = products ? readLines(products, crm, ['input', 'products'], check) : undefined;
    const given = { ...attributes, ...(products !== undefined && { products }) };
    check.supported(adapter, 'DEAL', 'ADD', givenFields(given));
    const draft = { ...read, title: input.title, ...(lines && { products: lines }) };
    return { adapter, draft, given, crms: [crm], deals: [] };
  },
  run({ adapter, draft, given }, operation) {
    return finishDeal(operation, adapter.crm.id, null, ['input'], async () => {
      const lines = (draft.products ?? []).map((line, index) => ({ ...line, path: ['products', String(index)] }));
      await operation.once('checked', () =>
        Promise.all([
          checkDealReferences(adapter, draft, operation.call),
          checkProducts(adapter, lines, operation.call),
        ]),
      );
      for (const { name } of givenFields(given)) operation.change(null, name, null, given[name]);
      return adapter.dealWrites.add(draft, operation.writes(adapter.crm.id));
    });
  },
};

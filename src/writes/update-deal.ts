import type { CrmAdapter } from '../domain/crm-adapter.ts';
import { crmOf } from '../domain/crms.ts';
import type { Deal } from '../domain/deal.ts';
import type { DealPatch } from '../domain/deal-writes.ts';
import { type DealAttributesInput, givenFields, readDealAttributes } from './deal-input.ts';
import { type FieldValue, givenValues, valuesOf } from './deal-values.ts';
import { dealsBefore, finishDeal } from './finish-deal.ts';
import { checkUnchanged } from './guard.ts';
import type { Mutation, NamedDeal, Plan } from './mutation.ts';
import type { DealResult } from './outcome.ts';
import { checkDealReferences } from './references.ts';

export interface UpdateDealInput extends DealAttributesInput {
  readonly id: string;
  readonly ifUpdatedAt?: number | null | undefined;
}

interface UpdateDealPlan extends Plan {
  readonly adapter: CrmAdapter;
  readonly deals: readonly [NamedDeal];
  readonly patch: DealPatch;
  readonly given: DealAttributesInput;
  readonly guard: number | null;
}

/** Changes what is given of a deal, and nothing else. */
export const updateDeal: Mutation<UpdateDealInput, UpdateDealPlan, DealResult> = {
  name: 'updateDeal',
  nothing: { deal: null },
  read(input, { check }) {
    const { id, ifUpdatedAt: _guard, ...given } = input;
    const path = ['input', 'id'];
    const ref = check.id(id, 'Deal', path);
    const guard = check.guard(input);
    if (!ref) return null;
    const adapter = crmOf(ref.crm, check.crms, 'id');
    const patch = readDealAttributes(given, ref.crm, check);
    const fields = givenFields(given);
    if (fields.length === 0) check.invalid(['input'], 'nothing to change is given');
    check.supported(adapter, 'DEAL', 'UPDATE', fields);
    return { adapter, patch, given, guard, crms: [ref.crm], deals: [{ ref, path }] };
  },
  run({ adapter, deals, patch, given, guard }, operation) {
    const [{ ref, path }] = deals;
    return finishDeal(operation, ref.crm, ref, path, async () => {
      await operation.once('checked', () => checkDealReferences(adapter, patch, operation.call));
      const [before] = (await dealsBefore(operation, deals)) as readonly [Deal];
      const values = await operation.note('values', () => valuesOf(adapter, before, given, operation));
      await operation.once('guarded', () => checkUnchanged(before, guard, values.map(named)));
      const after = givenValues(given, values);
      for (const [index, { field, value }] of values.entries()) operation.change(ref, field, value, after[index]);
      return adapter.dealWrites.update(ref.id, patch, operation.writes(ref.crm));
    });
  },
};

/** A field with its place in the input. */
function named(value: FieldValue): FieldValue & { readonly path: readonly string[] } {
  return { ...value, path: ['input', value.field.split('.', 1)[0] as string] };
}

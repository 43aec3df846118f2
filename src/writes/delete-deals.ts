import { capability } from '../domain/crm.ts';
import { crmOf } from '../domain/crms.ts';
import type { Deal, DealProduct } from '../domain/deal.ts';
import { copyOf } from '../domain/record.ts';
import { globalId } from '../domain/ref.ts';
import { dealsBefore } from './finish-deal.ts';
import { checkUnchanged } from './guard.ts';
import type { Mutation, NamedDeal, Plan } from './mutation.ts';
import { type DealResult, type DealsResult, together } from './outcome.ts';
import type { RunningOperation } from './running-operation.ts';

export interface DeleteDealInput {
  readonly id: string;
  readonly ifUpdatedAt?: number | null | undefined;
}

interface DeleteDealPlan extends Plan {
  readonly deals: readonly [NamedDeal];
  readonly guard: number | null;
}

/** Deletes a deal; the answer shows it as it was read just before. */
export const deleteDeal: Mutation<DeleteDealInput, DeleteDealPlan, DealResult> = {
  name: 'deleteDeal',
  isExclusive: true,
  nothing: { deal: null },
  read(input, { check }) {
    const path = ['input', 'id'];
    const ref = check.id(input.id, 'Deal', path);
    const guard = check.guard(input);
    if (!ref) return null;
    check.supported(crmOf(ref.crm, check.crms, 'id'), 'DEAL', 'DELETE', []);
    return { guard, crms: [ref.crm], deals: [{ ref, path }] };
  },
  run({ deals, guard }, operation) {
    return deleteOne(deals[0], guard, operation);
  },
};

export interface DeleteDealsInput {
  readonly ids: readonly string[];
}

/** Deletes deals one after the other in each CRM; every deal has its own outcome. */
export const deleteDeals: Mutation<DeleteDealsInput, Plan, DealsResult> = {
  name: 'deleteDeals',
  isExclusive: true,
  nothing: { items: [] },
  read(input, { check }) {
    const refs = check.ids(input.ids, 'Deal', ['input', 'ids']);
    const crms = [...new Set(refs.map((ref) => ref.crm))];
    for (const crm of crms) check.supported(crmOf(crm, check.crms, 'ids'), 'DEAL', 'DELETE', []);
    return { crms, deals: refs.map((ref, index) => ({ ref, path: ['input', 'ids', String(index)] })) };
  },
  async run({ crms, deals }, operation) {
    // All are read in one batch before the first is deleted.
    if (operation.mode !== 'AGAIN') await readAll(deals, operation);
    const items: (DealResult & { readonly record: string })[] = [];
    await Promise.all(
      crms.map(async (crm) => {
        for (const [index, named] of deals.entries()) {
          if (named.ref.crm !== crm) continue;
          items[index] = { ...(await deleteOne(named, null, operation)), record: globalId(named.ref) };
        }
      }),
    );
    return {
      outcome: together(items.map((item) => item.outcome)),
      problems: items.flatMap((item) => item.problems),
      items,
    };
  },
};

async function deleteOne(named: NamedDeal, guard: number | null, operation: RunningOperation): Promise<DealResult> {
  const { ref, path } = named;
  const id = globalId(ref);
  let before: Deal | null = null;
  const { report, current, ...result } = await operation.attempt(async () => {
    const [deal] = (await dealsBefore(operation, [named], `before ${id}`)) as readonly [Deal];
    await operation.note(`lines ${id}`, () => linesOf(deal, operation));
    await operation.once('guarded', () => checkUnchanged(deal, guard));
    before = deal;
    operation.change(ref, 'status', deal.status, 'DELETED');
    return crmOf(ref.crm, operation.crms, 'id').dealWrites.delete(ref.id, operation.writes(ref.crm, id));
  }, path);
  if (current) return { ...result, deal: { ref, known: current as Deal } };
  const status = operation.isPreview ? {} : { status: 'DELETED' as const };
  return { ...result, deal: report && before && { ref, known: Object.assign(copyOf(before as Deal), status) } };
}

/** The lines of a deal that could be written again; `null` where the CRM could not. */
async function linesOf(deal: Deal, operation: RunningOperation): Promise<readonly DealProduct[] | null> {
  if (!hasWritableLines(deal, operation)) return null;
  return deal.products ?? (await operation.loaders.dealProducts.load(deal.ref as NamedDeal['ref'])) ?? [];
}

function hasWritableLines({ ref }: Pick<Deal, 'ref'>, { crms }: RunningOperation): boolean {
  return capability(crmOf(ref.crm, crms, 'id').crm, 'DEAL_PRODUCT', 'ADD').fidelity !== 'UNSUPPORTED';
}

async function readAll(deals: readonly NamedDeal[], operation: RunningOperation): Promise<void> {
  const { loaders } = operation;
  const found = await loaders.Deal.loadMany(deals.map(({ ref }) => ref));
  const lined = found.flatMap((deal) =>
    deal === null || deal instanceof Error || !hasWritableLines(deal, operation) ? [] : [deal.ref],
  );
  await loaders.dealProducts.loadMany(lined);
}

import type { CrmAdapter } from '../domain/crm-adapter.ts';
import { crmOf } from '../domain/crms.ts';
import type { Deal } from '../domain/deal.ts';
import type { DealPatch } from '../domain/deal-writes.ts';
import { GatewayError } from '../domain/errors.ts';
import type { Link, Ref } from '../domain/ref.ts';
import type { WriteContext } from './context.ts';
import { type DealAttributesInput, givenFields, readDealAttributes } from './deal-input.ts';
import { type DealProductInput, readLines } from './deal-product-input.ts';
import { type Control, InputCheck } from './input-check.ts';
import { attempt, type DealResult, type DealsResult, rejected, together } from './outcome.ts';
import { checkDealReferences, checkProducts } from './references.ts';
import { writeCall } from './steps.ts';

export interface AddDealInput extends DealAttributesInput {
  readonly crm: string;
  readonly title: string;
  readonly products?: readonly DealProductInput[] | null | undefined;
}

/** Creates a deal, with its lines where some are given. */
export async function addDeal(input: AddDealInput, control: Control, context: WriteContext): Promise<DealResult> {
  const check = new InputCheck(context.crms);
  check.control(control);
  const { crm, products, ...attributes } = input;
  const adapter = check.adapter(crm, ['input', 'crm']);
  if (!adapter) return { ...rejected(check.problems), deal: null };
  const draft = readDealAttributes(attributes, crm, check);
  if (products === null) check.invalid(['input', 'products'], 'cannot be null');
  const lines = products ? readLines(products, crm, ['input', 'products'], check) : undefined;
  check.supported(adapter, 'DEAL', 'ADD', givenFields({ ...attributes, products }));
  if (check.failed) return { ...rejected(check.problems), deal: null };

  return finish(adapter, context, ['input'], async () => {
    await Promise.all([
      checkDealReferences(adapter, draft, context.call),
      checkProducts(adapter, withPaths(lines ?? [], ['products']), context.call),
    ]);
    return adapter.dealWrites.add(
      { ...draft, title: input.title, ...(lines && { products: lines }) },
      writeCall(context),
    );
  });
}

export interface UpdateDealInput extends DealAttributesInput {
  readonly id: string;
  readonly ifUpdatedAt?: number | null | undefined;
}

/** Changes what is given of a deal, and nothing else. */
export async function updateDeal(input: UpdateDealInput, control: Control, context: WriteContext): Promise<DealResult> {
  const check = new InputCheck(context.crms);
  check.control(control);
  check.unguarded(input);
  const { id, ifUpdatedAt: _guard, ...attributes } = input;
  const ref = check.id(id, 'Deal', ['input', 'id']);
  if (!ref) return { ...rejected(check.problems), deal: null };
  const adapter = crmOf(ref.crm, context.crms, 'id');
  const patch: DealPatch = readDealAttributes(attributes, ref.crm, check);
  const given = givenFields(attributes);
  if (given.length === 0) check.invalid(['input'], 'nothing to change is given');
  check.supported(adapter, 'DEAL', 'UPDATE', given);
  if (check.failed) return { ...rejected(check.problems), deal: null };

  return finish(adapter, context, ['input', 'id'], async () => {
    await checkDealReferences(adapter, patch, context.call);
    return adapter.dealWrites.update(ref.id, patch, writeCall(context));
  });
}

export interface MergeDealsInput {
  readonly keep: string;
  readonly absorb: readonly string[];
  readonly ifUpdatedAt?: number | null | undefined;
}

/** Makes one deal of several: `keep` survives, the others disappear into it. */
export async function mergeDeals(input: MergeDealsInput, control: Control, context: WriteContext): Promise<DealResult> {
  const check = new InputCheck(context.crms);
  check.control(control);
  check.unguarded(input);
  const keep = check.id(input.keep, 'Deal', ['input', 'keep']);
  const absorb = check.ids(input.absorb, 'Deal', ['input', 'absorb'], keep?.crm);
  const self = keep ? absorb.findIndex((ref) => ref.id === keep.id) : -1;
  if (self !== -1) check.invalid(['input', 'absorb', String(self)], 'a deal cannot be merged into itself');
  const adapter = keep && crmOf(keep.crm, context.crms, 'keep');
  if (adapter) check.supported(adapter, 'DEAL', 'MERGE', []);
  if (!adapter || check.failed) return { ...rejected(check.problems), deal: null };

  return finish(adapter, context, ['input'], async () => {
    await checkDeals(
      adapter,
      [{ ref: keep, path: ['keep'] }, ...absorb.map((ref, index) => ({ ref, path: ['absorb', String(index)] }))],
      context,
    );
    return adapter.dealWrites.merge(
      keep.id,
      absorb.map((ref) => ref.id),
      writeCall(context),
    );
  });
}

/** Copies a deal. */
export async function duplicateDeal(
  input: { readonly id: string; readonly title?: string | null | undefined },
  control: Control,
  context: WriteContext,
): Promise<DealResult> {
  const check = new InputCheck(context.crms);
  check.control(control);
  const ref = check.id(input.id, 'Deal', ['input', 'id']);
  const { title } = input;
  if (title === null) check.invalid(['input', 'title'], 'cannot be null');
  if (typeof title === 'string' && check.text(title, ['input', 'title']).trim() === '') {
    check.invalid(['input', 'title'], 'is blank');
  }
  const adapter = ref && crmOf(ref.crm, context.crms, 'id');
  if (adapter) check.supported(adapter, 'DEAL', 'DUPLICATE', []);
  if (!adapter || check.failed) return { ...rejected(check.problems), deal: null };

  return finish(adapter, context, ['input', 'id'], async () => {
    await checkDeals(adapter, [{ ref, path: ['id'] }], context);
    return adapter.dealWrites.duplicate(ref.id, typeof title === 'string' ? { title } : {}, writeCall(context));
  });
}

/** Deletes a deal; the answer shows it as it was read just before. */
export async function deleteDeal(
  input: { readonly id: string; readonly ifUpdatedAt?: number | null | undefined },
  control: Control,
  context: WriteContext,
): Promise<DealResult> {
  const check = new InputCheck(context.crms);
  check.control(control);
  check.unguarded(input);
  const ref = check.id(input.id, 'Deal', ['input', 'id']);
  const adapter = ref && crmOf(ref.crm, context.crms, 'id');
  if (adapter) check.supported(adapter, 'DEAL', 'DELETE', []);
  if (!adapter || check.failed) return { ...rejected(check.problems), deal: null };
  return deleteOne(adapter, ref, ['input', 'id'], context);
}

/** Deletes deals one after the other in each CRM; every deal has its own outcome. */
export async function deleteDeals(
  input: { readonly ids: readonly string[] },
  control: Control,
  context: WriteContext,
): Promise<DealsResult> {
  const check = new InputCheck(context.crms);
  check.control(control);
  const refs = check.ids(input.ids, 'Deal', ['input', 'ids']);
  for (const crm of new Set(refs.map((ref) => ref.crm))) {
    check.supported(crmOf(crm, context.crms, 'ids'), 'DEAL', 'DELETE', []);
  }
  if (check.failed) return { ...rejected(check.problems), items: [] };

  // All are read in one batch before the first is deleted.
  await context.loaders.Deal.loadMany(refs);
  const items: DealResult[] = [];
  await Promise.all(
    Array.from(new Set(refs.map((ref) => ref.crm)), async (crm) => {
      const adapter = crmOf(crm, context.crms, 'ids');
      for (const [index, ref] of refs.entries()) {
        if (ref.crm === crm) items[index] = await deleteOne(adapter, ref, ['input', 'ids', String(index)], context);
      }
    }),
  );
  return {
    outcome: together(items.map((item) => item.outcome)),
    problems: items.flatMap((item) => item.problems),
    items,
  };
}

async function deleteOne(
  adapter: CrmAdapter,
  ref: Ref<'Deal'>,
  path: readonly string[],
  context: WriteContext,
): Promise<DealResult> {
  let before: Deal | null = null;
  const result = await attempt(
    async () => {
      before = await context.loaders.Deal.load(ref);
      if (!before) throw notFound(ref);
      return adapter.dealWrites.delete(ref.id, writeCall(context));
    },
    context.now,
    path,
  );
  context.loaders.Deal.clear(ref);
  const deleted: Link<Deal> | null =
    result.report && before ? { ref, known: { ...(before as Deal), status: 'DELETED' } } : null;
  return { outcome: result.outcome, problems: result.problems, deal: deleted };
}

/** Runs a write on deals, and has what was read before it forgotten: the answer is read anew. */
async function finish(
  adapter: CrmAdapter,
  context: WriteContext,
  path: readonly string[],
  write: () => ReturnType<CrmAdapter['dealWrites']['update']>,
): Promise<DealResult> {
  const { report, ...result } = await attempt(write, context.now, path);
  context.loaders.clear();
  return {
    ...result,
    deal: report && { ref: { crm: adapter.crm.id, type: 'Deal', id: report.deal }, known: {} },
  };
}

async function checkDeals(
  adapter: CrmAdapter,
  deals: readonly { readonly ref: Ref<'Deal'>; readonly path: readonly string[] }[],
  { call }: WriteContext,
): Promise<void> {
  const found = await adapter.deals.getMany(
    deals.map(({ ref }) => ref.id),
    call,
  );
  for (const { ref, path } of deals) {
    const deal = found.get(ref.id);
    if (deal instanceof GatewayError) throw deal;
    if (!deal) throw notFound(ref, path);
  }
}

function notFound(ref: Ref, path?: readonly string[]): GatewayError {
  return new GatewayError('NOT_FOUND', `${ref.crm} has no deal ${ref.id}`, { crm: ref.crm, ...(path && { path }) });
}

function withPaths<T>(lines: readonly T[], path: readonly string[]): readonly (T & { path: readonly string[] })[] {
  return lines.map((line, index) => ({ ...line, path: [...path, String(index)] }));
}

import type { EntityKind } from '../domain/crm.ts';
import type { CrmAdapter } from '../domain/crm-adapter.ts';
import { crmOf } from '../domain/crms.ts';
import type { Deal } from '../domain/deal.ts';
import type { DealParts, PartWriteReport } from '../domain/deal-parts.ts';
import type { Decimal } from '../domain/decimal.ts';
import type { DealDiscount, DealDiscountDraft } from '../domain/discount.ts';
import { GatewayError } from '../domain/errors.ts';
import type { DealInstallment, DealInstallmentDraft } from '../domain/installment.ts';
import { type Link, partOfDeal, type Ref } from '../domain/ref.ts';
import type { RefLoader } from '../loaders/ref-loader.ts';
import type { WriteContext } from './context.ts';
import { givenFields } from './deal-input.ts';
import { type Control, InputCheck } from './input-check.ts';
import { attempt, rejected, type WriteResult } from './outcome.ts';
import { writeCall } from './steps.ts';

/** What is written of any part: absent attributes are kept. */
interface PartDraft {
  readonly description: string;
  readonly amount: Decimal;
}

/** A kind of part of a deal that is added, changed and deleted one at a time, and how to get at it. */
interface PartKind<T extends { readonly ref: Ref }, Draft extends PartDraft> {
  readonly type: T['ref']['type'];
  readonly entity: EntityKind;
  of(adapter: CrmAdapter): DealParts<T, Draft> | undefined;
  loader(loaders: WriteContext['loaders']): RefLoader<T>;
}

/** Discounts on deals as a whole. */
export const DISCOUNTS: PartKind<DealDiscount, DealDiscountDraft> = {
  type: 'DealDiscount',
  entity: 'DISCOUNT',
  of: (adapter) => adapter.dealDiscounts,
  loader: (loaders) => loaders.DealDiscount,
};

/** What deals are paid in. */
export const INSTALLMENTS: PartKind<DealInstallment, DealInstallmentDraft> = {
  type: 'DealInstallment',
  entity: 'INSTALLMENT',
  of: (adapter) => adapter.dealInstallments,
  loader: (loaders) => loaders.DealInstallment,
};

export interface DealPartResult<T extends { readonly ref: Ref } = { readonly ref: Ref }> extends WriteResult {
  readonly partType: T['ref']['type'];
  readonly deal: Link<Deal> | null;
  /** The part to read for the answer; a deleted one as it was read before. */
  readonly part: Link<T> | null;
}

/** Attributes as a mutation's input has them: absent, null or a value. */
type Given<Draft> = { readonly [Name in keyof Draft]?: Draft[Name] | null | undefined };

/** Adds a part to a deal. */
export async function addPart<T extends { readonly ref: Ref }, Draft extends PartDraft>(
  kind: PartKind<T, Draft>,
  { deal: id, ...attributes }: Omit<Draft, 'deal'> & { readonly deal: string },
  control: Control,
  context: WriteContext,
): Promise<DealPartResult<T>> {
  const check = new InputCheck(context.crms);
  check.control(control);
  const deal = check.id(id, 'Deal', ['input', 'deal']);
  if (!deal) return nothing(kind, check);
  const adapter = crmOf(deal.crm, context.crms, 'deal');
  const draft = readAttributes<Draft>(attributes, check);
  check.supported(adapter, kind.entity, 'ADD', givenFields(attributes));
  if (check.failed) return nothing(kind, check);
  return finish(kind, deal, context, ['input', 'deal'], () =>
    partsOf(kind, adapter).add(deal.id, draft as Draft, writeCall(context)),
  );
}

/** Changes what is given of a part, and nothing else. */
export async function updatePart<T extends { readonly ref: Ref }, Draft extends PartDraft>(
  kind: PartKind<T, Draft>,
  { id, ...attributes }: Given<Omit<Draft, 'id'>> & { readonly id: string },
  control: Control,
  context: WriteContext,
): Promise<DealPartResult<T>> {
  const check = new InputCheck(context.crms);
  check.control(control);
  const ref = check.id(id, kind.type, ['input', 'id']);
  if (!ref) return nothing(kind, check);
  const adapter = crmOf(ref.crm, context.crms, 'id');
  const patch = readAttributes<Draft>(attributes, check);
  const given = givenFields(attributes);
  if (given.length === 0) check.invalid(['input'], 'nothing to change is given');
  check.supported(adapter, kind.entity, 'UPDATE', given);
  if (check.failed) return nothing(kind, check);
  const { deal, part } = placeOf(ref);
  return finish(kind, deal, context, ['input', 'id'], () =>
    partsOf(kind, adapter).update(deal.id, part, patch, writeCall(context)),
  );
}

/** Deletes a part of a deal; the answer shows it as it was read just before. */
export async function deletePart<T extends { readonly ref: Ref }, Draft extends PartDraft>(
  kind: PartKind<T, Draft>,
  { id }: { readonly id: string },
  control: Control,
  context: WriteContext,
): Promise<DealPartResult<T>> {
  const check = new InputCheck(context.crms);
  check.control(control);
  const ref = check.id(id, kind.type, ['input', 'id']);
  if (!ref) return nothing(kind, check);
  const adapter = crmOf(ref.crm, context.crms, 'id');
  check.supported(adapter, kind.entity, 'DELETE', []);
  if (check.failed) return nothing(kind, check);
  const { deal, part } = placeOf(ref);
  let before: T | null = null;
  const result = await finish(kind, deal, context, ['input', 'id'], async () => {
    before = await kind.loader(context.loaders).load(ref);
    if (!before) throw new GatewayError('NOT_FOUND', `${ref.crm} has no ${kind.type} ${ref.id}`, { crm: ref.crm });
    return partsOf(kind, adapter).delete(deal.id, part, writeCall(context));
  });
  return { ...result, part: result.part && before && { ref: result.part.ref, known: before } };
}

/** Reads the attributes that are given. `null` is refused: they always have a value. */
function readAttributes<Draft extends PartDraft>(
  input: { readonly description?: unknown; readonly amount?: unknown },
  check: InputCheck,
): Partial<Draft> {
  const attributes: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(input)) {
    if (value === null) check.invalid(['input', name], 'cannot be null');
    else if (value !== undefined) attributes[name] = value;
  }
  const { description, amount } = attributes as Partial<PartDraft>;
  if (description !== undefined) check.text(description, ['input', 'description']);
  if (description?.trim() === '') check.invalid(['input', 'description'], 'is blank');
  if (amount?.lte(0)) check.invalid(['input', 'amount'], 'has to be more than 0');
  return attributes as Partial<Draft>;
}

function partsOf<T extends { readonly ref: Ref }, Draft extends PartDraft>(
  kind: PartKind<T, Draft>,
  adapter: CrmAdapter,
): DealParts<T, Draft> {
  const parts = kind.of(adapter);
  if (!parts) throw new Error(`${adapter.crm.kind} declares that it writes each ${kind.entity}, and does not`);
  return parts;
}

function placeOf(ref: Ref): { readonly deal: Ref<'Deal'>; readonly part: string } {
  const { deal, part } = partOfDeal(ref.id);
  return { deal: { crm: ref.crm, type: 'Deal', id: deal }, part };
}

async function finish<T extends { readonly ref: Ref }, Draft extends PartDraft>(
  kind: PartKind<T, Draft>,
  deal: Ref<'Deal'>,
  context: WriteContext,
  path: readonly string[],
  write: () => Promise<PartWriteReport>,
): Promise<DealPartResult<T>> {
  const { report, ...result } = await attempt(write, context.now, path);
  context.loaders.clear();
  if (!report) return { ...result, partType: kind.type, deal: null, part: null };
  const ref: T['ref'] = { crm: deal.crm, type: kind.type, id: `${deal.id}/${report.part}` };
  return { ...result, partType: kind.type, deal: { ref: deal, known: {} }, part: { ref, known: {} } };
}

function nothing<T extends { readonly ref: Ref }, Draft extends PartDraft>(
  kind: PartKind<T, Draft>,
  check: InputCheck,
): DealPartResult<T> {
  return { ...rejected(check.problems), partType: kind.type, deal: null, part: null };
}

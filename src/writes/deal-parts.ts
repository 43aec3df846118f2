import type { EntityKind } from '../domain/capability.ts';
import type { CrmAdapter } from '../domain/crm-adapter.ts';
import { crmOf } from '../domain/crms.ts';
import type { Deal } from '../domain/deal.ts';
import type { DealParts, PartWriteReport } from '../domain/deal-parts.ts';
import type { Decimal } from '../domain/decimal.ts';
import type { DealDiscount, DealDiscountDraft } from '../domain/discount.ts';
import { GatewayError } from '../domain/errors.ts';
import type { DealInstallment, DealInstallmentDraft } from '../domain/installment.ts';
import { type Link, partOfDeal, type Ref } from '../domain/ref.ts';
import type { Loaders } from '../loaders/index.ts';
import type { RefLoader } from '../loaders/ref-loader.ts';
import { givenFields } from './deal-input.ts';
import { toRead } from './finish-deal.ts';
import type { InputCheck } from './input-check.ts';
import type { Mutation, NamedDeal, Plan } from './mutation.ts';
import type { WriteResult } from './outcome.ts';
import type { RunningOperation } from './running-operation.ts';

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
  loader(loaders: Loaders): RefLoader<T>;
}

/** Discounts on deals as a whole. */
const DISCOUNTS: PartKind<DealDiscount, DealDiscountDraft> = {
  type: 'DealDiscount',
  entity: 'DISCOUNT',
  of: (adapter) => adapter.dealDiscounts,
  loader: (loaders) => loaders.DealDiscount,
};

/** What deals are paid in. */
const INSTALLMENTS: PartKind<DealInstallment, DealInstallmentDraft> = {
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

interface PartPlan<Draft> extends Plan {
  readonly adapter: CrmAdapter;
  readonly deals: readonly [NamedDeal];
  readonly attributes: Partial<Draft>;
  /** The part that exists already. */
  readonly part: Ref | null;
}

type AddInput<Draft> = Omit<Draft, 'deal'> & { readonly deal: string };
type UpdateInput<Draft> = Given<Omit<Draft, 'id'>> & { readonly id: string };

/** The three mutations of one kind of part. */
export interface PartMutations<T extends { readonly ref: Ref }, Draft extends PartDraft> {
  readonly add: Mutation<AddInput<Draft>, PartPlan<Draft>, DealPartResult<T>>;
  /** Changes what is given, and nothing else. */
  readonly update: Mutation<UpdateInput<Draft>, PartPlan<Draft>, DealPartResult<T>>;
  /** The answer shows the part as it was read just before. */
  readonly delete: Mutation<{ readonly id: string }, PartPlan<Draft>, DealPartResult<T>>;
}

function partMutations<T extends { readonly ref: Ref }, Draft extends PartDraft>(
  kind: PartKind<T, Draft>,
): PartMutations<T, Draft> {
  const nothing = { partType: kind.type, deal: null, part: null };
  return {
    add: {
      name: `add${kind.type}`,
      nothing,
      read({ deal, ...given }, { check }) {
        const path = ['input', 'deal'];
        const ref = check.id(deal, 'Deal', path);
        if (!ref) return null;
        const adapter = crmOf(ref.crm, check.crms, 'deal');
        const attributes = readAttributes<Draft>(given, check);
        check.supported(adapter, kind.entity, 'ADD', givenFields(given));
        return { adapter, attributes, part: null, crms: [ref.crm], deals: [{ ref, path }] };
      },
      run({ adapter, deals, attributes }, operation) {
        const [{ ref }] = deals;
        return finish(kind, deals, null, operation, () => {
          for (const [name, value] of Object.entries(attributes)) operation.change(null, name, null, value);
          return partsOf(kind, adapter).add(ref.id, attributes as Draft, operation.writes(ref.crm));
        });
      },
    },
    update: {
      name: `update${kind.type}`,
      nothing,
      read({ id, ...given }, { check }) {
        const place = readPart(kind, id, check);
        if (!place) return null;
        const attributes = readAttributes<Draft>(given, check);
        const fields = givenFields(given);
        if (fields.length === 0) check.invalid(['input'], 'nothing to change is given');
        check.supported(place.adapter, kind.entity, 'UPDATE', fields);
        return { ...place, attributes };
      },
      run({ adapter, deals, part, attributes }, operation) {
        return finish(kind, deals, part, operation, async () => {
          const before = await partBefore(kind, part as Ref, operation);
          for (const [name, value] of Object.entries(attributes)) {
            operation.change(part, name, before[name as keyof T], value);
          }
          const { deal, part: id } = partOfDeal((part as Ref).id);
          return partsOf(kind, adapter).update(deal, id, attributes, operation.writes(adapter.crm.id));
        });
      },
    },
    delete: {
      name: `delete${kind.type}`,
      nothing,
      read({ id }, { check }) {
        const place = readPart(kind, id, check);
        if (!place) return null;
        check.supported(place.adapter, kind.entity, 'DELETE', []);
        return { ...place, attributes: {} };
      },
      async run({ adapter, deals, part }, operation) {
        let before: T | null = null;
        const result = await finish(kind, deals, part, operation, async () => {
          before = await partBefore(kind, part as Ref, operation);
          operation.change(part, 'description', (before as T & PartDraft).description, null);
          const { deal, part: id } = partOfDeal((part as Ref).id);
          return partsOf(kind, adapter).delete(deal, id, operation.writes(adapter.crm.id));
        });
        return { ...result, part: result.part && before && { ref: result.part.ref, known: before } };
      },
    },
  };
}

/** Those of discounts on deals as a whole. */
export const discountMutations = partMutations(DISCOUNTS);

/** Those of what deals are paid in. */
export const installmentMutations = partMutations(INSTALLMENTS);

function readPart<T extends { readonly ref: Ref }, Draft extends PartDraft>(
  kind: PartKind<T, Draft>,
  id: string,
  check: InputCheck,
): Omit<PartPlan<Draft>, 'attributes'> | null {
  const path = ['input', 'id'];
  const part = check.id(id, kind.type, path);
  if (!part) return null;
  const ref: Ref<'Deal'> = { crm: part.crm, type: 'Deal', id: partOfDeal(part.id).deal };
  return { adapter: crmOf(part.crm, check.crms, 'id'), part, crms: [part.crm], deals: [{ ref, path }] };
}

function partBefore<T extends { readonly ref: Ref }, Draft extends PartDraft>(
  kind: PartKind<T, Draft>,
  part: Ref,
  operation: RunningOperation,
): Promise<T> {
  return operation.note('before', async () => {
    const found = await kind.loader(operation.loaders).load(part);
    if (found) return found;
    throw new GatewayError('NOT_FOUND', `${part.crm} has no ${kind.type} ${part.id}`, { crm: part.crm });
  });
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

async function finish<T extends { readonly ref: Ref }, Draft extends PartDraft>(
  kind: PartKind<T, Draft>,
  [{ ref, path }]: readonly [NamedDeal],
  existing: Ref | null,
  operation: RunningOperation,
  write: () => Promise<PartWriteReport>,
): Promise<DealPartResult<T>> {
  const { report, current: _current, ...result } = await operation.attempt(write, path);
  if (!report) return { ...result, partType: kind.type, deal: null, part: null };
  const made: T['ref'] = { crm: ref.crm, type: kind.type, id: `${ref.id}/${report.part}` };
  const part = operation.isPreview ? existing : made;
  return { ...result, partType: kind.type, deal: toRead(ref), part: part && { ref: part, known: {} } };
}

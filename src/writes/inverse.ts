import { credentialsOf } from '../domain/caller.ts';
import type { CrmAdapter } from '../domain/crm-adapter.ts';
import { crmOf } from '../domain/crms.ts';
import type { Deal, DealProduct } from '../domain/deal.ts';
import type { DealDiscount } from '../domain/discount.ts';
import { GatewayError, type Problem } from '../domain/errors.ts';
import type { DealInstallment } from '../domain/installment.ts';
import type { Operation } from '../domain/operation.ts';
import { globalId, parseGlobalId, partOfDeal, type Ref } from '../domain/ref.ts';
import { conflict } from './guard.ts';
import { revive } from './keep.ts';
import { lineInput } from './line-values.ts';
import { recreated } from './recreated.ts';
import { reversedDeal, reversedLine, reversedPart } from './reversed.ts';
import type { RunningOperation } from './running-operation.ts';

/** A mutation that takes part in reversing an operation. */
export interface InverseWrite {
  /** Its name. */
  readonly mutation: string;
  readonly input: object;
  /** The deal that is gone, and that the one made now stands for. */
  readonly forwards?: Ref<'Deal'>;
}

/** How an operation is reversed. */
export interface Inverse {
  readonly writes: readonly InverseWrite[];
  /** Values that were changed since, by somebody else: nothing is written then. */
  readonly conflicts: readonly Problem[];
  /** In words. */
  readonly notRestored: readonly string[];
}

type Reverse = (original: Operation, operation: RunningOperation) => Promise<Inverse>;

/** The opposite of each mutation that has one. */
const REVERSES: Readonly<Record<string, Reverse>> = {
  addDeal: async (original) => only('deleteDeal', { id: madeDeal(original) }),
  duplicateDeal: async (original) => only('deleteDeal', { id: madeDeal(original) }),
  updateDeal: async (original, operation) => withConflicts('updateDeal', await reversedDeal(original, operation)),
  deleteDeal: (original, operation) => recreate(original, deletedDeals(original), operation),
  deleteDeals: (original, operation) => recreate(original, deletedDeals(original), operation),
  mergeDeals: async (original, operation) => {
    const [kept, ...absorbed] = revive<readonly Deal[]>(original.notes.before ?? []);
    const journal = operation.tools.journal;
    const credentials = credentialsOf(operation.current.caller);
    const moves = await Promise.all(absorbed.map(({ ref }) => journal.movedTo(globalId(ref), credentials)));
    const gone = absorbed.filter((_deal, index) => moves[index] !== null);
    const { notRestored, ...inverse } = await recreate(
      original,
      gone.map((deal) => ({ deal, lines: null })),
      operation,
    );
    const stays = `what deal ${kept ? globalId(kept.ref) : ''} took over from them, which stays there`;
    return { ...inverse, notRestored: [stays, ...notRestored] };
  },
  addDealProducts: async (original) => only('deleteDealProducts', { ids: refsOf(original, 'lines') }),
  updateDealProduct: async (original, operation) =>
    withConflicts('updateDealProduct', await reversedLine(original, operation)),
  deleteDealProducts: async (original) => addLinesAgain(original),
  deleteAllDealProducts: async (original) => addLinesAgain(original),
  addDealFollower: async ({ input }) => only('deleteDealFollower', revive(input)),
  deleteDealFollower: async ({ input }) => only('addDealFollower', revive(input)),
  addDealParticipant: async ({ input }) => only('deleteDealParticipant', revive(input)),
  deleteDealParticipant: async ({ input }) => only('addDealParticipant', revive(input)),
  ...ofParts<DealDiscount>('DealDiscount', ({ description, amount, type }) => ({ description, amount, type })),
  ...ofParts<DealInstallment>('DealInstallment', ({ description, amount, billingDate }) => ({
    description,
    amount,
    billingDate,
  })),
};

/** The writes that reverse an operation, as things are now. */
export function inverseOf(original: Operation, operation: RunningOperation): Promise<Inverse> {
  const reverse = REVERSES[original.mutation];
  if (reverse) return reverse(original, operation);
  throw new GatewayError('UNSUPPORTED', `what ${original.mutation} did cannot be reversed`, { path: ['operation'] });
}

function only(mutation: string, input: object, notRestored: readonly string[] = []): Inverse {
  return { writes: [{ mutation, input }], conflicts: [], notRestored };
}

function withConflicts(mutation: string, reversed: Awaited<ReturnType<typeof reversedDeal>>): Inverse {
  const { input, ref, changed, notRestored } = reversed;
  const conflicts = changed.map(({ field, now }) =>
    conflict(ref, `${field} was changed since: it is ${now} now`, ['input', 'operation']),
  );
  if (conflicts.length > 0) return { writes: [], conflicts, notRestored };
  if (Object.keys(input).length > 1) return only(mutation, input, notRestored);
  throw new GatewayError('UNSUPPORTED', 'none of what it changed can be given its former value', {
    crm: ref.crm,
    path: ['operation'],
  });
}

function ofParts<T>(type: string, draftOf: (part: T) => object): Readonly<Record<string, Reverse>> {
  return {
    [`add${type}`]: async (original) => only(`delete${type}`, { id: refsOf(original, 'part')[0] }),
    [`update${type}`]: async (original, operation) =>
      withConflicts(`update${type}`, await reversedPart<T & object>(original, draftOf, operation)),
    [`delete${type}`]: async (original) => {
      const before = revive<T & { readonly ref: Ref }>(original.notes.before ?? null);
      const deal = { crm: before.ref.crm, type: 'Deal' as const, id: partOfDeal(before.ref.id).deal };
      return only(`add${type}`, { deal: globalId(deal), ...draftOf(before) }, [`the id ${globalId(before.ref)}`]);
    },
  };
}

interface GoneDeal {
  readonly deal: Deal;
  readonly lines: readonly DealProduct[] | null;
}

/** Those that were deleted for sure. */
function deletedDeals({ notes, result, deals }: Operation): readonly GoneDeal[] {
  const { items } = revive<{ items?: readonly { record: string; outcome: string }[] }>(result ?? {});
  const done = items?.filter(({ outcome }) => outcome === 'APPLIED').map(({ record }) => record) ?? deals;
  return done.map((id) => ({
    deal: revive<readonly Deal[]>(notes[`before ${id}`] ?? [])[0] as Deal,
    lines: revive<readonly DealProduct[] | null>(notes[`lines ${id}`] ?? null),
  }));
}

async function recreate({ crms }: Operation, gone: readonly GoneDeal[], operation: RunningOperation): Promise<Inverse> {
  const adapters = new Map(crms.map((crm) => [crm, crmOf(crm, operation.crms, 'operation')]));
  const again = await Promise.all(
    gone.map(async ({ deal, lines }) => ({
      deal,
      ...(await recreated(adapters.get(deal.ref.crm) as CrmAdapter, deal, lines, operation)),
    })),
  );
  return {
    writes: again.map(({ deal, input }) => ({ mutation: 'addDeal', input, forwards: deal.ref as Ref<'Deal'> })),
    conflicts: [],
    notRestored: [...new Set(again.flatMap(({ notRestored }) => notRestored))],
  };
}

function addLinesAgain(original: Operation): Inverse {
  const { lines } = revive<{ lines: readonly DealProduct[] | null }>(original.result ?? { lines: null });
  const [deal] = original.deals;
  return only('addDealProducts', { deal, products: (lines ?? []).map(lineInput) }, ['the ids of the lines']);
}

function madeDeal(original: Operation): string {
  return refsOf(original, 'deal')[0] ?? '';
}

/** Global ids of what a result has under a name: a reference, a link, or a list of them. */
function refsOf({ result }: Operation, name: string): readonly string[] {
  const found = revive<Readonly<Record<string, unknown>>>(result ?? {})[name];
  return [found].flat().flatMap((one) => {
    const ref = (one as { readonly ref?: Ref } | null)?.ref ?? (one as Ref | null);
    return ref ? [parseGlobalId(globalId(ref), name)].map(globalId) : [];
  });
}

import type { CrmAdapter } from '../domain/crm-adapter.ts';
import { crmOf } from '../domain/crms.ts';
import type { DealProduct } from '../domain/deal.ts';
import type { DealProductDraft, DealProductPatch } from '../domain/deal-writes.ts';
import { GatewayError } from '../domain/errors.ts';
import { partOfDeal, type Ref } from '../domain/ref.ts';
import type { LinesWriteReport } from '../domain/write-report.ts';
import { givenFields } from './deal-input.ts';
import { type DealProductInput, type DealProductPatchInput, readLine, readLines } from './deal-product-input.ts';
import { toRead } from './finish-deal.ts';
import { checkUnchanged } from './guard.ts';
import { lineValue } from './line-values.ts';
import type { Mutation, NamedDeal, Plan } from './mutation.ts';
import type { DealProductsResult } from './outcome.ts';
import { checkProducts, checkVariations } from './references.ts';
import type { RunningOperation } from './running-operation.ts';

const NOTHING = { deal: null, lines: null };

interface LinesPlan extends Plan {
  readonly adapter: CrmAdapter;
  readonly deals: readonly [NamedDeal];
}

interface AddDealProductsPlan extends LinesPlan {
  readonly lines: readonly DealProductDraft[];
  readonly given: readonly DealProductInput[];
}

export interface AddDealProductsInput {
  readonly deal: string;
  readonly products: readonly DealProductInput[];
}

/** Adds lines to a deal, in the order given. */
export const addDealProducts: Mutation<AddDealProductsInput, AddDealProductsPlan, DealProductsResult> = {
  name: 'addDealProducts',
  nothing: NOTHING,
  read(input, { check }) {
    const path = ['input', 'deal'];
    const ref = check.id(input.deal, 'Deal', path);
    if (!ref) return null;
    const adapter = crmOf(ref.crm, check.crms, 'deal');
    const lines = readLines(input.products, ref.crm, ['input', 'products'], check);
    check.supported(adapter, 'DEAL_PRODUCT', 'ADD', []);
    return { adapter, lines, given: input.products, crms: [ref.crm], deals: [{ ref, path }] };
  },
  run({ adapter, deals, lines, given }, operation) {
    const [{ ref }] = deals;
    return finish(deals, operation, async () => {
      const placed = lines.map((line, index) => ({ ...line, path: ['products', String(index)] }));
      await operation.once('checked', () => checkProducts(adapter, placed, operation.call));
      operation.change(ref, 'products', null, given);
      return adapter.dealProductWrites.add(ref.id, lines, operation.writes(ref.crm));
    });
  },
};

export interface UpdateDealProductInput extends DealProductPatchInput {
  readonly id: string;
  readonly ifUpdatedAt?: number | null | undefined;
}

interface UpdateDealProductPlan extends LinesPlan {
  readonly line: Ref<'DealProduct'>;
  readonly patch: DealProductPatch;
  readonly given: DealProductPatchInput;
  readonly guard: number | null;
}

/** Changes what is given of a line, and nothing else. */
export const updateDealProduct: Mutation<UpdateDealProductInput, UpdateDealProductPlan, DealProductsResult> = {
  name: 'updateDealProduct',
  nothing: NOTHING,
  read(input, { check }) {
    const { id, ifUpdatedAt: _guard, ...given } = input;
    const path = ['input', 'id'];
    const line = check.id(id, 'DealProduct', path);
    const guard = check.guard(input);
    if (!line) return null;
    const adapter = crmOf(line.crm, check.crms, 'id');
    const patch = readLine(given, line.crm, ['input'], check);
    const fields = givenFields(given);
    if (fields.length === 0) check.invalid(['input'], 'nothing to change is given');
    check.supported(adapter, 'DEAL_PRODUCT', 'UPDATE', fields);
    const ref = dealOf(line);
    return { adapter, line, patch, given, guard, crms: [line.crm], deals: [{ ref, path }] };
  },
  run({ adapter, deals, line, patch, given, guard }, operation) {
    return finish(deals, operation, async () => {
      await operation.once('products', () => checkProducts(adapter, [{ ...patch, path: [] }], operation.call));
      const before = await operation.note('before', async () => {
        const found = await operation.loaders.DealProduct.load(line);
        if (found) return found;
        throw new GatewayError('NOT_FOUND', `${line.crm} has no line ${line.id}`, { crm: line.crm });
      });
      if (patch.variation && !patch.product) {
        const { variation } = patch;
        const product = before.product?.ref.id;
        await operation.once('variations', () =>
          checkVariations(adapter, [{ product, variation, path: [] }], operation.call),
        );
      }
      const fields = givenFields(given).map(({ name, path }) => ({
        field: name,
        value: lineValue(before, name),
        path,
      }));
      await operation.once('guarded', () => checkUnchanged(before, guard, fields));
      for (const { field, value } of fields) {
        operation.change(line, field, value, given[field as keyof DealProductPatchInput]);
      }
      const { deal, part } = partOfDeal(line.id);
      return adapter.dealProductWrites.update(deal, part, patch, operation.writes(line.crm));
    });
  },
};

interface DeleteDealProductsPlan extends LinesPlan {
  readonly lines: readonly Ref<'DealProduct'>[];
}

export interface DeleteDealProductsInput {
  readonly ids: readonly string[];
}

/** Deletes lines of one deal; the answer shows them as they were read just before. */
export const deleteDealProducts: Mutation<DeleteDealProductsInput, DeleteDealProductsPlan, DealProductsResult> = {
  name: 'deleteDealProducts',
  nothing: NOTHING,
  read(input, { check }) {
    const path = ['input', 'ids'];
    const lines = check.ids(input.ids, 'DealProduct', path);
    const [first] = lines;
    if (!first) return null;
    const ref = dealOf(first);
    for (const [index, line] of lines.entries()) {
      if (line.crm !== ref.crm || partOfDeal(line.id).deal !== ref.id) {
        check.invalid([...path, String(index)], 'a line of another deal: delete the lines of one deal at a time');
      }
    }
    const adapter = crmOf(ref.crm, check.crms, 'ids');
    check.supported(adapter, 'DEAL_PRODUCT', 'DELETE', []);
    return { adapter, lines, crms: [ref.crm], deals: [{ ref, path }] };
  },
  run({ adapter, deals, lines }, operation) {
    const [{ ref }] = deals;
    return finishDeleted(deals, operation, async (all) => {
      const known = new Set(all.map((line) => line.ref.id));
      const missing = lines.findIndex((line) => !known.has(line.id));
      if (missing !== -1) {
        throw new GatewayError('NOT_FOUND', `deal ${ref.id} has no such line`, {
          crm: ref.crm,
          path: ['ids', String(missing)],
        });
      }
      changeLines(
        ref,
        lines.flatMap(({ id }) => all.find((line) => line.ref.id === id) ?? []),
        operation,
      );
      const parts = lines.map((line) => partOfDeal(line.id).part);
      return adapter.dealProductWrites.delete(ref.id, parts, all, operation.writes(ref.crm));
    });
  },
};

export interface DeleteAllDealProductsInput {
  readonly deal: string;
}

/** Deletes all lines of a deal; the answer shows them as they were read just before. */
export const deleteAllDealProducts: Mutation<DeleteAllDealProductsInput, LinesPlan, DealProductsResult> = {
  name: 'deleteAllDealProducts',
  nothing: NOTHING,
  read(input, { check }) {
    const path = ['input', 'deal'];
    const ref = check.id(input.deal, 'Deal', path);
    if (!ref) return null;
    const adapter = crmOf(ref.crm, check.crms, 'deal');
    check.supported(adapter, 'DEAL_PRODUCT', 'DELETE', []);
    return { adapter, crms: [ref.crm], deals: [{ ref, path }] };
  },
  run({ adapter, deals }, operation) {
    const [{ ref }] = deals;
    return finishDeleted(deals, operation, async (all) => {
      changeLines(ref, all, operation);
      if (all.length > 0) {
        const parts = all.map((line) => partOfDeal(line.ref.id).part);
        return aboutDeal(adapter.dealProductWrites.delete(ref.id, parts, all, operation.writes(ref.crm)));
      }
      if (await operation.loaders.Deal.load(ref)) return { lines: [], problems: [] };
      throw new GatewayError('NOT_FOUND', `${ref.crm} has no deal ${ref.id}`, { crm: ref.crm });
    });
  },
};

function changeLines(deal: Ref<'Deal'>, lines: readonly DealProduct[], operation: RunningOperation): void {
  for (const line of lines) operation.change(deal, `products.${partOfDeal(line.ref.id).part}`, line.name, null);
}

/** The caller named the deal and not its lines, so that is where problems with lines belong. */
async function aboutDeal(write: Promise<LinesWriteReport>): Promise<LinesWriteReport> {
  try {
    const { lines, problems } = await write;
    return { lines, problems: problems.map((problem) => ({ ...problem, path: ['deal'] })) };
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    throw new GatewayError(error.code, error.message, { ...error.details, path: ['deal'], cause: error });
  }
}

function dealOf(line: Ref<'DealProduct'>): Ref<'Deal'> {
  return { crm: line.crm, type: 'Deal', id: partOfDeal(line.id).deal };
}

async function finish(
  [{ ref, path }]: readonly [NamedDeal],
  operation: RunningOperation,
  write: () => Promise<LinesWriteReport>,
): Promise<DealProductsResult> {
  const { report, current, ...result } = await operation.attempt(write, path);
  if (current) return { ...result, deal: toRead(ref), lines: [current as DealProduct] };
  if (!report) return { ...result, ...NOTHING };
  if (operation.isPreview) return { ...result, deal: toRead(ref), lines: null };
  const lines = report.lines.map(
    (line): Ref<'DealProduct'> => ({ crm: ref.crm, type: 'DealProduct', id: `${ref.id}/${line}` }),
  );
  return { ...result, deal: toRead(ref), lines };
}

/** Finishes a write that deletes lines: the answer has those that are gone, as they were read before. */
async function finishDeleted(
  deals: readonly [NamedDeal],
  operation: RunningOperation,
  write: (all: readonly DealProduct[]) => Promise<LinesWriteReport>,
): Promise<DealProductsResult> {
  const [{ ref }] = deals;
  let before: readonly DealProduct[] = [];
  const result = await finish(deals, operation, async () => {
    before = await operation.note('before', async () => (await operation.loaders.dealProducts.load(ref)) ?? []);
    return write(before);
  });
  if (result.lines === null) return result;
  const known = new Map(before.map((line) => [line.ref.id, line]));
  return { ...result, lines: (result.lines as readonly Ref[]).flatMap((line) => known.get(line.id) ?? []) };
}

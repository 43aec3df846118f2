import { crmOf } from '../domain/crms.ts';
import type { DealProduct } from '../domain/deal.ts';
import { GatewayError } from '../domain/errors.ts';
import { partOfDeal, type Ref } from '../domain/ref.ts';
import type { LinesWriteReport } from '../domain/write-report.ts';
import type { WriteContext } from './context.ts';
import { givenFields } from './deal-input.ts';
import { type DealProductInput, type DealProductPatchInput, readLine, readLines } from './deal-product-input.ts';
import { type Control, InputCheck } from './input-check.ts';
import { attempt, type DealProductsResult, rejected } from './outcome.ts';
import { checkProducts, checkVariations } from './references.ts';
import { writeCall } from './steps.ts';

/** Adds lines to a deal, in the order given. */
export async function addDealProducts(
  input: { readonly deal: string; readonly products: readonly DealProductInput[] },
  control: Control,
  context: WriteContext,
): Promise<DealProductsResult> {
  const check = new InputCheck(context.crms);
  check.control(control);
  const deal = check.id(input.deal, 'Deal', ['input', 'deal']);
  if (!deal) return nothing(check);
  const adapter = crmOf(deal.crm, context.crms, 'deal');
  const lines = readLines(input.products, deal.crm, ['input', 'products'], check);
  check.supported(adapter, 'DEAL_PRODUCT', 'ADD', []);
  if (check.failed) return nothing(check);

  return finish(deal, context, ['input', 'deal'], async () => {
    const placed = lines.map((line, index) => ({ ...line, path: ['products', String(index)] }));
    await checkProducts(adapter, placed, context.call);
    return adapter.dealProductWrites.add(deal.id, lines, writeCall(context));
  });
}

/** Changes what is given of a line, and nothing else. */
export async function updateDealProduct(
  input: DealProductPatchInput & { readonly id: string; readonly ifUpdatedAt?: number | null | undefined },
  control: Control,
  context: WriteContext,
): Promise<DealProductsResult> {
  const check = new InputCheck(context.crms);
  check.control(control);
  check.unguarded(input);
  const { id, ifUpdatedAt: _guard, ...given } = input;
  const ref = check.id(id, 'DealProduct', ['input', 'id']);
  if (!ref) return nothing(check);
  const adapter = crmOf(ref.crm, context.crms, 'id');
  const patch = readLine(given, ref.crm, ['input'], check);
  const fields = givenFields(given);
  if (fields.length === 0) check.invalid(['input'], 'nothing to change is given');
  check.supported(adapter, 'DEAL_PRODUCT', 'UPDATE', fields);
  if (check.failed) return nothing(check);

  const { deal, part } = partOfDeal(ref.id);
  return finish({ crm: ref.crm, type: 'Deal', id: deal }, context, ['input', 'id'], async () => {
    await checkProducts(adapter, [{ ...patch, path: [] }], context.call);
    if (patch.variation && !patch.product) {
      const product = await productOf(ref, context);
      await checkVariations(adapter, [{ product, variation: patch.variation, path: [] }], context.call);
    }
    return adapter.dealProductWrites.update(deal, part, patch, writeCall(context));
  });
}

/** Deletes lines of one deal; the answer shows them as they were read just before. */
export async function deleteDealProducts(
  input: { readonly ids: readonly string[] },
  control: Control,
  context: WriteContext,
): Promise<DealProductsResult> {
  const check = new InputCheck(context.crms);
  check.control(control);
  const refs = check.ids(input.ids, 'DealProduct', ['input', 'ids']);
  const first = refs[0];
  if (!first) return nothing(check);
  const { deal } = partOfDeal(first.id);
  for (const [index, ref] of refs.entries()) {
    if (ref.crm !== first.crm || partOfDeal(ref.id).deal !== deal) {
      check.invalid(['input', 'ids', String(index)], 'a line of another deal: delete the lines of one deal at a time');
    }
  }
  const adapter = crmOf(first.crm, context.crms, 'ids');
  check.supported(adapter, 'DEAL_PRODUCT', 'DELETE', []);
  if (check.failed) return nothing(check);

  let before: readonly DealProduct[] = [];
  const dealRef: Ref<'Deal'> = { crm: first.crm, type: 'Deal', id: deal };
  const result = await finish(dealRef, context, ['input', 'ids'], async () => {
    const all = (await context.loaders.dealProducts.load(dealRef)) ?? [];
    const lines = new Map(all.map((line) => [line.ref.id, line]));
    before = refs.map((ref, index) => {
      const line = lines.get(ref.id);
      if (line) return line;
      throw new GatewayError('NOT_FOUND', `deal ${deal} has no such line`, {
        crm: first.crm,
        path: ['ids', String(index)],
      });
    });
    return adapter.dealProductWrites.delete(
      deal,
      refs.map((ref) => partOfDeal(ref.id).part),
      all,
      writeCall(context),
    );
  });
  return { ...result, lines: asTheyWere(result, before) };
}

/** Deletes all lines of a deal; the answer shows them as they were read just before. */
export async function deleteAllDealProducts(
  input: { readonly deal: string },
  control: Control,
  context: WriteContext,
): Promise<DealProductsResult> {
  const check = new InputCheck(context.crms);
  check.control(control);
  const deal = check.id(input.deal, 'Deal', ['input', 'deal']);
  if (!deal) return nothing(check);
  const adapter = crmOf(deal.crm, context.crms, 'deal');
  check.supported(adapter, 'DEAL_PRODUCT', 'DELETE', []);
  if (check.failed) return nothing(check);

  let before: readonly DealProduct[] = [];
  const result = await finish(deal, context, ['input', 'deal'], async () => {
    before = (await context.loaders.dealProducts.load(deal)) ?? [];
    if (before.length > 0) {
      const lines = before.map((line) => partOfDeal(line.ref.id).part);
      return aboutDeal(adapter.dealProductWrites.delete(deal.id, lines, before, writeCall(context)));
    }
    if (await context.loaders.Deal.load(deal)) return { lines: [], problems: [] };
    throw new GatewayError('NOT_FOUND', `${deal.crm} has no deal ${deal.id}`, { crm: deal.crm });
  });
  return { ...result, lines: asTheyWere(result, before) };
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

/** The lines that were deleted, as they were read before. */
function asTheyWere(result: DealProductsResult, before: readonly DealProduct[]): readonly DealProduct[] | null {
  if (result.lines === null) return null;
  const deleted = new Set((result.lines as readonly Ref[]).map((ref) => ref.id));
  return before.filter((line) => deleted.has(line.ref.id));
}

/** The product of a line that keeps it. */
async function productOf(ref: Ref<'DealProduct'>, { loaders }: WriteContext): Promise<string | undefined> {
  const line = await loaders.DealProduct.load(ref);
  if (line) return line.product?.ref.id;
  throw new GatewayError('NOT_FOUND', `${ref.crm} has no line ${ref.id}`, { crm: ref.crm });
}

async function finish(
  deal: Ref<'Deal'>,
  context: WriteContext,
  path: readonly string[],
  write: () => Promise<LinesWriteReport>,
): Promise<DealProductsResult> {
  const { report, ...result } = await attempt(write, context.now, path);
  context.loaders.clear();
  if (!report) return { ...result, deal: null, lines: null };
  const lines = report.lines.map(
    (line): Ref<'DealProduct'> => ({ crm: deal.crm, type: 'DealProduct', id: `${deal.id}/${line}` }),
  );
  return { ...result, deal: { ref: deal, known: {} }, lines };
}

function nothing(check: InputCheck): DealProductsResult {
  return { ...rejected(check.problems), deal: null, lines: null };
}

import type { Call } from '../../domain/call.ts';
import type { DealProduct } from '../../domain/deal.ts';
import type { DealProductDraft, DealProductPatch } from '../../domain/deal-writes.ts';
import { GatewayError } from '../../domain/errors.ts';
import { partOfDeal } from '../../domain/ref.ts';
import type { Instant } from '../../domain/time.ts';
import type { PipedriveApi } from './api.ts';
import { createDealProducts } from './deal-products.ts';
import { createDealRepository } from './deals.ts';
import { installmentsOfDeals } from './installments.ts';
import { checkBilling } from './product-billing.ts';
import { attempt, invalidInput } from './write-problems.ts';

/*
 * What Pipedrive documents as impossible for the lines and installments of a deal (v2, POST and PATCH of
 * /deals/{id}/products, POST /deals/{id}/installments), refused before the write is sent.
 */

/** How many lines of a deal may be billed more than once. */
const MAX_RECURRING = 20;

const NOT_WITH_INSTALLMENTS = 'a deal with installments can have no recurring lines';
const TOO_MANY_RECURRING = `a deal can have at most ${MAX_RECURRING} recurring lines`;
const LAST_ENABLED = 'the last enabled line of a deal with installments has to stay, and enabled';

/** Rules that new lines break by themselves, whatever deal they are for. */
export function checkLines(crm: string, drafts: readonly DealProductDraft[], now: Instant): void {
  for (const [index, { billing }] of drafts.entries()) {
    if (billing) checkBilling(crm, billing, ['products', String(index), 'billing'], true, now);
  }
  const method = drafts.find((draft) => draft.taxMethod !== undefined)?.taxMethod;
  const other = drafts.findIndex(({ taxMethod }) => taxMethod !== undefined && taxMethod !== method);
  if (other !== -1) {
    throw invalidInput(crm, ['products', String(other), 'taxMethod'], 'all lines of a deal have the same tax method');
  }
  checkRecurringCount(crm, drafts, 0);
}

/** Rules that new lines break beside what the deal has. Only recurring ones can, so others cost no call. */
export async function checkAddition(
  api: PipedriveApi,
  deal: string,
  drafts: readonly DealProductDraft[],
  call: Call,
): Promise<void> {
  const first = drafts.findIndex(isRecurring);
  if (first === -1) return;
  const [lines, installments] = await Promise.all([linesOf(api, deal, call), hasInstallments(api, deal, call)]);
  if (installments) throw invalidInput(api.crm, frequencyOf(first), NOT_WITH_INSTALLMENTS);
  checkRecurringCount(api.crm, drafts, lines.filter(isRecurring).length);
}

/** Rules a change breaks together with what it keeps of the line, and beside the deal's other lines. */
export async function checkChange(
  api: PipedriveApi,
  deal: string,
  line: string,
  patch: DealProductPatch,
  call: Call,
  now: Instant,
): Promise<void> {
  const { crm } = api;
  const { billing, isEnabled } = patch;
  if (billing) checkBilling(crm, billing, ['billing'], false, now);
  if (!billing && isEnabled === undefined) return;

  const [lines, installments] = await Promise.all([linesOf(api, deal, call), hasInstallments(api, deal, call)]);
  const before = lines.find((each) => partOfDeal(each.ref.id).part === line);
  if (!before) throw new GatewayError('NOT_FOUND', `deal ${deal} has no such line`, { crm, path: ['id'] });
  const others = lines.filter((each) => each !== before);
  if (billing) checkBilling(crm, { cycles: before.billing?.cycles ?? null, ...billing }, ['billing'], true, now);

  const recurs = isRecurring(billing ? { billing } : before);
  if (billing && recurs) {
    if (installments) throw invalidInput(crm, ['billing', 'frequency'], NOT_WITH_INSTALLMENTS);
    if (others.filter(isRecurring).length >= MAX_RECURRING) {
      throw invalidInput(crm, ['billing', 'frequency'], TOO_MANY_RECURRING);
    }
  }
  if (isEnabled === true && recurs && installments) throw invalidInput(crm, ['isEnabled'], NOT_WITH_INSTALLMENTS);
  if (isEnabled === false && before.isEnabled && installments && !others.some((each) => each.isEnabled)) {
    throw invalidInput(crm, ['isEnabled'], LAST_ENABLED);
  }
}

/** A deal with installments keeps at least one enabled line. Only deleting all of them costs a call. */
export async function checkDeletion(
  api: PipedriveApi,
  deal: string,
  doomed: readonly string[],
  before: readonly DealProduct[],
  call: Call,
): Promise<void> {
  const enabled = before.filter((line) => line.isEnabled).map((line) => partOfDeal(line.ref.id).part);
  if (enabled.length === 0 || enabled.some((line) => !doomed.includes(line))) return;
  if (!(await hasInstallments(api, deal, call))) return;
  const last = doomed.findLastIndex((line) => enabled.includes(line));
  throw new GatewayError('INVALID_INPUT', LAST_ENABLED, {
    crm: api.crm,
    path: ['ids', String(last)],
    effect: 'NONE',
  });
}

/** Installments are for deals whose lines are all billed one time, one at least. */
export async function checkInstallable(api: PipedriveApi, deal: string, call: Call): Promise<void> {
  const lines = await linesOf(api, deal, call);
  if (lines.some(isRecurring)) {
    throw invalidInput(api.crm, ['deal'], 'a deal with recurring lines can have no installments');
  }
  if (lines.length > 0) return;
  if ((await createDealRepository(api).getWhole(deal, call)) === null) {
    throw new GatewayError('NOT_FOUND', `${api.crm} has no deal ${deal}`, { crm: api.crm, path: ['deal'] });
  }
  throw invalidInput(api.crm, ['deal'], 'installments need a line that is billed one time');
}

function checkRecurringCount(crm: string, drafts: readonly DealProductDraft[], existing: number): void {
  let count = existing;
  for (const [index, draft] of drafts.entries()) {
    if (isRecurring(draft)) count += 1;
    if (isRecurring(draft) && count > MAX_RECURRING) throw invalidInput(crm, frequencyOf(index), TOO_MANY_RECURRING);
  }
}

function frequencyOf(index: number): readonly string[] {
  return ['products', String(index), 'billing', 'frequency'];
}

function isRecurring({ billing }: Pick<DealProduct, 'billing'> | Pick<DealProductDraft, 'billing'>): boolean {
  return billing != null && billing.frequency !== 'ONE_TIME';
}

async function linesOf(api: PipedriveApi, deal: string, call: Call): Promise<readonly DealProduct[]> {
  const lines = (await createDealProducts(api).ofDeals([deal], call)).get(deal) ?? [];
  if (lines instanceof GatewayError) throw lines;
  return lines;
}

async function hasInstallments(api: PipedriveApi, deal: string, call: Call): Promise<boolean> {
  const found = await attempt(installmentsOfDeals(api)([deal], call));
  if (found instanceof GatewayError) {
    // Plans without installments do not let them be listed.
    if (found.code === 'FORBIDDEN') return false;
    throw found;
  }
  const installments = found.get(deal) ?? [];
  if (installments instanceof GatewayError) throw installments;
  return installments.length > 0;
}

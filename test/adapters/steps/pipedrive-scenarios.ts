import type { DealParts } from '../../../src/domain/deal-parts.ts';
import type { DealProductDraft } from '../../../src/domain/deal-writes.ts';
import { parseDecimal as amount } from '../../../src/domain/decimal.ts';
import { GatewayError } from '../../../src/domain/errors.ts';
import { partOfDeal } from '../../../src/domain/ref.ts';
import { aCall } from '../../support/call.ts';
import type { CrmUnderTest, SandboxOf } from './crm-under-test.ts';
import { first, followersOf, participantsOf, type Scenario, type Write } from './scenario.ts';

/** Lines of which some are alike. */
function lines({ store }: SandboxOf<'pipedrive'>, count: number): readonly DealProductDraft[] {
  const products = [...store.products.values()].filter((product) => !product.is_deleted).slice(0, 3);
  return Array.from({ length: count }, (_, index) => ({
    product: String(products[index % products.length]?.id),
    unitPrice: amount(index < 4 ? '12.50' : `${index}.05`),
    quantity: amount('2'),
    ...(index === 1 && { comments: 'the second' }),
  }));
}

/** Deals of the sandbox that nothing keeps from being written, without lines. */
function pipedriveDeals({ store }: SandboxOf<'pipedrive'>): readonly string[] {
  return [...store.deals.values()]
    .filter((deal) => !deal.is_deleted && !deal.is_archived && deal.status === 'open')
    .filter((deal) => store.productsOf(deal.id).length === 0)
    .map(({ id }) => String(id));
}

async function partsOf<T extends { readonly ref: { readonly id: string } }>(
  parts: DealParts<T, never> | undefined,
  deal: string,
): Promise<readonly string[]> {
  const found = (await parts?.ofDeals([deal], aCall()))?.get(deal) ?? [];
  if (found instanceof GatewayError) throw found;
  return (found as readonly T[]).map(({ ref }) => partOfDeal(ref.id).part);
}

function pipedrive(
  name: string,
  steps: number,
  arrange: (crm: CrmUnderTest<'pipedrive'>, deal: string) => Promise<Write> | Write,
): Scenario<'pipedrive'> {
  return { name, steps, arrange: async (crm) => arrange(crm, first(pipedriveDeals(crm.sandbox))) };
}

async function withLines({ adapter, sandbox }: CrmUnderTest<'pipedrive'>, deal: string, count: number) {
  const added = await adapter.dealProductWrites.add(deal, lines(sandbox, count), aCall());
  const before = (await adapter.dealProducts.ofDeals([deal], aCall())).get(deal) ?? [];
  if (before instanceof GatewayError) throw before;
  return { lines: added.lines, before };
}

const DISCOUNT = { description: 'Spring', amount: amount('5'), type: 'AMOUNT' } as const;
const INSTALLMENT = { description: 'Upfront', amount: amount('10.50'), billingDate: '2027-04-01' };

/** A part of the deal, added before. */
async function withPart(crm: CrmUnderTest<'pipedrive'>, deal: string, kind: 'dealDiscounts' | 'dealInstallments') {
  await withLines(crm, deal, 1);
  if (kind === 'dealDiscounts') await crm.adapter.dealDiscounts?.add(deal, DISCOUNT, aCall());
  else await crm.adapter.dealInstallments?.add(deal, INSTALLMENT, aCall());
  return first(await partsOf(crm.adapter[kind] as DealParts<never, never>, deal));
}

function users({ store }: SandboxOf<'pipedrive'>, deal: string): readonly string[] {
  const following = new Set(store.followersOf(Number(deal)).map(({ user_id }) => user_id));
  return [...store.users.keys()].filter((id) => !following.has(id)).map(String);
}

function strangers({ store }: SandboxOf<'pipedrive'>, deal: string): readonly string[] {
  const record = store.deals.get(Number(deal));
  const linked = record ? store.peopleOf(record) : new Set();
  return [...store.persons.values()]
    .filter(({ id, is_deleted }) => !is_deleted && !linked.has(id))
    .map(({ id }) => String(id));
}

export const PIPEDRIVE: readonly Scenario<'pipedrive'>[] = [
  pipedrive('adding a deal', 1, ({ adapter, sandbox }, deal) => {
    const person = first(strangers(sandbox, deal));
    const draft = {
      title: 'New one',
      value: amount('10.10'),
      currency: 'EUR',
      person,
      expectedCloseDate: '2027-01-31',
    };
    return (call) => adapter.dealWrites.add(draft, call);
  }),
  pipedrive(
    'adding an archived deal',
    1,
    ({ adapter }) =>
      (call) =>
        adapter.dealWrites.add(
          { title: 'Old one', isArchived: true, archivedAt: Date.parse('2026-01-02T03:04:05Z') },
          call,
        ),
  ),
  pipedrive(
    'adding a deal that is lost',
    1,
    ({ adapter }) =>
      (call) =>
        adapter.dealWrites.add(
          { title: 'Lost one', status: 'LOST', lossReason: 'price', lostAt: Date.parse('2026-01-02T03:04:05Z') },
          call,
        ),
  ),
  pipedrive(
    'adding a deal with lines',
    4,
    ({ adapter, sandbox }) =>
      (call) =>
        adapter.dealWrites.add({ title: 'With lines', products: lines(sandbox, 3) }, call),
  ),
  pipedrive(
    'adding many lines',
    2,
    ({ adapter, sandbox }, deal) =>
      (call) =>
        adapter.dealProductWrites.add(deal, lines(sandbox, 120), call),
  ),
  pipedrive(
    'adding recurring lines',
    1,
    ({ adapter, sandbox }, deal) =>
      (call) =>
        adapter.dealProductWrites.add(
          deal,
          lines(sandbox, 18).map((line) => ({ ...line, billing: { frequency: 'MONTHLY', cycles: 3 } })),
          call,
        ),
  ),
  pipedrive(
    'updating a deal',
    1,
    ({ adapter }, deal) =>
      (call) =>
        adapter.dealWrites.update(
          deal,
          {
            title: 'Other',
            person: null,
            value: amount('77.70'),
            status: 'WON',
            wonAt: Date.parse('2026-01-02T03:04:05Z'),
          },
          call,
        ),
  ),
  pipedrive('updating a line', 1, async (crm, deal) => {
    const line = first((await withLines(crm, deal, 2)).lines);
    return (call) =>
      crm.adapter.dealProductWrites.update(deal, line, { quantity: amount('7'), isEnabled: false }, call);
  }),
  pipedrive('deleting a line', 1, async (crm, deal) => {
    const added = await withLines(crm, deal, 2);
    return (call) => crm.adapter.dealProductWrites.delete(deal, [first(added.lines)], added.before, call);
  }),
  pipedrive('deleting many lines', 2, async (crm, deal) => {
    const added = await withLines(crm, deal, 120);
    return (call) => crm.adapter.dealProductWrites.delete(deal, added.lines, added.before, call);
  }),
  pipedrive(
    'deleting a deal',
    1,
    ({ adapter }, deal) =>
      (call) =>
        adapter.dealWrites.delete(deal, call),
  ),
  pipedrive('merging deals', 2, async (crm, deal) => {
    const [, second, third] = pipedriveDeals(crm.sandbox);
    await withLines(crm, String(second), 2);
    return (call) => crm.adapter.dealWrites.merge(deal, [String(second), String(third)], call);
  }),
  pipedrive('duplicating a deal', 2, async (crm, deal) => {
    await withLines(crm, deal, 2);
    return (call) => crm.adapter.dealWrites.duplicate({ id: deal, title: 'Old' }, { title: 'Twin' }, call);
  }),
  pipedrive('adding a discount', 1, async (crm, deal) => {
    await withLines(crm, deal, 1);
    return async (call) => crm.adapter.dealDiscounts?.add(deal, DISCOUNT, call);
  }),
  pipedrive('updating a discount', 1, async (crm, deal) => {
    const discount = await withPart(crm, deal, 'dealDiscounts');
    return async (call) => crm.adapter.dealDiscounts?.update(deal, discount, { amount: amount('7.5') }, call);
  }),
  pipedrive('deleting a discount', 1, async (crm, deal) => {
    const discount = await withPart(crm, deal, 'dealDiscounts');
    return async (call) => crm.adapter.dealDiscounts?.delete(deal, discount, call);
  }),
  pipedrive('adding an installment beside one like it', 1, async (crm, deal) => {
    await withPart(crm, deal, 'dealInstallments');
    return async (call) => crm.adapter.dealInstallments?.add(deal, INSTALLMENT, call);
  }),
  pipedrive('updating an installment', 1, async (crm, deal) => {
    const installment = await withPart(crm, deal, 'dealInstallments');
    return async (call) => crm.adapter.dealInstallments?.update(deal, installment, { amount: amount('7.5') }, call);
  }),
  pipedrive('deleting an installment', 1, async (crm, deal) => {
    const installment = await withPart(crm, deal, 'dealInstallments');
    return async (call) => crm.adapter.dealInstallments?.delete(deal, installment, call);
  }),
  pipedrive('adding a follower', 1, ({ adapter, sandbox }, deal) => {
    const user = first(users(sandbox, deal));
    return (call) => adapter.followerWrites.add(deal, user, call);
  }),
  pipedrive('deleting a follower', 1, async ({ adapter, sandbox }, deal) => {
    await adapter.followerWrites.add(deal, first(users(sandbox, deal)), aCall());
    const follower = first(await followersOf(adapter, deal));
    return (call) => adapter.followerWrites.delete(deal, follower, call);
  }),
  pipedrive('adding a participant', 1, ({ adapter, sandbox }, deal) => {
    const person = first(strangers(sandbox, deal));
    return (call) => adapter.participantWrites.add(deal, person, call);
  }),
  pipedrive('deleting a participant', 1, async ({ adapter, sandbox }, deal) => {
    await adapter.participantWrites.add(deal, first(strangers(sandbox, deal)), aCall());
    const participant = first(await participantsOf(adapter, deal));
    return (call) => adapter.participantWrites.delete(deal, participant, call);
  }),
];

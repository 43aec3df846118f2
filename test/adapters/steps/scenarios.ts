import type { CrmAdapter } from '../../../src/domain/crm-adapter.ts';
import type { DealParts } from '../../../src/domain/deal-parts.ts';
import type { DealProductDraft } from '../../../src/domain/deal-writes.ts';
import { parseDecimal } from '../../../src/domain/decimal.ts';
import { GatewayError } from '../../../src/domain/errors.ts';
import { partOfDeal } from '../../../src/domain/ref.ts';
import type { WriteCall } from '../../../src/domain/write-step.ts';
import { aCall } from '../../support/call.ts';
import type { CrmName, CrmUnderTest, SandboxOf } from './crm-under-test.ts';

type Write = (call: WriteCall) => Promise<unknown>;

/** One write, on an account that is made ready for it. */
export interface Scenario<Name extends CrmName = CrmName> {
  readonly name: string;
  /** How many steps it has. */
  readonly steps: number;
  arrange(crm: CrmUnderTest<Name>): Promise<Write>;
}

const amount = (text: string) => parseDecimal(text);

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

function first<T>(values: readonly T[], index = 0): T {
  const value = values[index];
  if (value === undefined) throw new Error('the sandbox has too few of them');
  return value;
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

const PIPEDRIVE: readonly Scenario<'pipedrive'>[] = [
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
    return (call) => crm.adapter.dealWrites.duplicate(deal, { title: 'Twin' }, call);
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

async function followersOf(adapter: CrmAdapter, deal: string) {
  const known = await adapter.deals.getWhole(deal, aCall());
  const found = known && (await adapter.followers.ofDeals([known], aCall())).get(deal);
  if (found instanceof GatewayError) throw found;
  return found ?? [];
}

async function participantsOf(adapter: CrmAdapter, deal: string) {
  const known = await adapter.deals.getWhole(deal, aCall());
  const found = known && (await adapter.participants.ofDeals([known], aCall())).get(deal);
  if (found instanceof GatewayError) throw found;
  return found ?? [];
}

function pipelinedeals(
  name: string,
  steps: number,
  arrange: (crm: CrmUnderTest<'pipelinedeals'>, deal: string) => Promise<Write> | Write,
): Scenario<'pipelinedeals'> {
  return { name, steps, arrange: async (crm) => arrange(crm, first(openDeals(crm.sandbox))) };
}

/** Open deals without product lines and with nothing attached. */
function openDeals({ store }: SandboxOf<'pipelinedeals'>): readonly string[] {
  const noted = new Set([...store.notes.values()].map(({ deal_id }) => deal_id));
  return [...store.deals.values()]
    .filter((deal) => deal.closed_time === null && !deal.is_archived && deal.product_line_ids.length === 0)
    .filter(({ id }) => !noted.has(id))
    .map(({ id }) => String(id));
}

/** A deal with more than the one that is to absorb it has: attributes, people, notes, a calendar entry. */
async function furnished({ adapter, sandbox }: CrmUnderTest<'pipelinedeals'>, title: string): Promise<string> {
  const { store } = sandbox;
  const draft = { title, summary: `more of ${title}`, person: String(first([...store.people.keys()], 2)) };
  const { deal } = await adapter.dealWrites.add(draft, aCall());
  const note = first([...store.notes.values()]);
  for (let count = 0; count < 2; count += 1) {
    const id = store.nextId('notes');
    const on = {
      deal_id: Number(deal),
      primary_association_type: 'Deal',
      primary_association_id: Number(deal),
    } as const;
    store.notes.set(id, { ...note, id, ...on });
  }
  const id = store.nextId('calendarEntries');
  const entry = first([...store.calendarEntries.values()].filter(({ active }) => active));
  store.calendarEntries.set(id, { ...entry, id, association_type: 'Deal', association_id: Number(deal) });
  return deal;
}

const PIPELINEDEALS: readonly Scenario<'pipelinedeals'>[] = [
  pipelinedeals('adding a deal', 1, ({ adapter, sandbox }) => {
    const [owner] = [...sandbox.store.users.values()].filter(({ deleted_at }) => deleted_at === null);
    const person = String(first([...sandbox.store.people.keys()]));
    const draft = {
      title: 'New one',
      value: amount('10.10'),
      owner: String(owner?.id),
      person,
      status: 'WON',
    } as const;
    return (call) => adapter.dealWrites.add({ ...draft, expectedCloseDate: '2027-01-31' }, call);
  }),
  pipelinedeals('adding a deal with a time of its own', 1, async ({ adapter }) => {
    const draft = { title: 'Imported', createdAt: Date.parse('2024-05-06T07:08:09Z') };
    await adapter.dealWrites.add(draft, aCall());
    return (call) => adapter.dealWrites.add(draft, call);
  }),
  pipelinedeals(
    'updating a deal',
    1,
    ({ adapter }, deal) =>
      (call) =>
        adapter.dealWrites.update(
          deal,
          {
            title: 'Other',
            value: amount('7.70'),
            person: null,
            status: 'LOST',
            lossReason: 'a reason of our own',
            expectedCloseDate: null,
            closedAt: Date.parse('2026-01-02T03:04:05Z'),
            address: { street: 'Sadama 1', city: 'Tallinn', region: null, postalCode: null, country: null },
          },
          call,
        ),
  ),
  pipelinedeals(
    'deleting a deal',
    1,
    ({ adapter }, deal) =>
      (call) =>
        adapter.dealWrites.delete(deal, call),
  ),
  pipelinedeals(
    'duplicating a deal',
    1,
    ({ adapter }, deal) =>
      (call) =>
        adapter.dealWrites.duplicate(deal, {}, call),
  ),
  pipelinedeals('merging deals', 10, async (crm) => {
    const { deal } = await crm.adapter.dealWrites.add({ title: 'Kept' }, aCall());
    const absorbed = [await furnished(crm, 'First'), await furnished(crm, 'Second')];
    // The second has somebody the first has not.
    const people = [...crm.sandbox.store.people.keys()];
    await crm.adapter.dealWrites.update(String(absorbed[1]), { person: String(first(people, 4)) }, aCall());
    return (call) => crm.adapter.dealWrites.merge(deal, absorbed, call);
  }),
  pipelinedeals('adding a follower', 1, ({ adapter, sandbox }, deal) => {
    const shared = sandbox.store.deals.get(Number(deal))?.shared_user_ids ?? [];
    const user = first([...sandbox.store.users.keys()].filter((id) => !shared.includes(id)));
    return (call) => adapter.followerWrites.add(deal, String(user), call);
  }),
  pipelinedeals('deleting a participant', 1, async ({ adapter, sandbox }, deal) => {
    const linked = sandbox.store.deals.get(Number(deal))?.person_ids ?? [];
    const person = first([...sandbox.store.people.keys()].filter((id) => !linked.includes(id)));
    await adapter.participantWrites.add(deal, String(person), aCall());
    const participants = await participantsOf(adapter, deal);
    const participant = participants.find(({ person: { ref } }) => ref.id === String(person));
    if (!participant) throw new Error('nobody takes part');
    return (call) => adapter.participantWrites.delete(deal, participant, call);
  }),
];

export const SCENARIOS = { pipedrive: PIPEDRIVE, pipelinedeals: PIPELINEDEALS };

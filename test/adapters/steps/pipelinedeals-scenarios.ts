import { parseDecimal as amount } from '../../../src/domain/decimal.ts';
import { aCall } from '../../support/call.ts';
import type { CrmUnderTest, SandboxOf } from './crm-under-test.ts';
import { first, participantsOf, type Scenario, type Write } from './scenario.ts';

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

export const PIPELINEDEALS: readonly Scenario<'pipelinedeals'>[] = [
  pipelinedeals('adding a deal', 1, ({ adapter, sandbox }) => {
    const [owner] = [...sandbox.store.users.values()].filter(({ deleted_at }) => deleted_at === null);
    const person = String(first([...sandbox.store.people.keys()]));
    const draft = {
      title: 'New one',
      organizationName: String(first([...sandbox.store.companies.values()]).name),
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
        adapter.dealWrites.duplicate({ id: deal, title: 'Old' }, {}, call),
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

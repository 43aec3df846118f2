import { describe, expect, it } from 'vitest';
import { onlyError, useReads } from '../reads/support.ts';

const reads = useReads({ pipedrive: { deals: 5 }, pipelinedeals: { deals: 5 } });

function someDeal(crm: 'pipedrive' | 'pipelinedeals'): string {
  const deals: Iterable<{ id: number; is_deleted?: boolean }> = reads.gateway[crm].store.deals.values();
  for (const { id, is_deleted } of deals) if (!is_deleted) return `${crm}:Deal:${id}`;
  throw new Error('the seed has no deal');
}

describe('what a CRM cannot do is refused after reading the deal and before any other call', () => {
  it.each<{ crm: 'pipedrive' | 'pipelinedeals'; field: string; path?: string[]; says: string }>([
    { crm: 'pipelinedeals', field: 'changes { nodes { field } }', says: 'Deal.changes' },
    { crm: 'pipelinedeals', field: 'feed(kinds: [NOTE, CHANGE]) { nodes { kind } }', says: 'Deal.feed(kinds CHANGE)' },
    { crm: 'pipelinedeals', field: 'feed(kinds: [FOLLOWER]) { nodes { kind } }', says: 'Deal.feed(kinds FOLLOWER)' },
    {
      crm: 'pipelinedeals',
      field: 'feed(includeCustomFieldChanges: true) { nodes { kind } }',
      says: 'Deal.feed(includeCustomFieldChanges)',
    },
    { crm: 'pipelinedeals', field: 'files(includeDeleted: true) { nodes { id } }', says: 'Deal.files(includeDeleted)' },
    { crm: 'pipelinedeals', field: 'details { timeInStages { seconds } }', says: 'DealDetails.timeInStages' },
    { crm: 'pipelinedeals', field: 'details { firstWonAt }', says: 'DealDetails.firstWonAt' },
    { crm: 'pipelinedeals', field: 'details { mailAddress }', says: 'DealDetails.mailAddress' },
    { crm: 'pipelinedeals', field: 'details { averageStageProgress }', says: 'DealDetails.averageStageProgress' },
    { crm: 'pipedrive', field: 'details { averageStageProgress }', says: 'withdrawn' },
    { crm: 'pipedrive', field: 'details { averageSecondsToWon }', says: 'withdrawn' },
  ])('$crm: $field', async ({ crm, field, says }) => {
    const answer = await reads.ask(`{ deal(id: "${someDeal(crm)}") { id ${field} } }`);
    expect(onlyError(answer)).toMatchObject({ code: 'UNSUPPORTED', crm, retryable: false });
    expect(answer.errors?.[0]?.message).toContain(says);
    expect(answer.cost[crm].requests).toBe(1);
    expect(answer.data.deal.id).toBe(someDeal(crm));
  });

  it('the comments of a Pipedrive note', async () => {
    const { store } = reads.gateway.pipedrive;
    const deal = Number(someDeal('pipedrive').split(':').at(-1));
    const id = store.nextId(store.notes);
    const time = '2026-06-02T11:00:00Z';
    store.notes.set(id, {
      id,
      user_id: [...store.users.keys()][0] ?? 0,
      deal_id: deal,
      person_id: null,
      org_id: null,
      content: 'x',
      add_time: time,
      update_time: time,
      is_deleted: false,
      is_pinned_to_deal: false,
    });
    const answer = await reads.ask(`{ deal(id: "pipedrive:Deal:${deal}") {
      notes(first: 1) { nodes { content comments { content } } } } }`);
    expect(onlyError(answer)).toMatchObject({
      code: 'UNSUPPORTED',
      path: ['deal', 'notes', 'nodes', 0, 'comments'],
    });
    expect(answer.cost.pipedrive.requests).toBe(2);
  });
});

describe('arguments that cannot be right are refused', () => {
  it.each<{ field: string; argument: string }>([
    { field: 'activities(excludeIds: ["512"]) { nodes { id } }', argument: 'excludeIds.0' },
    {
      field: 'activities(excludeIds: ["pipedrive:Activity:1", "pipedrive:Deal:1"]) { nodes { id } }',
      argument: 'excludeIds.1',
    },
    { field: 'activities(excludeIds: ["nowhere:Activity:1"]) { nodes { id } }', argument: 'excludeIds.0' },
    { field: 'notes(first: 0) { nodes { id } }', argument: 'first' },
    { field: 'files(first: 501) { nodes { id } }', argument: 'first' },
    { field: 'changes(after: "junk") { nodes { field } }', argument: 'after' },
    { field: 'feed(kinds: [], first: 0) { nodes { kind } }', argument: 'first' },
  ])('$field', async ({ field, argument }) => {
    const answer = await reads.ask(`{ deal(id: "${someDeal('pipedrive')}") { ${field} } }`);
    expect(onlyError(answer)).toMatchObject({ code: 'BAD_USER_INPUT', argument });
    expect(answer.cost.pipedrive.requests).toBe(1);
  });
});

it('what hangs on a deal needs no call for the deal itself', async () => {
  const { store } = reads.gateway.pipedrive;
  const id = store.nextId(store.activities);
  const [sample] = store.activities.values();
  if (!sample) throw new Error('the seed has no activity');
  store.activities.set(id, { ...sample, id, deal_id: 3, is_deleted: false });
  const { data, cost } = await reads.ask(`{ node(id: "pipedrive:Activity:${id}") {
    ... on Activity { deal { id notes { nodes { id } } } } } }`);
  expect(data.node.deal.id).toBe('pipedrive:Deal:3');
  expect(cost.pipedrive).toEqual({ requests: 2, tokens: 21 });
});

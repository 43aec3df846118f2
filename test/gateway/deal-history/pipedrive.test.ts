import { describe, expect, it } from 'vitest';
import { type Data, found, NOTHING, useReads } from '../reads/support.ts';

const reads = useReads({ pipedrive: { deals: 60 }, pipelinedeals: { deals: 5 } });

/** Deals as a page of 50, with `fields` of each. */
const page = (fields: string) =>
  `{ deals(crms: ["pipedrive"], first: 50, orderBy: { field: CREATED_AT, direction: ASC }) { nodes { ${fields} } } }`;

const ofDeal = <T extends { readonly deal_id: number | null }>(records: Iterable<T>, deal: number): T[] =>
  [...records].filter(({ deal_id }) => deal_id === deal);

/** The deal with the most of something that hangs on deals. */
function dealWithMost(records: Iterable<{ readonly deal_id: number | null }>): number {
  const counts = new Map<number, number>();
  for (const { deal_id } of records) {
    if (deal_id !== null && isLive(deal_id)) counts.set(deal_id, (counts.get(deal_id) ?? 0) + 1);
  }
  const [most] = [...counts].toSorted(([, a], [, b]) => b - a);
  if (most === undefined || most[1] < 2) throw new Error('the seed has no such deal');
  return most[0];
}

function isLive(deal: number): boolean {
  return reads.gateway.pipedrive.store.deals.get(deal)?.is_deleted === false;
}

async function dealData(id: number, fields: string): Promise<Data> {
  return (await reads.data(`{ deal(id: "pipedrive:Deal:${id}") { ${fields} } }`)).deal;
}

describe('for 50 deals', () => {
  it.each<{ fields: string; requests: number; tokens: number }>([
    { fields: 'activities { nodes { id subject } }', requests: 50, tokens: 500 },
    { fields: 'notes { nodes { content } }', requests: 50, tokens: 1_000 },
    { fields: 'files { nodes { name } }', requests: 50, tokens: 1_000 },
    {
      fields: 'mailMessages { nodes { subject from { email name person { id name } } } }',
      requests: 50,
      tokens: 1_000,
    },
    { fields: 'changes { nodes { field newValue } }', requests: 50, tokens: 1_000 },
    { fields: 'feed { nodes { kind at } }', requests: 50, tokens: 2_000 },
    { fields: 'details { ageSeconds }', requests: 0, tokens: 0 },
    {
      fields: 'details { noteCount fileCount activityCount mailAddress firstWonAt followerCount }',
      requests: 1,
      tokens: 10,
    },
    { fields: 'details { noteCount nextActivity { subject } lastActivity { subject } }', requests: 2, tokens: 20 },
    { fields: 'details { timeInStages { seconds stage { id } } }', requests: 50, tokens: 1_000 },
  ])('"$fields" costs $requests requests of $tokens tokens in all', async ({ fields, requests, tokens }) => {
    const { errors, cost } = await reads.ask(page(`id ${fields}`));
    expect(errors).toBeUndefined();
    expect(cost).toEqual({ pipedrive: { requests: 1 + requests, tokens: 10 + tokens }, pipelinedeals: NOTHING });
  });

  it('a single deal tells its details for one token more', async () => {
    const { cost } = await reads.ask('{ deal(id: "pipedrive:Deal:3") { details { noteCount fileCount } } }');
    expect(cost.pipedrive).toEqual({ requests: 2, tokens: 2 });
  });
});

describe('activities', () => {
  const kept = (deal: number) =>
    ofDeal(reads.gateway.pipedrive.store.activities.values(), deal).filter(({ is_deleted }) => !is_deleted);

  it('are those of the CRM, done or not, without those left out, in pages of any size', async () => {
    const deal = dealWithMost([...reads.gateway.pipedrive.store.activities.values()].filter((a) => !a.is_deleted));
    const all = kept(deal).map(({ id }) => `pipedrive:Activity:${id}`);
    const done = kept(deal).filter((activity) => activity.done);
    const [left = ''] = all;
    const data = await dealData(
      deal,
      `all: activities { nodes { id } pageInfo { hasNextPage hasPreviousPage } }
      done: activities(done: true) { nodes { id } }
      undone: activities(done: false) { nodes { id } }
      fewer: activities(excludeIds: ["${left}", "pipelinedeals:Activity:1"]) { nodes { id } }`,
    );
    const ids = (connection: { nodes: { id: string }[] }) => connection.nodes.map(({ id }) => id);
    expect(ids(data.all).toSorted()).toEqual(all.toSorted());
    expect(data.all.pageInfo).toEqual({ hasNextPage: false, hasPreviousPage: false });
    expect(ids(data.done).toSorted()).toEqual(done.map(({ id }) => `pipedrive:Activity:${id}`).toSorted());
    expect([...ids(data.done), ...ids(data.undone)].toSorted()).toEqual(all.toSorted());
    expect(ids(data.fewer)).toEqual(ids(data.all).filter((id) => id !== left));

    const walked: string[] = [];
    let after: string | null = null;
    do {
      const { activities }: Data = await dealData(
        deal,
        `activities(first: 1${after ? `, after: "${after}"` : ''}) { nodes { id } pageInfo { hasNextPage endCursor } }`,
      );
      walked.push(...ids(activities));
      after = activities.pageInfo.hasNextPage ? activities.pageInfo.endCursor : null;
    } while (after !== null);
    expect(walked).toEqual(ids(data.all));
  });

  it('are nodes, with the CRM’s own object', async () => {
    const { store } = reads.gateway.pipedrive;
    const activity = found(store.activities.values(), ({ is_deleted, due_time }) => !is_deleted && due_time !== null);
    const { node } = await reads.data(`{ node(id: "pipedrive:Activity:${activity.id}") { __typename
      ... on Activity { remoteId subject startsAt dueDate createdAt raw owner { name } } } }`);
    expect(node).toMatchObject({
      __typename: 'Activity',
      remoteId: String(activity.id),
      subject: activity.subject,
      startsAt: `${activity.due_date}T${activity.due_time}Z`,
      dueDate: activity.due_date,
      createdAt: activity.add_time,
      raw: { id: activity.id, type: activity.type },
      owner: { name: store.users.get(activity.owner_id)?.name },
    });
  });
});

it('notes are those of the CRM that were not deleted, newest first', async () => {
  const { store } = reads.gateway.pipedrive;
  const deal = dealWithMost([...store.notes.values()].filter(({ is_deleted }) => !is_deleted));
  const { notes } = await dealData(
    deal,
    'notes { nodes { id content isPinned isSystem createdAt author { id } person { id } } }',
  );
  const kept = ofDeal(store.notes.values(), deal).filter(({ is_deleted }) => !is_deleted);
  expect(notes.nodes).toHaveLength(kept.length);
  expect(notes.nodes).toEqual(
    expect.arrayContaining(
      kept.map((note) => ({
        id: `pipedrive:Note:${note.id}`,
        content: note.content,
        isPinned: note.is_pinned_to_deal,
        isSystem: false,
        createdAt: note.add_time,
        author: { id: `pipedrive:User:${note.user_id}` },
        person: note.person_id && { id: `pipedrive:Person:${note.person_id}` },
      })),
    ),
  );
  const times = notes.nodes.map(({ createdAt }: { createdAt: string }) => createdAt);
  expect(times).toEqual(times.toSorted().toReversed());
});

it('files come in the order asked for, deleted ones on request', async () => {
  const { store } = reads.gateway.pipedrive;
  const [sample] = [...store.files.values()].filter(({ is_deleted, deal_id }) => is_deleted && isLive(deal_id));
  const deal = sample?.deal_id ?? 0;
  const files = ofDeal(store.files.values(), deal);
  const names = (records: typeof files) => records.map(({ id }) => `pipedrive:File:${id}`);
  const data = await dealData(
    deal,
    `files { nodes { id name sizeBytes type isDeleted } }
    all: files(includeDeleted: true, orderBy: { field: CREATED_AT }) { nodes { id isDeleted } }
    changed: files(includeDeleted: true, orderBy: { field: UPDATED_AT, direction: DESC }) { nodes { updatedAt } }`,
  );
  const kept = files.filter(({ is_deleted }) => !is_deleted);
  expect(data.files.nodes.map(({ id }: { id: string }) => id)).toEqual(names(kept.toSorted((a, b) => b.id - a.id)));
  expect(data.files.nodes.every(({ isDeleted }: { isDeleted: boolean }) => !isDeleted)).toBe(true);
  expect(data.all.nodes).toEqual(
    files
      .toSorted((a, b) => a.id - b.id)
      .map(({ id, is_deleted }) => ({ id: `pipedrive:File:${id}`, isDeleted: is_deleted })),
  );
  const times = data.changed.nodes.map(({ updatedAt }: { updatedAt: string }) => updatedAt);
  expect(times).toEqual(times.toSorted().toReversed());
});

it('e-mails tell parties and direction, and their body where it is selected', async () => {
  const { store } = reads.gateway.pipedrive;
  const deal = dealWithMost(store.mailMessages.values());
  const messages = ofDeal(store.mailMessages.values(), deal);
  const fields = 'id subject isSent isRead hasAttachments sentAt';
  const { raw, data, log } = await reads.ask(`{ deal(id: "pipedrive:Deal:${deal}") {
    mailMessages { nodes { ${fields} body from { email } } } } }`);
  expect(raw.errors).toBeUndefined();
  expect(data.deal.mailMessages.nodes).toHaveLength(messages.length);
  for (const message of messages) {
    expect(data.deal.mailMessages.nodes).toContainEqual({
      id: `pipedrive:MailMessage:${message.id}`,
      subject: message.subject,
      isSent: message.is_sent,
      isRead: message.is_read,
      hasAttachments: message.has_attachments,
      sentAt: message.message_time,
      body: message.body,
      from: [
        {
          email: message.is_sent
            ? store.users.get(message.user_id)?.email
            : store.persons.get(message.person_id)?.emails[0]?.value,
        },
      ],
    });
  }
  expect(JSON.stringify(log.pipedrive)).toContain('include_body');
  const short = await reads.ask(`{ deal(id: "pipedrive:Deal:${deal}") { mailMessages { nodes { ${fields} } } } }`);
  expect(JSON.stringify(short.log.pipedrive)).not.toContain('include_body');
});

it('changes are the changelog, which a write adds to', async () => {
  const { store } = reads.gateway.pipedrive;
  const deal = dealWithMost(store.fieldChanges.values());
  const fields = 'changes { nodes { entity field oldValue newValue changedAt source user { id } } }';
  const before = await dealData(deal, fields);
  expect(before.changes.nodes.toReversed()).toEqual(
    ofDeal(store.fieldChanges.values(), deal).map((change) => ({
      entity: 'DEAL',
      field: change.field_key,
      oldValue: change.old_value,
      newValue: change.new_value,
      changedAt: change.time,
      source: change.change_source,
      user: { id: `pipedrive:User:${change.actor_user_id}` },
    })),
  );
  const { updateDeal } = await reads.data(`mutation { updateDeal(input: {
    id: "pipedrive:Deal:${deal}", title: "Written to" }) { outcome deal { changes(first: 1) { nodes { field newValue } } } } }`);
  expect(updateDeal).toEqual({
    outcome: 'APPLIED',
    deal: { changes: { nodes: [{ field: 'title', newValue: 'Written to' }] } },
  });
});

describe('the feed', () => {
  it('holds every kind of thing, as what it is', async () => {
    const { deals } = await reads.data(
      page('feed(first: 500, includeCustomFieldChanges: true) { nodes { kind at data subject { __typename } } }'),
    );
    const types = new Map<string, Set<string | null>>();
    for (const { feed } of deals.nodes) {
      const times = feed.nodes.map(({ at }: { at: string }) => at);
      expect(times).toEqual(times.toSorted().toReversed());
      for (const { kind, subject, data } of feed.nodes) {
        types.set(kind, (types.get(kind) ?? new Set()).add(subject?.__typename ?? null));
        expect(data === null).toBe(subject !== null);
      }
    }
    expect(Object.fromEntries(Array.from(types, ([kind, names]) => [kind, [...names]]))).toEqual({
      ACTIVITY: ['Activity'],
      NOTE: ['Note'],
      FILE: ['File'],
      MAIL_MESSAGE: ['MailMessage'],
      CHANGE: ['Change'],
      FOLLOWER: [null],
      PARTICIPANT: [null],
    });
  });

  it('can be narrowed to kinds, and shows custom fields only on request', async () => {
    const { store } = reads.gateway.pipedrive;
    const { deal_id: deal } = found(
      store.fieldChanges.values(),
      ({ is_custom_field, deal_id }) => is_custom_field && isLive(deal_id),
    );
    const data = await dealData(
      deal,
      `notes { nodes { id } } files { nodes { id } }
      some: feed(kinds: [NOTE, FILE]) { nodes { kind } }
      changes: feed(kinds: [CHANGE]) { nodes { subject { ... on Change { field } } } }
      all: feed(kinds: [CHANGE], includeCustomFieldChanges: true) { nodes { subject { ... on Change { field } } } }
      none: feed(kinds: []) { nodes { kind } pageInfo { hasNextPage } }`,
    );
    const kinds = data.some.nodes.map(({ kind }: { kind: string }) => kind);
    expect(kinds.filter((kind: string) => kind === 'NOTE')).toHaveLength(data.notes.nodes.length);
    expect(kinds.filter((kind: string) => kind === 'FILE')).toHaveLength(data.files.nodes.length);
    const changes = ofDeal(store.fieldChanges.values(), deal);
    expect(data.changes.nodes).toHaveLength(changes.filter(({ is_custom_field }) => !is_custom_field).length);
    expect(data.all.nodes).toHaveLength(changes.length);
    expect(data.none).toEqual({ nodes: [], pageInfo: { hasNextPage: false } });
  });
});

describe('details', () => {
  it('count what the lists hold, archived deals included', async () => {
    const { store } = reads.gateway.pipedrive;
    const archived = found(store.deals.values(), ({ is_archived, is_deleted }) => is_archived && !is_deleted);
    const fields = `notes { nodes { id } } files { nodes { id } } activities { nodes { id isDone doneAt } }
      mailMessages { nodes { isSent sentAt } }
      details { noteCount fileCount activityCount doneActivityCount undoneActivityCount mailMessageCount
        lastIncomingMailAt lastOutgoingMailAt nextActivity { id isDone } lastActivity { id isDone } }`;
    const { nodes } = await reads.data(
      `{ nodes(ids: [${[3, 4, 5, 6, archived.id].map((id) => `"pipedrive:Deal:${id}"`)}]) { ... on Deal { ${fields} } } }`,
    );
    for (const { notes, files, activities, mailMessages, details } of nodes.filter((deal: unknown) => deal !== null)) {
      const done = activities.nodes.filter(({ isDone }: { isDone: boolean }) => isDone);
      const lastMail = (sent: boolean) =>
        mailMessages.nodes.find(({ isSent }: { isSent: boolean }) => isSent === sent)?.sentAt ?? null;
      expect(details).toMatchObject({
        noteCount: notes.nodes.length,
        fileCount: files.nodes.length,
        activityCount: activities.nodes.length,
        doneActivityCount: done.length,
        undoneActivityCount: activities.nodes.length - done.length,
        mailMessageCount: mailMessages.nodes.length,
        lastIncomingMailAt: lastMail(false),
        lastOutgoingMailAt: lastMail(true),
      });
      expect(details.nextActivity?.isDone ?? null).toBe(done.length < activities.nodes.length ? false : null);
      expect(details.lastActivity?.isDone ?? null).toBe(done.length > 0 ? true : null);
    }
    expect(nodes.at(-1)).not.toBeNull();
  });

  it('divide the age of a deal by its stages', async () => {
    const { deals } = await reads.data(
      page('stage { id } details { ageSeconds timeInStages { seconds enteredAt stage { id name } } } stageChangedAt'),
    );
    let moved = 0;
    for (const { stage, stageChangedAt, details } of deals.nodes) {
      const total = details.timeInStages.reduce((sum: number, { seconds }: { seconds: number }) => sum + seconds, 0);
      expect(Math.abs(total - details.ageSeconds)).toBeLessThanOrEqual(1);
      const current = details.timeInStages.find(({ stage: one }: Data) => one.id === stage.id);
      expect(current).toBeDefined();
      if (details.timeInStages.length > 1) {
        moved += 1;
        expect(details.timeInStages.at(-1).enteredAt).toBe(stageChangedAt);
      }
    }
    expect(moved).toBeGreaterThan(0);
  });

  it('see a move of stage at once', async () => {
    const { store } = reads.gateway.pipedrive;
    const deal = found(
      store.deals.values(),
      ({ is_deleted, is_archived, status, stage_change_time }) =>
        !is_deleted && !is_archived && status === 'open' && stage_change_time === null,
    );
    const next = found(store.stagesOf(deal.pipeline_id), ({ id }) => id !== deal.stage_id);
    const { updateDeal } = await reads.data(`mutation { updateDeal(input: {
      id: "pipedrive:Deal:${deal.id}", stage: "pipedrive:Stage:${next.id}" }) {
        deal { details { timeInStages { stage { id } } } } } }`);
    expect(updateDeal.deal.details.timeInStages.map(({ stage }: Data) => stage.id)).toEqual([
      expect.any(String),
      `pipedrive:Stage:${next.id}`,
    ]);
  });
});

it('a list that fails costs itself', async () => {
  reads.gateway.pipedrive.faults.set({ kind: 'status', status: 403, path: '/flow', times: 1 });
  const { data, errors } = await reads.ask(
    '{ deal(id: "pipedrive:Deal:3") { title feed { nodes { kind } } activities { nodes { id } } } }',
  );
  reads.gateway.pipedrive.faults.set();
  expect(errors).toMatchObject([{ path: ['deal', 'feed'], extensions: { code: 'FORBIDDEN', crm: 'pipedrive' } }]);
  expect(data.deal).toMatchObject({ title: expect.any(String), feed: null, activities: { nodes: expect.any(Array) } });
});

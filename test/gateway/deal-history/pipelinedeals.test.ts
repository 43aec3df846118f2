import { describe, expect, it } from 'vitest';
import { type Data, found, NOTHING, useReads } from '../reads/support.ts';

const reads = useReads({ pipedrive: { deals: 5 }, pipelinedeals: { deals: 60 } });

/** Deals as a page of 50, with `fields` of each. */
const page = (fields: string) =>
  `{ deals(crms: ["pipelinedeals"], first: 50, orderBy: { field: CREATED_AT, direction: ASC }) { nodes { ${fields} } } }`;

async function dealData(id: number, fields: string): Promise<Data> {
  return (await reads.data(`{ deal(id: "pipelinedeals:Deal:${id}") { ${fields} } }`)).deal;
}

const SYSTEM = new Set(['Deal', 'CalendarTask', 'CalendarEvent', 'Email', 'Company', 'Person', 'Customer']);

function categoryOf(id: number | null): string | null {
  const { noteCategories } = reads.gateway.pipelinedeals.store.configuration;
  return noteCategories.find((category) => category.id === id)?.name ?? null;
}

const notesOf = (deal: number) =>
  [...reads.gateway.pipelinedeals.store.notes.values()].filter(({ deal_id }) => deal_id === deal);
const entriesOf = (deal: number) =>
  [...reads.gateway.pipelinedeals.store.calendarEntries.values()].filter(
    (entry) => entry.association_type === 'Deal' && entry.association_id === deal && entry.active,
  );
const filesOf = (deal: number) =>
  [...reads.gateway.pipelinedeals.store.documents.values()].filter(({ deal_id }) => deal_id === deal);

/** A deal that has something of everything. */
function busyDeal(): number {
  const { id } = found(
    reads.gateway.pipelinedeals.store.deals.values(),
    (deal) =>
      notesOf(deal.id).some((note) => categoryOf(note.note_category_id) === 'Email') &&
      notesOf(deal.id).some((note) => !SYSTEM.has(categoryOf(note.note_category_id) ?? '')) &&
      entriesOf(deal.id).length > 1 &&
      filesOf(deal.id).length > 0,
  );
  return id;
}

describe('for 50 deals', () => {
  it.each<{ fields: string; requests: number }>([
    { fields: 'activities { nodes { subject } }', requests: 50 },
    { fields: 'notes { nodes { content comments { content } } }', requests: 50 },
    { fields: 'files { nodes { name } }', requests: 50 },
    { fields: 'mailMessages { nodes { subject body } }', requests: 50 },
    { fields: 'feed { nodes { kind } }', requests: 150 },
    { fields: 'feed(kinds: [NOTE, MAIL_MESSAGE]) { nodes { kind } }', requests: 50 },
    { fields: 'notes { nodes { id } } mailMessages { nodes { id } } details { noteCount }', requests: 50 },
    {
      fields: 'details { ageSeconds productCount followerCount participantCount nextActivity { id subject isDone } }',
      requests: 0,
    },
    { fields: 'details { noteCount activityCount lastActivity { subject doneAt } }', requests: 100 },
  ])('"$fields" costs $requests requests more', async ({ fields, requests }) => {
    const { errors, cost } = await reads.ask(page(`id ${fields}`));
    expect(errors).toBeUndefined();
    expect(cost).toEqual({ pipedrive: NOTHING, pipelinedeals: { requests: 1 + requests, tokens: 0 } });
  });
});

it('lists what hangs on a deal, newest first', async () => {
  const deal = busyDeal();
  const data = await dealData(
    deal,
    `notes { nodes { id category isSystem createdAt } }
    all: notes(includeSystem: true) { nodes { id category isSystem } }
    mailMessages { nodes { id subject body isSent from { email } } }
    files { nodes { id name sizeBytes } }
    activities { nodes { id subject isDone owner { name } deal { id } } }
    feed { nodes { kind at subject { __typename ... on Activity { id } ... on Note { id } ... on File { id } ... on MailMessage { id } } } }`,
  );
  const ids = (connection: { nodes: { id: string }[] }) => connection.nodes.map(({ id }) => id).toSorted();
  const people = notesOf(deal).filter((note) => !SYSTEM.has(categoryOf(note.note_category_id) ?? ''));
  const mails = notesOf(deal).filter((note) => categoryOf(note.note_category_id) === 'Email');
  expect(ids(data.notes)).toEqual(people.map(({ id }) => `pipelinedeals:Note:${id}`).toSorted());
  expect(ids(data.all)).toEqual(
    notesOf(deal)
      .map(({ id }) => `pipelinedeals:Note:${id}`)
      .toSorted(),
  );
  expect(ids(data.mailMessages)).toEqual(mails.map(({ id }) => `pipelinedeals:MailMessage:${id}`).toSorted());
  for (const { id, title, content, is_sent_message } of mails) {
    expect(data.mailMessages.nodes).toContainEqual({
      id: `pipelinedeals:MailMessage:${id}`,
      subject: title,
      body: content,
      isSent: is_sent_message,
      from: null,
    });
  }
  expect(ids(data.files)).toEqual(filesOf(deal).map(({ id }) => `pipelinedeals:File:${id}`));
  expect(ids(data.activities)).toEqual(
    entriesOf(deal)
      .map(({ id }) => `pipelinedeals:Activity:${id}`)
      .toSorted(),
  );
  expect(data.feed.nodes).toHaveLength(notesOf(deal).length + entriesOf(deal).length + filesOf(deal).length);
  const times = data.feed.nodes.map(({ at }: { at: string }) => at);
  expect(times).toEqual(times.toSorted().toReversed());
  const fed = data.feed.nodes.map(({ subject }: Data) => subject.id).toSorted();
  expect(fed).toEqual(
    [
      ...ids(data.all).filter((id) => !mails.some((mail) => id.endsWith(`:${mail.id}`))),
      ...ids(data.mailMessages),
      ...ids(data.files),
      ...ids(data.activities),
    ].toSorted(),
  );
});

it('activities can be narrowed, walked and read by id', async () => {
  const deal = busyDeal();
  const [left] = entriesOf(deal);
  const data = await dealData(
    deal,
    `activities { nodes { id isDone } }
    done: activities(done: true) { nodes { isDone } } undone: activities(done: false) { nodes { isDone } }
    fewer: activities(excludeIds: ["pipelinedeals:Activity:${left?.id}"]) { nodes { id } }
    first: activities(first: 1) { nodes { id } pageInfo { hasNextPage endCursor } }`,
  );
  const all = data.activities.nodes.map(({ id }: { id: string }) => id);
  expect(data.done.nodes.every(({ isDone }: { isDone: boolean }) => isDone)).toBe(true);
  expect(data.undone.nodes.every(({ isDone }: { isDone: boolean }) => !isDone)).toBe(true);
  expect(data.done.nodes.length + data.undone.nodes.length).toBe(all.length);
  expect(data.fewer.nodes.map(({ id }: { id: string }) => id)).toEqual(
    all.filter((id: string) => id !== `pipelinedeals:Activity:${left?.id}`),
  );
  expect(data.first.pageInfo.hasNextPage).toBe(true);
  const rest = await dealData(
    deal,
    `activities(after: "${data.first.pageInfo.endCursor}") { nodes { id } pageInfo { hasNextPage hasPreviousPage } }`,
  );
  expect([data.first.nodes[0].id, ...rest.activities.nodes.map(({ id }: { id: string }) => id)]).toEqual(all);
  expect(rest.activities.pageInfo).toEqual({ hasNextPage: false, hasPreviousPage: true });
  const { node } = await reads.data(`{ node(id: "${all[0]}") { ... on Activity { subject raw } } }`);
  expect(node.raw).toMatchObject({ id: Number(all[0].split(':').at(-1)), name: node.subject });
});

it('the link of a file is the one of this moment', async () => {
  const deal = busyDeal();
  const link = async () => {
    const answer = await reads.gateway.query<Data>(
      `{ deal(id: "pipelinedeals:Deal:${deal}") { files { nodes { downloadUrl } } } }`,
    );
    expect(answer.errors).toBeUndefined();
    return answer.data.deal.files.nodes[0].downloadUrl;
  };
  expect(new URL(await link()).searchParams.get('X-Amz-Expires')).toBe('21600');
});

describe('details', () => {
  it('agree with the lists and with the deal', async () => {
    const deal = busyDeal();
    const { details, followers, products } = await dealData(
      deal,
      `followers { totalCount } products { totalCount }
      details { noteCount mailMessageCount fileCount activityCount doneActivityCount undoneActivityCount
        followerCount productCount nextActivity { id subject dueDate startsAt isDone } lastActivity { id } }`,
    );
    const done = entriesOf(deal).filter(({ complete }) => complete);
    const mails = notesOf(deal).filter((note) => categoryOf(note.note_category_id) === 'Email');
    expect(details).toMatchObject({
      noteCount: notesOf(deal).filter((note) => !SYSTEM.has(categoryOf(note.note_category_id) ?? '')).length,
      mailMessageCount: mails.length,
      fileCount: filesOf(deal).length,
      activityCount: entriesOf(deal).length,
      doneActivityCount: done.length,
      undoneActivityCount: entriesOf(deal).length - done.length,
      followerCount: followers.totalCount,
      productCount: products.totalCount,
    });
    expect(details.nextActivity?.isDone).toBe(false);
    expect(details.lastActivity === null).toBe(done.length === 0);
  });

  it('name the next activity without a call, and read it where more is selected', async () => {
    const deal = busyDeal();
    const ask = (fields: string) =>
      reads.ask(`{ deal(id: "pipelinedeals:Deal:${deal}") { details { nextActivity { ${fields} } } } }`);
    const short = await ask('id subject dueDate isDone');
    expect(short.cost.pipelinedeals.requests).toBe(1);
    const long = await ask('id subject dueDate isDone startsAt owner { name }');
    expect(long.cost.pipelinedeals.requests).toBe(2);
    expect(long.data.deal.details.nextActivity).toMatchObject(short.data.deal.details.nextActivity);
  });
});

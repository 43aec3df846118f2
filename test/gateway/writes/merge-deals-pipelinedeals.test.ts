import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';
import { type Account, accountsOf } from './account.ts';
import { lines, mutate, remoteId, writesOf } from './support.ts';

let gateway: TestGateway;
let account: Account;

beforeAll(async () => {
  gateway = await startTestGateway();
  account = accountsOf(gateway).pipelinedeals;
});
afterAll(() => gateway.close());

/** A new deal with these attributes and nothing else. */
async function add(attributes: Record<string, unknown> = {}): Promise<string> {
  const added = await mutate(gateway, 'addDeal', { crm: 'pipelinedeals', title: 'To be merged', ...attributes });
  expect(added.outcome).toBe('APPLIED');
  return String(added.deal?.id);
}

describe('a merge on PipelineDeals', () => {
  const used = new Set<number>();

  /** A new deal, and one without product lines but with several notes and calendar entries and one document. */
  async function pair() {
    const busy = [...gateway.pipelinedeals.store.deals.values()].find(({ id, product_line_ids }) => {
      const has = attachments(id);
      const isBusy = has.notes.length > 1 && has.entries.length > 1 && has.documents.length === 1;
      return isBusy && product_line_ids.length === 0 && !used.has(id);
    });
    if (!busy) throw new Error('the seed has no such deal left');
    used.add(busy.id);
    const keep = await add();
    used.add(remoteId(keep));
    return { keep, absorbed: `pipelinedeals:Deal:${busy.id}` };
  }

  function attachments(deal: number) {
    const { store } = gateway.pipelinedeals;
    const of = <T extends { id: number }>(records: ReadonlyMap<number, T>, fits: (record: T) => boolean) =>
      [...records.values()].filter(fits).map(({ id }) => id);
    return {
      notes: of(store.notes, (note) => note.deal_id === deal),
      entries: of(store.calendarEntries, (one) => one.association_type === 'Deal' && one.association_id === deal),
      documents: of(store.documents, (document) => document.deal_id === deal),
    };
  }

  it('has everything moved, mails off, and the other deleted last', async () => {
    const { keep, absorbed } = await pair();
    const moved = attachments(remoteId(absorbed));
    const merged = await mutate(gateway, 'mergeDeals', { keep, absorb: [absorbed] });
    expect(merged).toMatchObject({ outcome: 'APPLIED', problems: [], deal: { id: keep } });
    expect(attachments(remoteId(keep))).toEqual(moved);

    const writes = writesOf(merged.sent.pipelinedeals);
    const paths = lines(writes).map((line) => line.replace('.json', '').replace('/api/v3', ''));
    expect(paths[0]).toBe(`PUT /deals/${remoteId(keep)}`);
    expect(paths.at(-1)).toBe(`DELETE /deals/${remoteId(absorbed)}`);
    expect(paths.slice(1, -1).toSorted()).toEqual(
      [
        ...moved.notes.map((id) => `PUT /notes/${id}`),
        ...moved.entries.map((id) => `PUT /calendar_entries/${id}`),
        ...moved.documents.map((id) => `PUT /documents/${id}`),
      ].toSorted(),
    );
    const mailing = writes.filter(({ path }) => path.includes('/calendar_entries/') || path.includes('/deals/'));
    for (const { query } of mailing.filter(({ method }) => method === 'PUT')) {
      expect(query).toContain('deliver_reassignment_email=false');
    }
  });

  it('sends the winner only what it lacks', async () => {
    const { people } = account;
    const keep = await add({ title: 'Kept', value: '5', person: people[0], summary: 'own' });
    const absorbed = await add({ value: '6', person: people[1], summary: 'other', health: 'Red' });
    const merged = await mutate(gateway, 'mergeDeals', { keep, absorb: [absorbed] });
    const [fill] = writesOf(merged.sent.pipelinedeals);
    expect(fill?.body).toEqual({ deal: { status: 1, person_ids: [remoteId(people[0]), remoteId(people[1])] } });
  });

  it.each([
    { what: 'note', path: '/notes/', kind: 'notes' },
    { what: 'calendar entry', path: '/calendar_entries/', kind: 'entries' },
    { what: 'document', path: '/documents/', kind: 'documents' },
  ] as const)('a $what that cannot be moved stays, and so does its deal', async ({ path, kind }) => {
    const { keep, absorbed } = await pair();
    const before = attachments(remoteId(absorbed));
    gateway.pipelinedeals.faults.set({ method: 'PUT', path, times: 1, kind: 'status', status: 422, body: '[]' });
    const merged = await mutate(gateway, 'mergeDeals', { keep, absorb: [absorbed] });
    gateway.pipelinedeals.faults.set();
    expect(merged).toMatchObject({
      outcome: 'PARTIAL',
      problems: [{ code: 'REJECTED_BY_CRM', path: ['input', 'absorb', '0'] }],
      deal: { id: keep },
    });
    expect(account.titleOf(absorbed)).not.toBeNull();
    expect(attachments(remoteId(absorbed))[kind]).toHaveLength(1);
    for (const name of ['notes', 'entries', 'documents'] as const) {
      const everywhere = [...attachments(remoteId(keep))[name], ...attachments(remoteId(absorbed))[name]];
      expect(everywhere).toEqual(expect.arrayContaining(before[name]));
    }
    expect(lines(merged.sent.pipelinedeals).some((line) => line.startsWith('DELETE'))).toBe(false);
  });

  it('a move whose answer is lost is looked after, not sent again', async () => {
    const { keep, absorbed } = await pair();
    gateway.pipelinedeals.faults.set({ method: 'PUT', path: '/documents/', times: 1, kind: 'dropAfter' });
    const merged = await mutate(gateway, 'mergeDeals', { keep, absorb: [absorbed] });
    gateway.pipelinedeals.faults.set();
    expect(merged).toMatchObject({ outcome: 'APPLIED', problems: [] });
    expect(account.titleOf(absorbed)).toBeNull();
    const sent = lines(writesOf(merged.sent.pipelinedeals));
    expect(new Set(sent).size).toBe(sent.length);
  });

  it('a deal that cannot be deleted is left, empty and named', async () => {
    const { keep, absorbed } = await pair();
    gateway.pipelinedeals.faults.set({ method: 'DELETE', kind: 'status', status: 403 });
    const merged = await mutate(gateway, 'mergeDeals', { keep, absorb: [absorbed] });
    gateway.pipelinedeals.faults.set();
    expect(merged).toMatchObject({
      outcome: 'PARTIAL',
      problems: [{ code: 'FORBIDDEN', path: ['input', 'absorb', '0'] }],
      deal: { id: keep },
    });
    expect(account.titleOf(absorbed)).not.toBeNull();
  });

  it('a deal with product lines of its own stays untouched, the next is merged', async () => {
    const { store } = gateway.pipelinedeals;
    const withLines = [...store.deals.values()].find((deal) => deal.product_line_ids.length > 0 && !used.has(deal.id));
    const stays = `pipelinedeals:Deal:${withLines?.id}`;
    const before = attachments(remoteId(stays));
    const [keep, goes] = [await add(), await add()];
    const merged = await mutate(gateway, 'mergeDeals', { keep, absorb: [stays, goes] });
    expect(merged).toMatchObject({
      outcome: 'PARTIAL',
      problems: [{ code: 'UNSUPPORTED', path: ['input', 'absorb', '0'] }],
    });
    expect(account.titleOf(stays)).not.toBeNull();
    expect(account.titleOf(goes)).toBeNull();
    expect(attachments(remoteId(stays))).toEqual(before);
  });

  it('a deal with product lines of its own, alone, is refused and nothing is written', async () => {
    const { store } = gateway.pipelinedeals;
    const withLines = [...store.deals.values()].find((deal) => deal.product_line_ids.length > 0);
    const keep = await add();
    const merged = await mutate(gateway, 'mergeDeals', { keep, absorb: [`pipelinedeals:Deal:${withLines?.id}`] });
    expect(merged).toMatchObject({
      outcome: 'REJECTED',
      problems: [{ code: 'UNSUPPORTED', path: ['input', 'absorb', '0'] }],
    });
    expect(writesOf(merged.sent.pipelinedeals)).toEqual([]);
  });
});

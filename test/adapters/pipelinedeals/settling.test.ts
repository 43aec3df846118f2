import { describe, expect, it } from 'vitest';
import { parseDecimal } from '../../../src/domain/decimal.ts';
import type { WriteCall } from '../../../src/domain/write-step.ts';
import { HttpError } from '../../../src/transport/errors.ts';
import { aCall } from '../../support/call.ts';
import { RecordedSteps } from '../../support/recorded-steps.ts';
import { listOf, type Script } from './scripted-http.ts';
import { adapterOver, wireDeal } from './support.ts';

type Circumstances = Pick<NonNullable<ConstructorParameters<typeof RecordedSteps>[0]>, 'isTaken' | 'rivals'>;

const SENT = Date.parse('2026-11-20T12:00:00Z');
const OWN = 70;
const PROFILE = { 'GET /profile.json': { body: { id: OWN } } };
const lost = () => new HttpError('TIMEOUT', 'no answer', { maybeApplied: true });

/** A time as the server writes it, from the time of sending on. */
function at(seconds: number): string {
  const text = new Date(SENT + seconds * 1_000 - 4 * 3_600_000).toISOString();
  return `${text.slice(0, 19).replaceAll('-', '/').replace('T', ' ')} -0400`;
}

async function settled(
  script: Script,
  write: (crm: ReturnType<typeof adapterOver>, call: WriteCall) => Promise<unknown>,
  circumstances: Circumstances = {},
) {
  const steps = new RecordedSteps({ now: () => SENT, ...circumstances });
  const crm = adapterOver(script);
  const outcome = await write(crm, steps.callOf(aCall())).catch((error: unknown) => error);
  return { outcome, doubts: steps.doubts, http: crm.http };
}

describe('an added deal whose answer was lost', () => {
  const draft = {
    title: 'New roof',
    value: parseDecimal('10.50'),
    person: '501',
    expectedCloseDate: '2026-12-01',
    collaborators: ['71', '72'],
  };
  const made = (over: object = {}) =>
    wireDeal({
      id: 8,
      value: '10.5',
      primary_contact_id: 501,
      person_ids: [501],
      expected_close_date: '2026/12/01',
      shared_user_ids: [72, 71],
      created_by_user_id: OWN,
      created_at: at(1),
      ...over,
    });
  const added = (deals: readonly unknown[], circumstances?: Circumstances) =>
    settled(
      { ...PROFILE, 'POST /deals.json': lost(), 'GET /deals.json': listOf(...deals) },
      ({ adapter }, call) => adapter.dealWrites.add(draft, call),
      circumstances,
    );

  it('is the one created since, by our own user, with all that was sent', async () => {
    const { outcome, http } = await added([made(), made({ id: 6, created_at: at(-3_600) })]);
    expect(outcome).toEqual({ deal: '8', problems: [] });
    expect(http.writes).toHaveLength(1);
    expect(http.requests.at(-1)?.params).toMatchObject({ sort: '-deals.created_at' });
  });

  it.each([
    { not: 'of another name', over: { name: 'New roofs' } },
    { not: 'shared with others', over: { shared_user_ids: [71] } },
    { not: 'on another day', over: { expected_close_date: '2026/12/02' } },
    { not: 'of somebody else', over: { created_by_user_id: 71 } },
    { not: 'created long before', over: { created_at: at(-120) } },
    { not: 'created long after', over: { created_at: at(3_600) } },
    { not: 'whose id cannot be read', over: { id: '../8' } },
    { not: 'of which it is not told who created it', over: { created_by_user_id: undefined } },
  ])('is none $not', async ({ over }) => {
    const { outcome, doubts } = await added([made(over)]);
    expect(outcome).toMatchObject({ details: { effect: 'POSSIBLE' } });
    expect(doubts).toHaveLength(1);
  });

  it('is not one of two alike, one of another operation, or one that may be a rival’s', async () => {
    expect((await added([made(), made({ id: 9 })])).doubts).toEqual(['several have what was sent: deal 8, 9']);
    expect((await added([made()], { isTaken: () => true })).doubts).toHaveLength(1);
    expect((await added([made()], { rivals: 2 })).doubts[0]).toContain('2 more operations');
  });

  it('with a time of its own is looked for there, beside what was there before', async () => {
    const time = '2024/05/06 07:08:09 +0000';
    const like = (id: number) => made({ id, name: 'Imported', created_at: time });
    let deals = [like(5)];
    const { outcome, http } = await settled(
      {
        ...PROFILE,
        'POST /deals.json': () => {
          deals = [like(5), like(6)];
          return lost();
        },
        'GET /deals.json': (request) => listOf(...deals)(request),
      },
      ({ adapter }, call) =>
        adapter.dealWrites.add({ title: 'Imported', createdAt: Date.parse('2024-05-06T07:08:09Z') }, call),
    );
    expect(outcome).toEqual({ deal: '6', problems: [] });
    expect(http.lines[0]).toBe('GET /deals.json');
    expect(http.requests[0]?.params).toMatchObject({ 'conditions[deal_created][from_date]': '2024-05-05' });
  });
});

it('a duplicate whose answer was lost is the copy created since', async () => {
  const copy = wireDeal({ id: 9, name: 'New roof (copy)', created_by_user_id: OWN, created_at: at(0) });
  const script = {
    ...PROFILE,
    'GET /deals/7.json': { body: wireDeal() },
    'POST /deals.json': lost(),
    'GET /deals.json': listOf(copy),
  };
  const { outcome } = await settled(script, ({ adapter }, call) =>
    adapter.dealWrites.duplicate({ id: '7', title: 'Old' }, {}, call),
  );
  expect(outcome).toEqual({ deal: '9', problems: [] });
});

describe('a changed deal whose answer was lost', () => {
  const changed = (shown: Readonly<Record<string, unknown>>) =>
    settled({ 'PUT /deals/7.json': lost(), 'GET /deals/7.json': { body: wireDeal(shown) } }, ({ adapter }, call) =>
      adapter.dealWrites.update('7', { title: 'x', value: parseDecimal('1.50'), organization: null }, call),
    );

  it('shows every key that was sent', async () => {
    expect((await changed({ name: 'x', value: '1.5', company_id: null })).outcome).toEqual({ deal: '7', problems: [] });
  });

  it.each([{ name: 'y' }, { value: '1.51' }, { company_id: 88 }])('is not known with %o', async (other) => {
    expect((await changed({ name: 'x', value: '1.5', company_id: null, ...other })).doubts).toHaveLength(1);
  });

  it('is not known where a template of activities was to be applied: that is not shown', async () => {
    const templates = { id: 5, name: 'Start', template_type: 'deals' };
    const script = {
      'GET /admin/todo_templates.json': listOf(templates),
      'PUT /deals/7.json': lost(),
      'GET /deals/7.json': { body: wireDeal({ name: 'x' }) },
    };
    const { doubts } = await settled(script, ({ adapter }, call) =>
      adapter.dealWrites.update('7', { title: 'x', todoTemplate: '5' }, call),
    );
    expect(doubts).toEqual(['whether a template of activities was applied cannot be told']);
  });
});

describe('what is attached to a deal', () => {
  const entry = (over: object) => ({ id: 3, association_id: 8, association_type: 'Deal', ...over });
  const moved = (after: object) =>
    settled(
      {
        'GET /deals/7.json': { body: wireDeal() },
        'GET /deals/8.json': { body: wireDeal({ id: 8 }) },
        'GET /notes.json': listOf(),
        'GET /documents.json': listOf(),
        'GET /calendar_entries.json': listOf(entry({})),
        'PUT /calendar_entries/3.json': lost(),
        'GET /calendar_entries/3.json': { body: entry(after) },
      },
      ({ adapter }, call) => adapter.dealWrites.merge('7', ['8'], call),
    );

  it.each([{ association_id: 8 }, { association_id: 7, association_type: 'Person' }])(
    'and whose move got no answer is not known to have moved where it is at %o',
    async (after) => {
      const { outcome, doubts, http } = await moved(after);
      expect(outcome).toMatchObject({ details: { effect: 'POSSIBLE' } });
      expect(doubts).toHaveLength(1);
      expect(http.lines).not.toContain('DELETE /deals/8.json');
    },
  );

  it('and cannot be told by an id keeps the deal from being deleted', async () => {
    const { outcome, http } = await settled(
      {
        'GET /deals/7.json': { body: wireDeal() },
        'GET /deals/8.json': { body: wireDeal({ id: 8 }) },
        'GET /notes.json': listOf({ deal_id: 8 }),
        'GET /documents.json': listOf(),
        'GET /calendar_entries.json': listOf(),
      },
      ({ adapter }, call) => adapter.dealWrites.merge('7', ['8'], call),
    );
    expect(outcome).toMatchObject({ code: 'UPSTREAM_INVALID_RESPONSE', details: { path: ['absorb', '0'] } });
    expect(http.writes).toEqual([]);
  });

  it('and is with the deal that is kept has moved', async () => {
    const { doubts } = await moved({ association_id: 7 });
    expect(doubts).toEqual([]);
  });
});

describe('a merge deletes no deal that has more than the one that is kept', () => {
  it.each([
    { what: 'a value the server did not take', keep: {}, reread: { summary: 'more' }, named: 'summary' },
    {
      what: 'something a person added meanwhile',
      keep: { summary: 'more' },
      reread: { company_id: 88 },
      named: 'company_id',
    },
  ])('$what', async ({ keep, reread, named }) => {
    let reads = 0;
    const { outcome, http } = await settled(
      {
        'GET /deals/7.json': () => ({ body: wireDeal(reads > 0 ? keep : {}) }),
        'GET /deals/8.json': () => {
          reads += 1;
          return { body: wireDeal({ id: 8, summary: 'more', ...(reads > 1 && reread) }) };
        },
        'PUT /deals/7.json': { body: wireDeal() },
        'GET /notes.json': listOf(),
        'GET /documents.json': listOf(),
        'GET /calendar_entries.json': listOf(),
      },
      ({ adapter }, call) => adapter.dealWrites.merge('7', ['8'], call),
    );
    expect(outcome).toMatchObject({ problems: [{ code: 'CONFLICT', path: ['absorb', '0'] }] });
    expect((outcome as { problems: { message: string }[] }).problems[0]?.message).toContain(named);
    expect(http.lines).not.toContain('DELETE /deals/8.json');
  });
});

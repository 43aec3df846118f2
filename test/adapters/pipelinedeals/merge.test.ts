import { describe, expect, it } from 'vitest';
import { HttpError } from '../../../src/transport/errors.ts';
import { aCall } from '../../support/call.ts';
import { RecordedSteps } from '../../support/recorded-steps.ts';
import { paged, type Reply, type Script, type ScriptedRequest } from './scripted-http.ts';
import { adapterOver, dealIn, wireDeal } from './support.ts';

type Attached = { id: number; deal_id?: number; association_id?: number; association_type?: string };

const timeout = (template: string) => new HttpError('TIMEOUT', `${template}: no answer`, { maybeApplied: true });

/** Deals and what is attached to them, behaving as documented; `answers` puts something else in its place. */
function crmWith(
  deals: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  attached: { notes?: Attached[]; calendar_entries?: Attached[]; documents?: Attached[] } = {},
  answers: Script = {},
) {
  const alive = new Map(Object.entries(deals));
  const script: Record<string, Reply | ((request: ScriptedRequest) => Reply)> = {};
  for (const id of Object.keys(deals)) {
    script[`GET /deals/${id}.json`] = () => (alive.has(id) ? { body: alive.get(id) } : { status: 404 });
    script[`PUT /deals/${id}.json`] = (request) => {
      const [before, written] = [alive.get(id), dealIn(request)];
      const fields = { ...Object(before?.custom_fields), ...Object(written.custom_fields) };
      alive.set(id, { ...before, ...written, custom_fields: fields });
      return { body: alive.get(id) };
    };
    script[`DELETE /deals/${id}.json`] = () => (alive.delete(id) ? { status: 204 } : { status: 404 });
  }
  for (const kind of ['notes', 'calendar_entries', 'documents'] as const) {
    const records = attached[kind] ?? [];
    // The filter by deal is ignored: entries of other deals come too.
    script[`GET /${kind}.json`] = (request) => paged(records, request);
    for (const record of records) {
      script[`PUT /${kind}/${record.id}.json`] = ({ body }) => {
        Object.assign(record, Object.values(body as object)[0]);
        return { body: record };
      };
    }
  }
  return { ...adapterOver({ ...script, ...answers }), alive };
}

describe('merge', () => {
  it('writes the winner, moves what is attached and deletes the loser, in this order', async () => {
    const { adapter, http, alive } = crmWith(
      {
        7: wireDeal({
          person_ids: [501],
          tag_ids: [],
          custom_fields: { custom_label_1: 'own', custom_label_2: null, custom_label_3: [] },
        }),
        8: wireDeal({
          id: 8,
          name: 'Other',
          summary: 'more',
          value: '1.0',
          company_id: 88,
          primary_contact_id: 502,
          person_ids: [502, 501],
          tag_ids: [3],
          expected_close_date: '2026/09/01',
          deal_stage_id: 26,
          probability: 100,
          custom_fields: { custom_label_1: 'x', custom_label_2: false, custom_label_3: [7] },
        }),
      },
      {
        notes: [
          { id: 1, deal_id: 8 },
          { id: 2, deal_id: 9 },
        ],
        calendar_entries: [
          { id: 3, association_id: 8, association_type: 'Deal' },
          { id: 4, association_id: 8, association_type: 'Person' },
        ],
        documents: [{ id: 5, deal_id: 8 }],
      },
    );
    expect(await adapter.dealWrites.merge('7', ['8'], aCall())).toEqual({ deal: '7', problems: [] });
    expect(http.writes.map(({ method, path, body }) => [method, path, body])).toEqual([
      [
        'PUT',
        '/deals/7.json',
        {
          deal: {
            summary: 'more',
            company_id: 88,
            primary_contact_id: 502,
            expected_close_date: '2026-09-01',
            person_ids: [501, 502],
            tag_ids: [3],
            custom_fields: { custom_label_2: false, custom_label_3: [7] },
          },
        },
      ],
      ['PUT', '/notes/1.json', { note: { deal_id: 7 } }],
      ['PUT', '/calendar_entries/3.json', { calendar_entry: { association_id: 7 } }],
      ['PUT', '/documents/5.json', { document: { deal_id: 7 } }],
      ['DELETE', '/deals/8.json', undefined],
    ]);
    expect(http.lines.indexOf('PUT /deals/7.json')).toBeLessThan(http.lines.indexOf('GET /notes.json'));
    expect(http.lines.lastIndexOf('GET /documents.json')).toBeGreaterThan(http.lines.indexOf('PUT /documents/5.json'));
    expect(http.requests.find(({ path }) => path === '/notes.json')?.params.deal_id).toBe('8');
    expect([...alive.keys()]).toEqual(['7']);
  });

  it('fills an empty value exactly and does not write a winner that lacks nothing', async () => {
    const { adapter, http } = crmWith({
      7: wireDeal({ value: null }),
      8: wireDeal({ id: 8, value: '12345678901234567.89' }),
      9: wireDeal({ id: 9 }),
    });
    await adapter.dealWrites.merge('7', ['8', '9'], aCall());
    expect(http.writes.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'PUT /deals/7.json',
      'DELETE /deals/8.json',
      'DELETE /deals/9.json',
    ]);
    expect(dealIn(http.writes[0])).toEqual({ value: '12345678901234567.89' });
  });

  it('fills from the absorbed deals in their order', async () => {
    const { adapter, alive } = crmWith({
      7: wireDeal(),
      8: wireDeal({ id: 8, company_id: 88 }),
      9: wireDeal({ id: 9, company_id: 99, summary: 'nine' }),
    });
    await adapter.dealWrites.merge('7', ['8', '9'], aCall());
    expect(alive.get('7')).toMatchObject({ company_id: 88, summary: 'nine' });
  });

  it('says so when a deal cannot be read', async () => {
    const { adapter, http } = crmWith({ 7: wireDeal({ value: null }), 8: wireDeal({ id: 8, value: 'much' }) });
    await expect(adapter.dealWrites.merge('7', ['8'], aCall())).rejects.toMatchObject({
      code: 'UPSTREAM_INVALID_RESPONSE',
    });
    expect(http.writes).toEqual([]);
  });

  it('keeps a loser whose note does not move, and says what is left', async () => {
    const { adapter, http, alive } = crmWith(
      { 7: wireDeal(), 8: wireDeal({ id: 8, summary: 'more' }) },
      {
        notes: [
          { id: 1, deal_id: 8 },
          { id: 2, deal_id: 8 },
        ],
      },
      { 'PUT /notes/1.json': { status: 422, body: [] } },
    );
    const report = await adapter.dealWrites.merge('7', ['8'], aCall());
    expect(report.deal).toBe('7');
    expect(report.problems).toMatchObject([
      { code: 'REJECTED_BY_CRM', path: ['absorb', '0'], message: expect.stringContaining('1 note ') },
    ]);
    expect(http.lines).toContain('PUT /notes/2.json');
    expect(http.lines).not.toContain('DELETE /deals/8.json');
    expect(alive.has('8')).toBe(true);
  });

  it('keeps a loser whose note says it moved and did not', async () => {
    const { adapter, http } = crmWith(
      { 7: wireDeal(), 8: wireDeal({ id: 8, summary: 'more' }) },
      { notes: [{ id: 1, deal_id: 8 }] },
      { 'PUT /notes/1.json': { body: { id: 1, deal_id: 7 } } },
    );
    const { problems } = await adapter.dealWrites.merge('7', ['8'], aCall());
    expect(problems).toMatchObject([{ code: 'REJECTED_BY_CRM', path: ['absorb', '0'] }]);
    expect(http.lines).not.toContain('DELETE /deals/8.json');
  });

  it('believes the second look where the answer to a move was lost', async () => {
    const note: Attached = { id: 1, deal_id: 8 };
    const { adapter, alive } = crmWith(
      { 7: wireDeal(), 8: wireDeal({ id: 8 }) },
      { notes: [note] },
      {
        'PUT /notes/1.json': () => {
          note.deal_id = 7;
          return timeout('PUT /notes/{id}.json');
        },
      },
    );
    expect(await adapter.dealWrites.merge('7', ['8'], aCall())).toEqual({ deal: '7', problems: [] });
    expect(alive.has('8')).toBe(false);
  });

  it.each([{}, { id: null }, { id: '../1' }])(
    'does not touch a deal with product lines nobody can tell apart: %o',
    async (line) => {
      const { adapter, http } = crmWith({
        7: wireDeal({ product_lines: [{ ...line, name: 'A' }] }),
        8: wireDeal({ id: 8, product_lines: [{ ...line, name: 'A' }] }),
      });
      await expect(adapter.dealWrites.merge('7', ['8'], aCall())).rejects.toMatchObject({ code: 'UNSUPPORTED' });
      expect(http.writes).toEqual([]);
    },
  );

  it('does not touch a deal with product lines the winner lacks, and goes on with the next', async () => {
    const { adapter, http, alive } = crmWith({
      7: wireDeal({ product_lines: [{ id: 1, name: 'A' }] }),
      8: wireDeal({
        id: 8,
        summary: 'more',
        product_lines: [
          { id: 1, name: 'A' },
          { id: 2, name: 'B' },
        ],
      }),
      9: wireDeal({ id: 9, product_lines: [{ id: 1, name: 'A' }] }),
    });
    await expect(adapter.dealWrites.merge('7', ['8'], aCall())).rejects.toMatchObject({
      code: 'UNSUPPORTED',
      details: { path: ['absorb', '0'] },
    });
    expect(http.writes).toEqual([]);
    const { problems } = await adapter.dealWrites.merge('7', ['8', '9'], aCall());
    expect(problems).toMatchObject([{ code: 'UNSUPPORTED', path: ['absorb', '0'] }]);
    expect([...alive.keys()]).toEqual(['7', '8']);
  });

  it.each([
    ['the winner', '6', ['8'], ['keep']],
    ['a loser', '7', ['6'], ['absorb', '0']],
  ])('of nothing as %s is not found', async (_, keep, absorb, path) => {
    const { adapter, http } = crmWith(
      { 7: wireDeal(), 8: wireDeal({ id: 8 }) },
      {},
      { 'GET /deals/6.json': { status: 404 } },
    );
    await expect(adapter.dealWrites.merge(keep, absorb, aCall())).rejects.toMatchObject({
      code: 'NOT_FOUND',
      details: { path },
    });
    expect(http.writes).toEqual([]);
  });

  it.each([
    ['7', ['7'], '0'],
    ['7', ['8', '8'], '1'],
  ])('of %s with %o is refused without a call', async (keep, absorb, index) => {
    const { adapter, http } = crmWith({});
    await expect(adapter.dealWrites.merge(keep, absorb, aCall())).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      details: { path: ['absorb', index] },
    });
    expect(http.requests).toEqual([]);
  });

  it('that fails at its first write is a failure, not a report', async () => {
    const deals = { 7: wireDeal(), 8: wireDeal({ id: 8, summary: 'more' }), 9: wireDeal({ id: 9 }) };
    const refused = crmWith(deals, {}, { 'PUT /deals/7.json': { status: 403 } });
    await expect(refused.adapter.dealWrites.merge('7', ['8'], aCall())).rejects.toMatchObject({
      code: 'FORBIDDEN',
      details: { effect: 'NONE' },
    });
    const lost = crmWith(deals, {}, { 'PUT /deals/7.json': timeout('PUT /deals/{id}.json') });
    await expect(lost.adapter.dealWrites.merge('7', ['8', '9'], aCall())).rejects.toMatchObject({
      code: 'UPSTREAM_TIMEOUT',
      details: { effect: 'POSSIBLE' },
    });
    expect(lost.http.writes).toHaveLength(1);
  });

  it('whose deletion got no answer looks whether the loser is gone', async () => {
    const deals = { 7: wireDeal(), 8: wireDeal({ id: 8, summary: 'more' }), 9: wireDeal({ id: 9 }) };
    const there = crmWith(deals, {}, { 'DELETE /deals/8.json': timeout('DELETE /deals/{id}.json') });
    const { problems } = await there.adapter.dealWrites.merge('7', ['8', '9'], aCall());
    expect(problems).toMatchObject([
      { code: 'OUTCOME_UNKNOWN', path: ['absorb', '0'] },
      { code: 'UPSTREAM_TIMEOUT', path: ['absorb', '1'] },
    ]);
    expect(there.alive.has('9')).toBe(true);
    const gone = crmWith(
      deals,
      {},
      {
        'DELETE /deals/8.json': () => {
          gone.alive.delete('8');
          return timeout('DELETE /deals/{id}.json');
        },
      },
    );
    const settling = new RecordedSteps().callOf(aCall());
    expect((await gone.adapter.dealWrites.merge('7', ['8'], settling)).problems).toEqual([]);
  });
});

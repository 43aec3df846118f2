import { describe, expect, it } from 'vitest';
import { aCall } from '../../support/call.ts';
import { listOf, type Script } from './scripted-http.ts';
import { adapterOver, PIPELINES, STAGES, wireDeal } from './support.ts';

const TABLES: Script = {
  'GET /admin/deal_stages.json': listOf(...STAGES),
  'GET /admin/deal_pipelines.json': listOf(...PIPELINES),
  'GET /admin/deal_tags.json': listOf({ id: 31, name: 'Hot' }),
  'GET /admin/lead_sources.json': listOf({ id: 31, name: 'Website' }, { id: 32, name: 'Fair' }),
};

async function read(over: Readonly<Record<string, unknown>>) {
  const { adapter, http } = adapterOver({ ...TABLES, 'GET /deals/7.json': { body: wireDeal(over) } });
  const deal = await adapter.deals.getWhole('7', aCall());
  if (!deal) throw new Error('there is no deal');
  return { deal, adapter, http };
}

describe('a deal', () => {
  it('carries the name of its source', async () => {
    const { deal } = await read({ source_id: 31, source: { id: 31, name: 'Website' } });
    expect(deal.source?.known).toEqual({ name: 'Website', color: null });
  });

  it('whose embedded source is stale leads to the right one, which is not the tag of the same number', async () => {
    const { deal, adapter } = await read({ source_id: 31, source: { id: 32, name: 'Fair' } });
    const id = deal.source?.ref.id ?? '';
    expect(deal.source?.known).toEqual({});
    const labels = await adapter.labels.getMany([id, '31'], aCall());
    expect([labels.get(id), labels.get('31')]).toMatchObject([{ name: 'Website' }, { name: 'Hot' }]);
  });

  it.each([
    { tells: 'no source', over: { source_id: null }, source: null },
    { tells: 'its source in the older dialect', over: { source: { id: 32, name: 'Fair' } }, source: 'Fair' },
  ])('tells $tells', async ({ over, source }) => {
    const { deal } = await read({ ...over, ...(source && { source_id: undefined }) });
    expect(deal.source?.known.name ?? null).toBe(source);
  });

  it.each([
    { over: { deal_won_reason: { id: 1, name: 'Price' }, deal_won_reason_notes: 'low' }, reason: 'Price' },
    { over: { deal_won_reason_notes: 'low' }, reason: 'low' },
    { over: { deal_won_reason_notes: '' }, reason: null },
    { over: {}, reason: null },
  ])('was won for $reason', async ({ over, reason }) => {
    expect((await read(over)).deal.wonReason).toBe(reason);
  });

  it('tells nobody it is shared with where its record does not', async () => {
    const { deal } = await read({ shared_user_ids: undefined, collaborators: undefined });
    expect(deal.collaborators).toBeNull();
  });
});

describe('a todo template', () => {
  const written = { 'POST /deals.json': { body: { id: 8 } } };

  it('is believed by its id where the CRM does not show the templates', async () => {
    const hidden = { 'GET /admin/todo_templates.json': { status: 403 } };
    const { adapter, http } = adapterOver({ ...hidden, ...written });
    await adapter.dealWrites.add({ title: 'x', todoTemplate: '12', todoTemplateOwner: '70' }, aCall());
    expect(http.writes[0]?.body).toEqual({ deal: { name: 'x' }, todo_template_id: 12, todo_template_user_id: 70 });
    await expect(adapter.dealWrites.add({ title: 'x', todoTemplate: 'Kick-off' }, aCall())).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      details: { path: ['todoTemplate'] },
    });
    expect(http.writes).toHaveLength(1);
  });

  it('may be one for several kinds of records', async () => {
    const { adapter, http } = adapterOver({
      ...written,
      'GET /admin/todo_templates.json': listOf(
        { id: 1, name: 'Both', template_type: null, todo_template_types: [{ id: 1, template_type: 'deals' }] },
        { id: 2, name: 'Neither', template_type: null, todo_template_types: [] },
      ),
    });
    await adapter.dealWrites.add({ title: 'x', todoTemplate: 'Both' }, aCall());
    expect(http.writes[0]?.body).toMatchObject({ todo_template_id: 1 });
    await expect(adapter.dealWrites.add({ title: 'x', todoTemplate: 'Neither' }, aCall())).rejects.toThrow('only Both');
  });
});

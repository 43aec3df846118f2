import { parse, validate } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { schema } from '../../src/schema/index.ts';
import { examples } from '../../src/server/examples.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';

const byName = examples.map((example) => ({ name: /(?:query|mutation) (\w+)/.exec(example.query)?.[1], ...example }));

describe('the example operations', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startTestGateway();
  });
  afterAll(() => gateway.close());

  it.each(byName)('$name fits the schema', ({ query }) => {
    expect(validate(schema, parse(query))).toEqual([]);
  });

  it.each(byName)('$name answers with data and without problems', async ({ query, variables }) => {
    const { data, errors } = await gateway.query(query, variables);
    expect(errors).toBeUndefined();
    const text = JSON.stringify(data);
    expect(Object.values(data ?? {})).not.toContain(null);
    for (const [, problems] of text.matchAll(/"problems":(\[.*?\])/g)) expect(problems).toBe('[]');
    for (const [, outcome] of text.matchAll(/"outcome":"(\w+)"/g)) {
      expect(outcome).toBe(query.includes('preview: true') ? 'PREVIEWED' : 'APPLIED');
    }
  });

  it('the first one shows nested deals of both CRMs', async () => {
    const { data } = await gateway.query<{ deals: { nodes: { id: string }[]; crms: { state: string }[] } }>(
      byName[0]?.query ?? '',
    );
    const crms = new Set(data?.deals.nodes.map((deal) => deal.id.split(':')[0]));
    expect([...crms].sort()).toEqual(['pipedrive', 'pipelinedeals']);
    expect(data?.deals.crms.map((crm) => crm.state)).toEqual(['COMPLETE', 'COMPLETE']);
  });
});

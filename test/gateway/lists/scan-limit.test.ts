import { describe, expect, it } from 'vitest';
import { type Answer, useReads } from '../reads/support.ts';

const env = { DEALGRAPH_SCAN_LIMIT: '40' };
const reads = useReads({ pipedrive: { deals: 60 }, pipelinedeals: { deals: 60 }, env });

const LIST = `query ($crm: ID!, $filter: DealFilter, $orderBy: DealOrder) {
  deals(crms: [$crm], first: 10, filter: $filter, orderBy: $orderBy) { nodes { id } }
}`;

function refused({ errors }: Answer): { code: unknown; message: string | undefined } {
  expect(errors).toHaveLength(1);
  return { code: errors?.[0]?.extensions?.code, message: errors?.[0]?.message };
}

describe.each(['pipedrive', 'pipelinedeals'])('beyond the scan limit of %s', (crm) => {
  it('an order that it does not have is refused, naming the limit and those it has', async () => {
    const { code, message } = refused(await reads.ask(LIST, { crm, orderBy: { field: 'VALUE', direction: 'DESC' } }));
    expect(code).toBe('BUDGET_EXCEEDED');
    expect(message).toMatch(/up to 40 records.*CREATED_AT or UPDATED_AT/);
  });

  it('a filter that hardly matches is refused, naming what it filters itself', async () => {
    const { code, message } = refused(await reads.ask(LIST, { crm, filter: { currency: 'XXX' } }));
    expect(code).toBe('BUDGET_EXCEEDED');
    expect(message).toMatch(
      crm === 'pipedrive' ? /more than 40 records.*stage, pipeline, owner/ : /more than 40 records.*id/,
    );
  });

  it('a summary by a filter it cannot say is refused', async () => {
    const { code } = refused(
      await reads.ask('query ($crm: ID!) { dealsSummary(crms: [$crm], filter: { value: { gte: "1" } }) { count } }', {
        crm,
      }),
    );
    expect(code).toBe('BUDGET_EXCEEDED');
  });

  it('what it serves itself is not', async () => {
    const { deals } = await reads.data(LIST, { crm, orderBy: { field: 'UPDATED_AT', direction: 'DESC' } });
    expect(deals.nodes).toHaveLength(10);
  });
});

import { afterEach, expect, it } from 'vitest';
import { allDeals, isListed } from './oracle.ts';
import { useReads } from './support.ts';

const reads = useReads({
  pipedrive: { deals: 30 },
  pipelinedeals: { deals: 30 },
  env: { DEALGRAPH_QUERY_TIMEOUT_MS: '1500' },
});
afterEach(() => {
  reads.gateway.pipedrive.faults.set();
  reads.gateway.pipelinedeals.faults.set();
});

it.each([
  { dead: 'pipedrive', other: 'pipelinedeals' },
  { dead: 'pipelinedeals', other: 'pipedrive' },
] as const)('a deal of $other has all that hangs on it while $dead does not answer', async ({ dead, other }) => {
  const whole = (crm: string) =>
    allDeals(reads.gateway).find((deal) => deal.crm === crm && isListed(deal) && deal.person && deal.organization);
  const ids = { dead: whole(dead)?.id, other: whole(other)?.id };
  const document = `query ($dead: ID!, $other: ID!) {
    dead: deal(id: $dead) { id }
    other: deal(id: $other) { id stage { position } owner { email } person { jobTitle } organization { website } url }
  }`;
  const before = await reads.data(document, ids);
  reads.gateway[dead].faults.set({ kind: 'hang' });
  const { data, errors } = await reads.ask(document, ids, { abandoned: true });
  expect(data).toEqual({ ...before, dead: null });
  expect(errors?.map(({ path, extensions: { code, crm } }) => ({ path, code, crm }))).toEqual([
    { path: ['dead'], code: 'UPSTREAM_TIMEOUT', crm: dead },
  ]);
});

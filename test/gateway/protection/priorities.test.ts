import { afterEach, expect, it } from 'vitest';
import { settled } from '../../support/fake-clock.ts';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';

let gateway: TestGateway;
afterEach(() => gateway.close());

it('writes get through while reads fill every place they may have', async () => {
  gateway = await startTestGateway({ pipedrive: { deals: 5 }, pipelinedeals: { deals: 20 }, checksPrices: false });
  const { log, faults, store } = gateway.pipelinedeals;
  faults.set({ kind: 'hang', method: 'GET', path: '/deals/' });
  const leaving = new AbortController();
  const ids = [...store.deals.keys()].slice(0, 12);
  const reads = ids.map((id) =>
    fetch(gateway.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: `{ deal(id: "pipelinedeals:Deal:${id}") { title } }` }),
      signal: leaving.signal,
    }).catch(() => undefined),
  );
  while (log.length < 4) await settled();
  const { data } = await gateway.query(
    'mutation { addDeal(input: { crm: "pipelinedeals", title: "Urgent" }) { outcome } }',
  );
  expect(data).toEqual({ addDeal: { outcome: 'APPLIED' } });
  expect(log.filter(({ status }) => status === null)).toHaveLength(4);
  leaving.abort();
  await Promise.all(reads);
});

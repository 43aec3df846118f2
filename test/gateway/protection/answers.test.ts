import { afterEach, expect, it } from 'vitest';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';

let gateway: TestGateway;
afterEach(() => gateway.close());

const list = (first: number) => `{ deals(crms: ["pipedrive"], first: ${first}) { nodes { id raw } } }`;
const REFUSED = [{ path: ['deals'], extensions: { code: 'UPSTREAM_INVALID_RESPONSE', crm: 'pipedrive' } }];

it('an answer that is larger than it may be is refused, and a smaller one is not', async () => {
  gateway = await startTestGateway({ pipedrive: { deals: 200 }, env: { DEALGRAPH_MAX_ANSWER_BYTES: '100000' } });
  expect((await gateway.query(list(200))).errors).toMatchObject(REFUSED);
  expect(gateway.pipedrive.log).toHaveLength(1);
  expect((await gateway.query(list(10))).errors).toBeUndefined();
});

it('a page as large as there is any, with all custom fields, fits', async () => {
  gateway = await startTestGateway({ pipedrive: { deals: 600 }, pipelinedeals: { deals: 5 } });
  const { data, errors } = await gateway.query<{ deals: { nodes: unknown[] } }>(list(500));
  expect(errors).toBeUndefined();
  expect(data?.deals.nodes).toHaveLength(500);
});

it('an answer that is nested without end is refused, and the gateway goes on', async () => {
  gateway = await startTestGateway({ pipedrive: { deals: 5 } });
  const depth = 50_000;
  const body = `{"success":true,"data":[{"id":1,"deep":${'['.repeat(depth)}${']'.repeat(depth)}}]}`;
  gateway.pipedrive.faults.set({ kind: 'status', status: 200, body, times: 1 });
  expect((await gateway.query(list(3))).errors).toMatchObject(REFUSED);
  expect((await gateway.query(list(3))).errors).toBeUndefined();
});

import { afterAll, beforeAll, expect, it } from 'vitest';
import { codesOf } from '../../support/callers.ts';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.close());

const CONNECTIONS = '{ crms { id connection { state expiresAt } } }';

async function states(): Promise<unknown> {
  const { data, extensions } = await gateway.query<{ crms: readonly { id: string; connection: object }[] }>(
    CONNECTIONS,
  );
  expect(extensions?.upstream.requests).toBe(0);
  return Object.fromEntries((data?.crms ?? []).map(({ id, connection }) => [id, connection]));
}

it.each(['pipedrive', 'pipelinedeals'] as const)('%s: what a 401 says of an API key is remembered', async (crm) => {
  const good = { state: 'CONNECTED', expiresAt: null };
  expect(await states()).toEqual({ pipedrive: good, pipelinedeals: good });
  const READ = `{ deal(id: "${crm}:Deal:1") { title } }`;
  gateway[crm].faults.set({ kind: 'status', status: 401 });
  const { errors, extensions } = await gateway.query(READ);
  expect(codesOf({ errors })).toEqual(['UPSTREAM_UNAUTHORIZED']);
  expect(extensions?.upstream.requests).toBe(1);
  expect(await states()).toEqual({ pipedrive: good, pipelinedeals: good, [crm]: { ...good, state: 'REFUSED' } });
  gateway[crm].faults.set();
  await gateway.query(READ);
  expect(await states()).toEqual({ pipedrive: good, pipelinedeals: good });
});

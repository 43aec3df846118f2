import { createServer } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sendGraphQL } from '../support/graphql-client.ts';
import { type RunningProcess, run } from '../support/process.ts';

/** Where traces are sent to. */
const collector = createServer((request, response) => {
  request.resume();
  response.end();
  told.push(request.url ?? '');
});
const told: string[] = [];
let gateway: RunningProcess;
let url = '';

beforeAll(async () => {
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  const { port } = collector.address() as { readonly port: number };
  gateway = run('main.ts', {
    PORT: '0',
    DEALGRAPH_CALLER_RATE_LIMIT: '100',
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
  });
  url = (await gateway.waitFor(/ready at (http:\/\/127\.0\.0\.1:\d+\/graphql)/))[1] as string;
});
afterAll(() => {
  collector.close();
  gateway.signal('SIGKILL');
});

it('has everything it loads only when it is needed', async () => {
  const { data, errors } = await sendGraphQL<{ deals: { nodes: readonly unknown[] } }>(
    url,
    '{ deals(first: 3) { nodes { title products { nodes { quantity } } raw } } }',
  );
  expect(errors).toBeUndefined();
  expect(data?.deals.nodes).toHaveLength(3);
  const page = await fetch(url, { headers: { accept: 'text/html' } });
  expect(await page.text()).toContain('<title>dealgraph</title>');
  const throughYoga = await fetch(`${url}?query=${encodeURIComponent('{ crms { id } }')}`);
  expect(await throughYoga.json()).toMatchObject({ data: { crms: [{ id: 'pipedrive' }, { id: 'pipelinedeals' }] } });
  const metrics = await fetch(new URL('/metrics', url));
  expect(await metrics.text()).toContain('dealgraph_operations_total{type="query",outcome="ok"}');
});

it('journals, and ends in order with its last traces sent', async () => {
  const { data } = await sendGraphQL<{ addDeal: { outcome: string } }>(
    url,
    'mutation { addDeal(input: { crm: "pipedrive", title: "Built" }) { outcome } }',
  );
  expect(data?.addDeal.outcome).toBe('APPLIED');
  gateway.signal('SIGTERM');
  expect(await gateway.ended).toBe(0);
  expect(gateway.output.stderr).toBe('');
  expect(told).toContain('/v1/traces');
});

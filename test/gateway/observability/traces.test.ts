import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';
import { sendGraphQL } from '../../support/graphql-client.ts';

interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly attributes: readonly { readonly key: string; readonly value: Readonly<Record<string, unknown>> }[];
  readonly status?: { readonly code?: number };
}

const spans: ReceivedSpan[] = [];
const services = new Set<unknown>();
let collector: Server;
let gateway: TestGateway;

beforeAll(async () => {
  collector = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    for (const { resource, scopeSpans } of JSON.parse(body).resourceSpans) {
      for (const { key, value } of resource.attributes) if (key === 'service.name') services.add(value.stringValue);
      spans.push(...scopeSpans.flatMap((scope: { spans: ReceivedSpan[] }) => scope.spans));
    }
    response.setHeader('content-type', 'application/json').end('{}');
  });
  await new Promise<void>((resolve) => {
    collector.listen(0, '127.0.0.1', resolve);
  });
  const endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
  // The exporter reads it from the process itself, as it does in production.
  process.env.OTEL_EXPORTER_OTLP_ENDPOINT = endpoint;
  gateway = await startTestGateway({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_SERVICE_NAME: 'deals-test' } });
  delete process.env.OTEL_EXPORTER_OTLP_ENDPOINT;
});
afterAll(() => {
  collector.closeAllConnections();
  collector.close();
});

const attribute = (span: ReceivedSpan | undefined, key: string) =>
  Object.values(span?.attributes.find((one) => one.key === key)?.value ?? {})[0];

it('an operation is a span, and each exchange with a CRM one below it', async () => {
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  const parent = 'b7ad6b7169203331';
  const answers = await Promise.all([
    sendGraphQL(
      gateway.url,
      'query Page { deals(first: 5) { nodes { id person { name } stage { name } } } }',
      {},
      { headers: { traceparent: `00-${traceId}-${parent}-01` } },
    ),
    sendGraphQL(gateway.url, 'query Other { deals(first: 7) { nodes { id organization { name } } } }'),
    sendGraphQL(gateway.url, '{ deal(id: "nonsense") { id } }'),
  ]);
  await gateway.close();

  const operations = spans.filter(({ kind }) => kind === 2);
  expect(operations).toHaveLength(3);
  expect([...services]).toEqual(['deals-test']);
  const page = operations.find((span) => attribute(span, 'graphql.operation.name') === 'Page');
  expect(page).toMatchObject({ traceId, parentSpanId: parent, name: 'query' });
  for (const [index, name] of ['Page', 'Other'].entries()) {
    const operation = operations.find((span) => attribute(span, 'graphql.operation.name') === name);
    const below = spans.filter(({ parentSpanId, kind }) => kind === 3 && parentSpanId === operation?.spanId);
    expect(below).toHaveLength(answers[index]?.extensions?.upstream.requests ?? -1);
    expect(below.every((span) => span.traceId === operation?.traceId)).toBe(true);
    expect(below.map(({ name: of }) => of)).toContain('GET /api/v2/deals');
    expect(Number(attribute(operation, 'dealgraph.upstream.requests'))).toBe(below.length);
    expect(attribute(operation, 'dealgraph.caller')).toBe('anonymous');
  }
  expect(
    spans.filter(({ kind }) => kind === 3).every((span) => attribute(span, 'http.response.status_code') !== undefined),
  ).toBe(true);
  const failed = operations.find((span) => attribute(span, 'graphql.operation.name') === undefined);
  expect(failed?.status?.code).toBe(2);
  expect(JSON.stringify(spans)).not.toMatch(/nonsense|Deal:\d|api_token|api_key/);
});

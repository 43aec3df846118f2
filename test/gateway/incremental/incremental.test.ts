import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { FakeClock } from '../../support/fake-clock.ts';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';
import { recordingLogger } from '../../support/log-lines.ts';
import { EVENTS, joined, MULTIPART, type Part, sendForParts } from '../../support/parts.ts';

const { logger, lines } = recordingLogger();
let gateway: TestGateway;
let handle: TestGateway['pipedrive']['handle'];
beforeAll(async () => {
  gateway = await startTestGateway({ logger, env: { DEALGRAPH_SCAN_LIMIT: '500' } });
  handle = gateway.pipedrive.handle.bind(gateway.pipedrive);
  // Whatever is read whole is known from here on.
  await gateway.query('{ deals(crms: ["pipedrive"], first: 1) { nodes { stage { name } } } }');
});
afterAll(() => gateway.close());
afterEach(() => {
  gateway.pipedrive.faults.set();
  Object.assign(gateway.pipedrive, { handle });
});

/** Holds the CRM's answers about products back until it is opened. */
function holdProducts() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  let reach = () => {};
  const reached = new Promise<void>((resolve) => {
    reach = resolve;
  });
  Object.assign(gateway.pipedrive, {
    handle: async (request: Parameters<typeof handle>[0]) => {
      if (request.path.includes('products')) {
        reach();
        await opened;
      }
      return handle(request);
    },
  });
  return { open, reached };
}

async function all(parts: AsyncGenerator<Part>): Promise<Part[]> {
  const found: Part[] = [];
  for await (const part of parts) found.push(part);
  return found;
}

const PAGE = (products: string, nodes = '') => `query Page($later: Boolean! = true) {
  deals(crms: ["pipedrive"], first: 4) {
    nodes ${nodes} { id title stage { name } person { name } ${products} }
    pageInfo { hasNextPage }
  }
}`;
const LINES = 'products { nodes { id name quantity } }';
const WHOLE = PAGE(LINES);
const DEFERRED = PAGE(`... @defer(label: "lines", if: $later) { ${LINES} }`);

async function wholeData(): Promise<Record<string, unknown>> {
  const { data } = await gateway.query(WHOLE.replace('query Page($later: Boolean! = true)', 'query Page'));
  if (!data) throw new Error('the whole answer is missing');
  return data;
}

describe.each([MULTIPART, EVENTS])('over %s', (accept) => {
  it('deals come before their products, which a CRM still holds back', async () => {
    const expected = await wholeData();
    const held = holdProducts();
    const { type, parts } = await sendForParts(gateway.url, accept, { query: DEFERRED });
    expect(type).toBe(accept);
    const { value: first } = (await parts.next()) as { readonly value: Part };
    const { nodes } = expected.deals as { readonly nodes: readonly Record<string, unknown>[] };
    expect(first.data).toEqual({
      deals: {
        nodes: nodes.map(({ products: _, ...deal }) => deal),
        pageInfo: { hasNextPage: true },
      },
    });
    expect(first.hasNext).toBe(true);
    await held.reached;
    held.open();
    const later = await all(parts);
    expect(later.at(-1)?.hasNext).toBe(false);
    expect(later.flatMap((part) => part.incremental ?? []).map(({ label, path }) => [label, path])).toEqual(
      nodes.map((_deal, index) => ['lines', ['deals', 'nodes', index]]),
    );
    expect(joined([first, ...later])).toEqual(expected);
  });

  it('the receipt counts up, and costs what the whole answer costs', async () => {
    const whole = await gateway.query(WHOLE.replace('query Page($later: Boolean! = true)', 'query Page'));
    const parts = await all((await sendForParts(gateway.url, accept, { query: DEFERRED })).parts);
    expect(parts.at(-1)?.extensions.upstream).toEqual(whole.extensions?.upstream);
    for (const { extensions } of parts) expect(extensions.upstream.requests).toBeGreaterThan(0);
  });

  it('what fails in a later part is an error there, and nothing before it', async () => {
    gateway.pipedrive.faults.set({ path: 'products', kind: 'status', status: 403 });
    const parts = await all((await sendForParts(gateway.url, accept, { query: DEFERRED })).parts);
    expect(parts[0]?.errors).toBeUndefined();
    const later = parts.flatMap((part) => part.incremental ?? []);
    expect(later).toHaveLength(4);
    for (const [index, { data, errors }] of later.entries()) {
      expect(data).toEqual({ products: null });
      expect(errors).toEqual([
        expect.objectContaining({
          path: ['deals', 'nodes', index, 'products'],
          extensions: expect.objectContaining({
            crm: 'pipedrive',
            code: expect.any(String),
            requestId: expect.any(String),
          }),
        }),
      ]);
    }
    expect(JSON.stringify(parts)).not.toMatch(/canary|node_modules/);
    const line = lines.findLast(({ msg }) => msg === 'operation');
    expect(line).toMatchObject({ operation: 'Page', outcome: [expect.any(String)] });
  });

  it('items of a list come one after the other', async () => {
    const expected = await wholeData();
    const held = holdProducts();
    const query = PAGE(LINES, '@stream(initialCount: 0, label: "deals", if: $later)');
    const { parts } = await sendForParts(gateway.url, accept, { query });
    const { value: first } = (await parts.next()) as { readonly value: Part };
    expect(first.data).toEqual({ deals: { nodes: [], pageInfo: { hasNextPage: true } } });
    held.open();
    const later = await all(parts);
    const items = later.flatMap((part) => part.incremental ?? []);
    expect(items.map(({ path, label }) => [label, path])).toEqual(
      [0, 1, 2, 3].map((index) => ['deals', ['deals', 'nodes', index]]),
    );
    expect(joined([first, ...later])).toEqual(expected);
  });

  it.each([
    ['a condition that does not hold', { query: DEFERRED, variables: { later: false } }],
    [
      'a stream whose condition does not hold',
      { query: PAGE(LINES, '@stream(if: $later)'), variables: { later: false } },
    ],
  ])('%s leaves the answer whole', async (_name, operation) => {
    const parts = await all((await sendForParts(gateway.url, accept, operation)).parts);
    expect(parts.map(({ data }) => data)).toEqual([await wholeData()]);
  });

  it('an operation that asks for its own cost is answered whole', async () => {
    const query = DEFERRED.replace('deals(', 'upstream { requests { expected } } deals(');
    const parts = await all((await sendForParts(gateway.url, accept, { query })).parts);
    expect(parts).toHaveLength(1);
    const { upstream, ...data } = parts[0]?.data ?? {};
    expect(upstream).toEqual({ requests: { expected: parts[0]?.extensions.upstream.requests } });
    expect(data).toEqual(await wholeData());
  });

  it('a refusal is one part with its code', async () => {
    const query = `{ deals(first: 500) { nodes { ... @defer { people(first: 500) { nodes { deals(first: 500) { nodes { id } } } } } } } }`;
    const parts = await all((await sendForParts(gateway.url, accept, { query })).parts);
    expect(parts.map(({ errors }) => errors?.map(({ extensions }) => extensions.code))).toEqual([
      ['QUERY_TOO_COMPLEX'],
    ]);
  });

  it('reads nothing more for a client that has hung up', async () => {
    gateway.pipedrive.faults.set({ path: 'products', kind: 'hang' });
    lines.length = 0;
    const client = new AbortController();
    const { parts } = await sendForParts(gateway.url, accept, { query: DEFERRED }, client.signal);
    await parts.next();
    client.abort();
    await expect
      .poll(() => lines.find(({ msg }) => msg === 'operation'))
      .toMatchObject({ operation: 'Page', disconnected: true });
  });
});

it('what is deferred has the deadline of the operation', async () => {
  const clock = new FakeClock();
  const late = await startTestGateway({ clock, env: { DEALGRAPH_QUERY_TIMEOUT_MS: '10000' } });
  try {
    late.pipedrive.faults.set({ path: 'products', kind: 'hang' });
    const { parts } = await sendForParts(late.url, MULTIPART, { query: DEFERRED });
    await parts.next();
    await clock.advance(10_000);
    const later = (await all(parts)).flatMap((part) => part.incremental ?? []);
    expect(later.map(({ data }) => data)).toEqual(Array(4).fill({ products: null }));
    for (const { errors } of later) expect(errors?.[0]?.extensions.code).toBe('UPSTREAM_TIMEOUT');
  } finally {
    await late.close();
  }
});

it.each(['application/json', '*/*', 'application/graphql-response+json'])(
  'a client that takes %s gets the whole answer',
  async (accept) => {
    const response = await fetch(gateway.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept },
      body: JSON.stringify({ query: DEFERRED }),
    });
    expect(response.headers.get('content-type')).toContain('json');
    const { data, hasNext } = (await response.json()) as { readonly data: object; readonly hasNext?: boolean };
    expect(data).toEqual(await wholeData());
    expect(hasNext).toBeUndefined();
  },
);

it('a client that takes parts or JSON gets parts of what is deferred, and JSON of everything else', async () => {
  const accept = 'multipart/mixed;deferSpec=20220824, application/json';
  expect((await sendForParts(gateway.url, accept, { query: DEFERRED })).type).toBe(MULTIPART);
  expect((await sendForParts(gateway.url, accept, { query: '{ crms { id } }' })).type).toBe('application/json');
});

it('mutations are answered whole, and do not defer what the root answers', async () => {
  const send = async (query: string) => all((await sendForParts(gateway.url, MULTIPART, { query })).parts);
  const add = 'addDeal(input: { crm: "pipedrive", title: "In parts" })';
  const parts = await send(`mutation { ${add} { outcome ... @defer { deal { title } } } }`);
  expect(parts.map(({ data }) => data)).toEqual([{ addDeal: { outcome: 'APPLIED', deal: { title: 'In parts' } } }]);
  const refused = await send(`mutation { ... @defer { ${add} { outcome } } }`);
  expect(refused[0]?.errors?.[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
});

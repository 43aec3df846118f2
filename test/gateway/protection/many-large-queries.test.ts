import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.close());

const MANY = 40;
const PAGE = 'query ($first: Int!) { deals(crms: ["pipedrive"], first: $first) { nodes { id title } } }';

interface Page {
  readonly deals: { readonly nodes: readonly { readonly id: string; readonly title: string }[] };
}

async function waiting(): Promise<number> {
  const text = await (await fetch(new URL('/metrics', gateway.url))).text();
  return Number(/^dealgraph_operations_waiting (\d+)$/m.exec(text)?.[1]);
}

/** Large queries, no two the same. */
function ask(at: number, signal?: AbortSignal) {
  const body = JSON.stringify({ query: PAGE, variables: { first: 100 + at } });
  const headers = { 'content-type': 'application/json' };
  return fetch(gateway.url, { method: 'POST', headers, body, ...(signal && { signal }) });
}

it('are all answered, those that waited as well, and those left behind keep nobody from it', async () => {
  const alone = await gateway.query<Page>(PAGE, { first: 500 });
  gateway.pipedrive.faults.set({ method: 'GET', kind: 'latency', ms: 200, times: 10_000 });
  const answers = Promise.all(Array.from({ length: MANY }, (_, at) => ask(at)));
  const hungUp = new AbortController();
  const left = Promise.allSettled(Array.from({ length: 10 }, (_, at) => ask(MANY + at, hungUp.signal)));
  let areAnswered = false;
  answers.then(
    () => (areAnswered = true),
    () => (areAnswered = true),
  );
  while (!areAnswered && (await waiting()) < 10);
  hungUp.abort();
  await left;
  for (const [at, answer] of (await answers).entries()) {
    const { data, errors } = (await answer.json()) as { readonly data: Page; readonly errors?: unknown };
    expect(errors).toBeUndefined();
    expect(data.deals.nodes).toEqual(alone.data?.deals.nodes.slice(0, 100 + at));
  }
  await expect.poll(waiting).toBe(0);
});

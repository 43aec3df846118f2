import { afterEach, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';

let gateway: TestGateway;
afterEach(() => gateway.close());

const CRMS = [
  { dead: 'pipedrive', other: 'pipelinedeals' },
  { dead: 'pipelinedeals', other: 'pipedrive' },
] as const;

const list = (crm: string, alias: string) => `{ ${alias}: deals(crms: ["${crm}"], first: 3) { nodes { id } } }`;
const BOTH = `{ deals(first: 500, onCrmFailure: PARTIAL) {
  nodes { id crm { id } } crms { crm { id } state problems { code } }
} }`;

/** A gauge of the gateway, by CRM. */
async function gauge(name: string): Promise<Record<string, number>> {
  const text = await (await fetch(new URL('/metrics', gateway.url))).text();
  const lines = text.matchAll(new RegExp(`^dealgraph_${name}\\{crm="([^"]*)"\\} (\\S+)$`, 'gm'));
  return Object.fromEntries(Array.from(lines, ([, crm = '', value]) => [crm, Number(value)]));
}

describe.each(CRMS)('while $dead never answers', ({ dead, other }) => {
  it('what is asked of the other CRM neither waits nor costs more', async () => {
    gateway = await startTestGateway({
      ...{ pipedrive: { deals: 8 }, pipelinedeals: { deals: 8 } },
      // PipelineDeals has few places, Pipedrive many; so that requests wait for it as well.
      env: dead === 'pipedrive' ? { PIPEDRIVE_RATE_LIMIT: '5' } : {},
    });
    const alone = await gateway.query(list(other, 'before'));
    gateway[dead].faults.set({ kind: 'hang' });
    const leaving = new AbortController();
    const hanging = Array.from({ length: 20 }, (_, index) =>
      fetch(gateway.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: `{ deal(id: "${dead}:Deal:${index + 1}") { title } }` }),
        signal: leaving.signal,
      }).catch(() => undefined),
    );
    await eventually(async () => expect((await gauge('upstream_waiting'))[dead]).toBeGreaterThan(0));
    gateway[other].log.length = 0;
    for (let i = 0; i < 5; i += 1) {
      const answer = await gateway.query<Record<string, unknown>>(list(other, `after${i}`));
      expect(Object.values(answer.data ?? {})).toEqual(Object.values(alone.data ?? {}));
      expect(answer.extensions?.upstream.requests).toBe(1);
      expect((await gauge('upstream_waiting'))[other]).toBe(0);
      expect((await gauge('upstream_in_flight'))[other]).toBe(0);
    }
    expect(gateway[other].log).toHaveLength(5);
    expect((await gauge('upstream_waiting'))[dead]).toBeGreaterThan(0);
    leaving.abort();
    await Promise.all(hanging);
  });

  it('lists of both go on with the other, without waiting once it is left alone', async () => {
    gateway = await startTestGateway({
      ...{ pipedrive: { deals: 8 }, pipelinedeals: { deals: 8 }, checksPrices: false },
      env: { DEALGRAPH_QUERY_TIMEOUT_MS: '500', DEALGRAPH_BREAKER_CALLS: '4' },
    });
    gateway[dead].faults.set({ kind: 'hang' });
    // Different ones, since what is the same is asked once.
    await Promise.all([1, 2, 3, 4].map((id) => gateway.query(`{ deal(id: "${dead}:Deal:${id}") { title } }`)));
    gateway[dead].log.length = 0;
    const { data, errors } = await gateway.query<{ deals: { nodes: { crm: { id: string } }[]; crms: unknown } }>(BOTH);
    expect(errors).toBeUndefined();
    expect(data?.deals.crms).toContainEqual({
      crm: { id: dead },
      state: 'FAILED',
      problems: [{ code: 'UPSTREAM_UNAVAILABLE' }],
    });
    expect(data?.deals.crms).toContainEqual({ crm: { id: other }, state: 'COMPLETE', problems: [] });
    expect(new Set(data?.deals.nodes.map(({ crm }) => crm.id))).toEqual(new Set([other]));
    expect(gateway[dead].log).toHaveLength(0);
  });
});

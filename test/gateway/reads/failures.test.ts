import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Fault } from '../../../src/sandbox/kit/faults.ts';
import { allDeals, ids, inOrder, isListed } from './oracle.ts';
import { type Answer, onlyError, useReads } from './support.ts';

const SMALL = { pipedrive: { deals: 40 }, pipelinedeals: { deals: 40 } };
const patient = useReads(SMALL);
/** For CRMs that do not answer in time. */
const hasty = useReads({ ...SMALL, env: { DEALGRAPH_QUERY_TIMEOUT_MS: '1500' } });
afterEach(() => {
  for (const { gateway } of [patient, hasty]) {
    gateway.pipedrive.faults.set();
    gateway.pipelinedeals.faults.set();
  }
});

const LIST = `query ($onCrmFailure: OnCrmFailure! = FAIL) {
  deals(first: 500, onCrmFailure: $onCrmFailure) {
    nodes { id } pageInfo { hasNextPage }
    crms { crm { id } state totalCount problems { code message path isRetryable crm { id } } }
  }
}`;

/** A text of the CRM that must not get out. */
const CRM_TEXT = 'words-of-the-crm';

interface Failure {
  readonly what: string;
  readonly fault: Fault;
  readonly code: string;
  readonly retryable: boolean;
  /** The CRM's own id of the exchange is told. */
  readonly isIdentified?: boolean;
}

const refused = (status: number): Fault => ({
  kind: 'status',
  status,
  headers: { 'x-correlation-id': 'upstream-7', 'x-request-id': 'upstream-7' },
  body: JSON.stringify({ error: CRM_TEXT, message: CRM_TEXT, success: false }),
});

const FAILURES: readonly Failure[] = [
  { what: 'drops connections', fault: { kind: 'drop' }, code: 'UPSTREAM_UNAVAILABLE', retryable: true },
  { what: 'drops connections late', fault: { kind: 'dropAfter' }, code: 'UPSTREAM_UNAVAILABLE', retryable: true },
  { what: 'is down', fault: refused(503), code: 'UPSTREAM_UNAVAILABLE', retryable: true, isIdentified: true },
  { what: 'breaks', fault: refused(500), code: 'UPSTREAM_UNAVAILABLE', retryable: true, isIdentified: true },
  { what: 'never answers', fault: { kind: 'hang' }, code: 'UPSTREAM_TIMEOUT', retryable: true },
  { what: 'answers too late', fault: { kind: 'latency', ms: 2_500 }, code: 'UPSTREAM_TIMEOUT', retryable: true },
  { what: 'answers HTML', fault: { kind: 'html' }, code: 'UPSTREAM_INVALID_RESPONSE', retryable: false },
  { what: 'answers garbage', fault: { kind: 'garbage' }, code: 'UPSTREAM_INVALID_RESPONSE', retryable: false },
  {
    what: 'answers half a body',
    fault: { kind: 'status', status: 200, body: '{"data":[{"id":1,"ti' },
    code: 'UPSTREAM_INVALID_RESPONSE',
    retryable: false,
  },
  {
    what: 'answers nothing',
    fault: { kind: 'status', status: 200, body: '' },
    code: 'UPSTREAM_INVALID_RESPONSE',
    retryable: false,
  },
  {
    what: 'sends us elsewhere',
    fault: { kind: 'status', status: 302, headers: { location: 'http://127.0.0.1:1/elsewhere' } },
    code: 'UPSTREAM_INVALID_RESPONSE',
    retryable: false,
  },
  {
    what: 'refuses the credentials',
    fault: refused(401),
    code: 'UPSTREAM_UNAUTHORIZED',
    retryable: false,
    isIdentified: true,
  },
  { what: 'forbids it', fault: refused(403), code: 'FORBIDDEN', retryable: false, isIdentified: true },
  {
    what: 'answers an unexpected status',
    fault: refused(418),
    code: 'UPSTREAM_INVALID_RESPONSE',
    retryable: false,
    isIdentified: true,
  },
];

describe.each([
  { crm: 'pipedrive', other: 'pipelinedeals' },
  { crm: 'pipelinedeals', other: 'pipedrive' },
] as const)('when $crm', ({ crm, other }) => {
  describe.each(FAILURES)('$what', ({ fault, code, retryable, isIdentified = false }) => {
    const reads = code === 'UPSTREAM_TIMEOUT' ? hasty : patient;
    const first = (of: string) => allDeals(reads.gateway).find((deal) => deal.crm === of && isListed(deal));
    let list: Answer;
    let partial: Answer;
    let records: Answer;
    beforeAll(async () => {
      reads.gateway[crm].faults.set(fault);
      const ask = (document: string, variables = {}) => reads.ask(document, variables, { abandoned: true });
      [list, partial, records] = await Promise.all([
        ask(`{ deals { nodes { id } } others: deals(crms: ["${other}"]) { nodes { id } } crms { id } }`),
        ask(LIST, { onCrmFailure: 'PARTIAL' }),
        ask(
          `query ($own: ID!, $beside: ID!) {
            own: deal(id: $own) { title } beside: deal(id: $beside) { title } nodes(ids: [$beside, $own]) { id }
          }`,
          { own: first(crm)?.id, beside: first(other)?.id },
        ),
      ]);
      reads.gateway[crm].faults.set();
    });

    it('a list that needs it fails at its path, and nothing else does', () => {
      expect(list.raw.status).toBe(200);
      expect(onlyError(list)).toMatchObject({ path: ['deals'], code, crm, retryable, requestId: expect.any(String) });
      expect(onlyError(list).upstreamRequestId).toBe(isIdentified ? 'upstream-7' : undefined);
      expect(onlyError(list)).not.toHaveProperty('http');
      expect(list.data.deals).toBeNull();
      expect(list.data.others.nodes.length).toBeGreaterThan(20);
    });

    it('a list that may be partial holds the other CRM whole', () => {
      expect(partial.errors).toBeUndefined();
      const { nodes, crms } = partial.data.deals;
      const rest = allDeals(reads.gateway).filter((deal) => deal.crm === other && isListed(deal));
      expect(ids(nodes)).toEqual(ids(inOrder(rest, 'createdAt', 'DESC')));
      const outcome = (of: string) => crms.find((one: { crm: { id: string } }) => one.crm.id === of);
      expect(outcome(crm)).toMatchObject({
        state: 'FAILED',
        totalCount: null,
        problems: [{ code, path: null, isRetryable: retryable, crm: { id: crm } }],
      });
      expect(outcome(other)).toMatchObject({ state: 'COMPLETE', problems: [] });
    });

    it('a record of it fails at its path, beside one of the other CRM', () => {
      expect(records.data).toEqual({
        own: null,
        beside: { title: first(other)?.title },
        nodes: [{ id: first(other)?.id }, null],
      });
      const errors = records.errors?.map(({ path, extensions }) => ({
        path,
        code: extensions.code,
        crm: extensions.crm,
      }));
      expect(errors).toHaveLength(2);
      expect(errors).toEqual(
        expect.arrayContaining([
          { path: ['own'], code, crm },
          { path: ['nodes', 1], code, crm },
        ]),
      );
    });

    it('nothing of what it said gets out', () => {
      expect(JSON.stringify([list.raw, partial.raw, records.raw])).not.toContain(CRM_TEXT);
    });
  });
});

it('both CRMs down fail a list once, and a partial one not at all', async () => {
  patient.gateway.pipedrive.faults.set({ kind: 'html' });
  patient.gateway.pipelinedeals.faults.set({ kind: 'html' });
  const failed = await patient.ask(LIST, {}, { abandoned: true });
  expect(onlyError(failed)).toMatchObject({ path: ['deals'], code: 'UPSTREAM_INVALID_RESPONSE' });
  const { deals } = await patient.data(LIST, { onCrmFailure: 'PARTIAL' });
  expect(deals).toMatchObject({
    nodes: [],
    pageInfo: { hasNextPage: false },
    crms: [{ state: 'FAILED' }, { state: 'FAILED' }],
  });
});

it.each(['people', 'organizations'])('a partial list of %s holds the other CRM', async (field) => {
  patient.gateway.pipelinedeals.faults.set({ kind: 'garbage' });
  const { [field]: page } = await patient.data(
    `{ ${field}(first: 500, onCrmFailure: PARTIAL) { nodes { crm { id } } crms { state problems { code } } } }`,
  );
  expect(page.crms).toEqual([
    { state: 'COMPLETE', problems: [] },
    { state: 'FAILED', problems: [{ code: 'UPSTREAM_INVALID_RESPONSE' }] },
  ]);
  expect(page.nodes.length).toBeGreaterThan(10);
});

it('a CRM that fails on a later page stays out of the walk, and the walk says so', async () => {
  const page = (after: string | null) =>
    patient.data(
      `query ($after: String) { deals(first: 10, after: $after, onCrmFailure: PARTIAL) {
        nodes { id crm { id } } pageInfo { hasNextPage endCursor } crms { crm { id } state problems { code } }
      } }`,
      { after },
    );
  const first = (await page(null)).deals;
  expect(first.crms.map((one: { state: string }) => one.state)).toEqual(['COMPLETE', 'COMPLETE']);
  patient.gateway.pipelinedeals.faults.set({ kind: 'garbage' });
  const second = (await page(first.pageInfo.endCursor)).deals;
  expect(second.crms[1]).toMatchObject({ state: 'FAILED', problems: [{ code: 'UPSTREAM_INVALID_RESPONSE' }] });
  patient.gateway.pipelinedeals.faults.set();
  const third = (await page(second.pageInfo.endCursor)).deals;
  expect(third.crms[1]).toMatchObject({ state: 'FAILED', problems: [{ code: 'UPSTREAM_UNAVAILABLE' }] });
  expect([...second.nodes, ...third.nodes].every((node) => node.crm.id === 'pipedrive')).toBe(true);
});

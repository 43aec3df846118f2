import { describe, expect, it } from 'vitest';
import type { Fault } from '../../../src/sandbox/kit/faults.ts';
import { startTestGateway, type TestGateway, type TestGatewayOptions } from '../../support/gateway.ts';

/** A minute is longer than an operation may take here. */
const SMALL: TestGatewayOptions = {
  pipedrive: { deals: 5 },
  pipelinedeals: { deals: 5 },
  env: { DEALGRAPH_QUERY_TIMEOUT_MS: '25000' },
};

/** A gateway for one test: retries and waits are bounded over time, so tests would disturb each other. */
async function withGateway(options: TestGatewayOptions, test: (gateway: TestGateway) => Promise<void>): Promise<void> {
  const gateway = await startTestGateway({ ...SMALL, ...options });
  try {
    await test(gateway);
  } finally {
    await gateway.close();
  }
}

const list = (crm: string) => `{ deals(crms: ["${crm}"], first: 3) { nodes { id } } }`;
/** In seconds from now on Pipedrive, in seconds since the epoch on PipelineDeals. */
const resetIn = (crm: string, seconds: number) => ({
  'x-ratelimit-limit': '10',
  'x-ratelimit-remaining': '0',
  'x-ratelimit-reset': String(crm === 'pipedrive' ? seconds : Math.floor(Date.now() / 1_000) + seconds),
});

describe.each(['pipedrive', 'pipelinedeals'] as const)('%s', (crm) => {
  it.each<[string, Fault]>([
    ['503', { kind: 'status', status: 503, times: 2 }],
    ['a dropped connection', { kind: 'drop', times: 2 }],
  ])('that recovers from %s is tried again, and each try counts', (_what, fault) =>
    withGateway({}, async (gateway) => {
      gateway[crm].faults.set(fault);
      const { data, errors, extensions } = await gateway.query(list(crm));
      expect(errors).toBeUndefined();
      expect(data?.deals).toMatchObject({ nodes: [{}, {}, {}] });
      expect(gateway[crm].log.map(({ status }) => status === 200)).toEqual([false, false, true]);
      expect(extensions?.upstream).toMatchObject({ requests: 3, byCrm: { [crm]: { requests: 3 } } });
      if (crm === 'pipedrive') expect(extensions?.upstream.tokens).toEqual({ pipedrive: 30 });
    }),
  );

  it('that does not recover is tried three times', () =>
    withGateway({}, async (gateway) => {
      gateway[crm].faults.set({ kind: 'status', status: 503 });
      const { errors, extensions } = await gateway.query(list(crm));
      expect(errors).toMatchObject([{ path: ['deals'], extensions: { code: 'UPSTREAM_UNAVAILABLE', crm } }]);
      expect(gateway[crm].log).toHaveLength(3);
      expect(extensions?.upstream.requests).toBe(3);
    }));

  it.each<[string, Fault]>([
    ['a refusal', { kind: 'status', status: 403, body: '{}' }],
    ['HTML', { kind: 'html' }],
  ])('that answers %s is asked once', (_what, fault) =>
    withGateway({}, async (gateway) => {
      gateway[crm].faults.set(fault);
      await gateway.query(list(crm));
      expect(gateway[crm].log).toHaveLength(1);
    }),
  );

  it('that has a rate limit of a moment is waited for', () =>
    withGateway({}, async (gateway) => {
      gateway[crm].faults.set({ kind: 'status', status: 429, times: 1, headers: resetIn(crm, 1) });
      const { data, errors, extensions } = await gateway.query(list(crm));
      expect(errors).toBeUndefined();
      expect(data?.deals).toMatchObject({ nodes: [{}, {}, {}] });
      expect(gateway[crm].log.map(({ status }) => status)).toEqual([429, 200]);
      expect(extensions?.upstream.requests).toBe(2);
    }));

  it('that has a rate limit of a minute is not, and says how long', () =>
    withGateway({}, async (gateway) => {
      gateway[crm].faults.set({ kind: 'status', status: 429, headers: resetIn(crm, 60) });
      const first = await gateway.query(list(crm));
      const second = await gateway.query(list(crm));
      for (const { data, errors } of [first, second]) {
        expect(data).toEqual({ deals: null });
        expect(errors).toMatchObject([{ path: ['deals'], extensions: { code: 'RATE_LIMITED', crm, retryable: true } }]);
        const retryAfterMs = Number(errors?.[0]?.extensions.retryAfterMs);
        expect(retryAfterMs).toBeGreaterThan(30_000);
        expect(retryAfterMs).toBeLessThanOrEqual(60_000);
      }
      // The second was not even sent: the account rests.
      expect(gateway[crm].log).toHaveLength(1);
      expect(second.extensions?.upstream.requests).toBe(0);
    }));

  it('that has a rate limit of a minute tells when to come back in a partial list', () =>
    withGateway({}, async (gateway) => {
      gateway[crm].faults.set({ kind: 'status', status: 429, headers: resetIn(crm, 60) });
      const { data, errors } = await gateway.query<{ deals: { crms: { problems: { retryAt: string }[] }[] } }>(
        `{ deals(onCrmFailure: PARTIAL) { crms { state problems { code isRetryable retryAt } } } }`,
      );
      expect(errors).toBeUndefined();
      const failed = data?.deals.crms[crm === 'pipedrive' ? 0 : 1];
      expect(failed).toMatchObject({ state: 'FAILED', problems: [{ code: 'RATE_LIMITED', isRetryable: true }] });
      const retryAt = Date.parse(failed?.problems[0]?.retryAt ?? '');
      expect(retryAt).toBeGreaterThan(Date.now() + 30_000);
    }));
});

it('a daily budget of Pipedrive that is spent is told as such, and not tried again', () =>
  withGateway({ pipedrive: { deals: 5, dailyTokens: 15 } }, async (gateway) => {
    // Answers that do not tell what is left, so that the CRM has to say that nothing is.
    gateway.pipedrive.faults.set({ kind: 'statusAfter', status: 200, body: '{"success":true,"data":[]}', times: 2 });
    const codes: unknown[] = [];
    for (let round = 0; round < 4; round += 1) {
      const { errors } = await gateway.query(list('pipedrive'));
      codes.push(errors?.[0]?.extensions.code ?? null);
    }
    expect(codes).toEqual([null, null, 'UPSTREAM_QUOTA', 'UPSTREAM_QUOTA']);
    expect(gateway.pipedrive.log.filter(({ status }) => status === 429)).toHaveLength(1);
  }));

it('stays within the burst limit of Pipedrive without being told in advance', () =>
  withGateway({ pipedrive: { deals: 30, burst: 10 }, env: { PIPEDRIVE_RATE_LIMIT: undefined } }, async (gateway) => {
    const { errors, extensions } = await gateway.query(
      '{ deals(crms: ["pipedrive"], first: 14) { nodes { people { totalCount } } } }',
    );
    expect(errors).toBeUndefined();
    expect(gateway.pipedrive.log.filter(({ status }) => status === 200)).toHaveLength(15);
    expect(gateway.pipedrive.log.length).toBe(extensions?.upstream.requests);
  }));

it('stays within the rate limit of PipelineDeals', () =>
  withGateway(
    { pipelinedeals: { deals: 20, requestsPerSecond: 10 }, env: { PIPELINEDEALS_RATE_LIMIT: undefined } },
    async (gateway) => {
      const { errors } = await gateway.query('{ deals(crms: ["pipelinedeals"], first: 15) { nodes { raw } } }');
      expect(errors).toBeUndefined();
      expect(gateway.pipelinedeals.log.map(({ status }) => status)).not.toContain(429);
      expect(gateway.pipelinedeals.log).toHaveLength(16);
    },
  ));

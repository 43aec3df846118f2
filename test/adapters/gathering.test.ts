import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Gathering } from '../../src/adapters/gathering.ts';
import { type Lot, readLot } from '../../src/adapters/lot.ts';
import type { Call, SentRequest } from '../../src/domain/call.ts';
import type { CancelSignal } from '../../src/domain/cancellation.ts';
import { cheapestCover, costOf } from '../../src/domain/cover.ts';
import { GatewayError } from '../../src/domain/errors.ts';
import { POLICIES } from '../../src/domain/policy.ts';
import { Spending } from '../../src/domain/spending.ts';
import { systemClock } from '../../src/transport/clock.ts';

const COSTS = { one: 1, many: 10, limit: 100 };

/** A CRM that has the records `has` says, of which requests for several leave out those that `hides` says. */
function aLot(over: Partial<Lot<string>> & { has?: (id: string) => boolean; hides?: (id: string) => boolean } = {}) {
  const { has = () => true, hides = () => false, ...rest } = over;
  const requests: (readonly string[])[] = [];
  const signals: CancelSignal[] = [];
  const lot: Lot<string> = {
    key: 'records',
    what: 'record',
    costs: COSTS,
    async readRun(ids, call) {
      requests.push(ids);
      signals.push(call.signal);
      const tokens = ids.length === 1 ? lot.costs.one : lot.costs.many;
      call.receipt.admit('crm', tokens);
      call.receipt.sent('crm', { method: 'GET', path: `/${ids.join(',')}`, tokens }, call.because);
      return new Map(
        ids.filter((id) => has(id) && !(ids.length > 1 && hides(id))).map((id) => [id, `record ${id}`] as const),
      );
    },
    ...rest,
  };
  return { lot, requests, signals };
}

interface Paid {
  readonly sent: SentRequest[];
  readonly shares: SentRequest[];
  coalesced: number;
}

/** The call of an operation, and what its receipt has. */
function aCall(over: Partial<Call> & { maxTokens?: number } = {}): Call & { readonly paid: Paid; leave(): void } {
  const { maxTokens = null, ...rest } = over;
  const paid: Paid = { sent: [], shares: [], coalesced: 0 };
  const receipt = new Spending(
    {
      admit: () => () => {},
      sent: (_crm, request) => paid.sent.push(request),
      coalesced(_crm, share) {
        paid.coalesced += 1;
        if (share) paid.shares.push(share.request);
      },
      cached() {},
    },
    maxTokens,
  );
  const gone = new AbortController();
  const call = {
    ...({
      signal: gone.signal,
      receipt,
      scope: 'ana',
      priority: 'READ',
      policy: 'BALANCED',
      because: [],
      scanLimit: 1,
    } as const),
    deadline: systemClock.now() + 60_000,
    ...rest,
  };
  return { ...call, paid, leave: () => gone.abort() };
}

const tokensOf = ({ sent, shares }: Paid) => [...sent, ...shares].reduce((sum, { tokens }) => sum + (tokens ?? 0), 0);
const range = (from: number, count: number) => Array.from({ length: count }, (_, index) => String(from + index));
const gathering = () => new Gathering('crm', systemClock);
/** Each of these ids asked for by an operation of its own. */
const each = (ids: readonly string[], over?: Parameters<typeof aCall>[0]) =>
  ids.map((id) => ({ ids: [id], call: aCall(over) }));

it('reads what ten operations ask for at once in one request, which costs none of them more than its own', async () => {
  const { lot, requests } = aLot();
  const loads = gathering();
  const members = each(range(1, 10));
  const found = await Promise.all(members.map(({ ids, call }) => loads.read(lot, ids, call)));
  expect(requests).toEqual([range(1, 10)]);
  expect(found.map((one) => [...one])).toEqual(range(1, 10).map((id) => [[id, `record ${id}`]]));
  expect(members.map(({ call }) => call.paid.sent.length)).toEqual([1, ...Array(9).fill(0)]);
  expect(members.map(({ call }) => call.paid.coalesced)).toEqual([0, ...Array(9).fill(1)]);
  expect(members.map(({ call }) => tokensOf(call.paid))).toEqual(Array(10).fill(1));
});

it('reads alone where a shared request costs more tokens than all of them alone', async () => {
  const { lot, requests } = aLot();
  const loads = gathering();
  const members = each(range(1, 9));
  await Promise.all(members.map(({ ids, call }) => loads.read(lot, ids, call)));
  expect(requests).toEqual(range(1, 9).map((id) => [id]));
  expect(members.map(({ call }) => [call.paid.sent.length, call.paid.coalesced])).toEqual(Array(9).fill([1, 0]));
});

it('reads the same id once', async () => {
  const { lot, requests } = aLot();
  const loads = gathering();
  const calls = [aCall(), aCall()] as const;
  await Promise.all(calls.map((call) => loads.read(lot, ['7'], call)));
  expect(requests).toEqual([['7']]);
  expect(calls.map(({ paid }) => [paid.sent.length, paid.coalesced, tokensOf(paid)])).toEqual([
    [1, 0, 1],
    [0, 1, 0],
  ]);
});

it.each<[string, Parameters<typeof aCall>[0]]>([
  ['callers', { scope: 'ben' }],
  ['policies', { policy: 'TOKENS' }],
  ['priorities', { priority: 'BULK' }],
])('keeps %s apart', async (_what, over) => {
  const { lot, requests } = aLot();
  const loads = gathering();
  const members = [...each(range(1, 10)), ...each(range(11, 10), over)];
  await Promise.all(members.map(({ ids, call }) => loads.read(lot, ids, call)));
  expect(requests).toEqual([range(1, 10), range(11, 10)]);
});

it('keeps apart what reads other fields', async () => {
  const [some, others] = [aLot(), aLot({ key: 'records with fields' })];
  const loads = gathering();
  await Promise.all([
    ...each(range(1, 10)).map(({ ids, call }) => loads.read(some.lot, ids, call)),
    ...each(range(1, 10)).map(({ ids, call }) => loads.read(others.lot, ids, call)),
  ]);
  expect([some.requests, others.requests]).toEqual([[range(1, 10)], [range(1, 10)]]);
});

it('shares nothing of an operation that has no scope', async () => {
  const { lot, requests } = aLot();
  const loads = gathering();
  const members = each(range(1, 20)).map(({ ids, call: { scope: _none, ...call } }) => ({ ids, call }));
  await Promise.all(members.map(({ ids, call }) => loads.read(lot, ids, call)));
  expect(requests).toHaveLength(20);
});

it('gathers while a load is in flight, and reads what came meanwhile once it has landed', async () => {
  let land: () => void = () => {};
  const { lot, requests } = aLot();
  const slow: Lot<string> = {
    ...lot,
    readRun: async (ids, call) => {
      if (requests.length === 0) await new Promise<void>((resolve) => (land = resolve));
      return lot.readRun(ids, call);
    },
  };
  const loads = gathering();
  const first = loads.read(slow, ['0'], aCall());
  await new Promise((resolve) => setImmediate(resolve));
  const later = each(range(1, 12)).map(({ ids, call }) => loads.read(slow, ids, call));
  await new Promise((resolve) => setImmediate(resolve));
  land();
  await Promise.all([first, ...later]);
  expect(requests).toEqual([['0'], range(1, 12)]);
});

it('reads again, for whoever asked, what a request for several leaves out, and has the others pay for it', async () => {
  const { lot, requests } = aLot({ hides: (id) => Number(id) <= 2 });
  const again: string[][] = [];
  const deals: Lot<string> = {
    ...lot,
    readMissing(ids, call) {
      again.push([...ids]);
      return readLot(lot, ids, call);
    },
  };
  const loads = gathering();
  const members = each(range(1, 20));
  const found = await Promise.all(members.map(({ ids, call }) => loads.read(deals, ids, call)));
  expect(found.map((one) => [...one.keys()])).toEqual(range(1, 20).map((id) => [id]));
  expect(requests).toEqual([range(1, 20), ['1'], ['2']]);
  expect(again).toEqual([['1'], ['2']]);
  expect(Math.max(...members.map(({ call }) => tokensOf(call.paid)))).toBe(1);
  expect(members.reduce((sum, { call }) => sum + tokensOf(call.paid), 0)).toBe(12);
});

it('fails for all who share a request that fails, and gives each id its own failure', async () => {
  const failure = new GatewayError('UPSTREAM_UNAVAILABLE', 'down', { crm: 'crm' });
  const { lot } = aLot({ readRun: () => Promise.reject(failure) });
  const loads = gathering();
  const found = await Promise.all(each(range(1, 10)).map(({ ids, call }) => loads.read(lot, ids, call)));
  expect(found.map((one) => [...one.values()])).toEqual(Array(10).fill([failure]));
});

it('takes nothing from the others when one of them leaves, and is given up when all have', async () => {
  const never: Partial<Lot<string>> = { readRun: (_ids, call) => new Promise(() => signals.push(call.signal)) };
  const signals: CancelSignal[] = [];
  const { lot } = aLot(never);
  const loads = gathering();
  const members = each(range(1, 10));
  const found = members.map(({ ids, call }) => loads.read(lot, ids, call).catch((error: GatewayError) => error.code));
  await new Promise((resolve) => setImmediate(resolve));
  for (const { call } of members.slice(0, 9)) call.leave();
  expect(await Promise.all(found.slice(0, 9))).toEqual(Array(9).fill('UPSTREAM_TIMEOUT'));
  expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
  members[9]?.call.leave();
  expect(await found[9]).toBe('UPSTREAM_TIMEOUT');
  expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
});

it('waits for each no longer than its own deadline', async () => {
  const { lot } = aLot({ readRun: () => new Promise(() => {}) });
  const loads = gathering();
  const hasty = loads.read(lot, ['1'], aCall({ deadline: systemClock.now() + 20 }));
  for (const { ids, call } of each(range(2, 10))) void loads.read(lot, ids, call).catch(() => {});
  await expect(hasty).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
});

it('holds every operation to its ceiling', async () => {
  const { lot, requests } = aLot();
  const loads = gathering();
  const members = [...each(range(1, 10), { maxTokens: 1 }), ...each(['11'], { maxTokens: 0 })];
  const found = members.map(({ ids, call }) => loads.read(lot, ids, call));
  await expect(found[10]).rejects.toMatchObject({ code: 'BUDGET_EXCEEDED' });
  await Promise.all(found.slice(0, 10));
  expect(requests[0]).toEqual(['11']);
  expect(requests.slice(1)).toEqual([range(1, 10)]);
  for (const { call } of members.slice(0, 10)) expect(() => call.receipt.admit('crm', 1)).toThrow('at least 2');
});

it('costs nobody more, all of them together no more, and gives everybody what reading alone gives', async () => {
  const members = fc.array(
    fc.record({
      ids: fc.uniqueArray(fc.integer({ min: 1, max: 60 }).map(String), { minLength: 1, maxLength: 50 }),
      scope: fc.constantFrom('ana', 'ana', 'ben'),
      policy: fc.constantFrom(...POLICIES),
    }),
    { minLength: 1, maxLength: 30 },
  );
  const costs = fc.constantFrom(COSTS, { one: 10, many: 10, limit: 100 }, { one: 1, many: 10, limit: 100 });
  await fc.assert(
    fc.asyncProperty(members, costs, async (loaded, prices) => {
      const has = (id: string) => Number(id) % 7 !== 0;
      const { lot, requests } = aLot({ has, costs: prices });
      const loads = gathering();
      const calls = loaded.map(({ scope, policy }) => aCall({ scope, policy }));
      const found = await Promise.all(loaded.map(({ ids }, index) => loads.read(lot, ids, calls[index] as Call)));
      expect(found.map((one) => [...one.keys()].toSorted())).toEqual(
        loaded.map(({ ids }) => ids.filter(has).toSorted()),
      );
      const alone = loaded.map(({ ids, policy }) => costOf(cheapestCover(ids.length, prices, policy), prices));
      const paid = calls.map((call) => ({ requests: call.paid.sent.length, tokens: tokensOf(call.paid) }));
      for (const [index, cost] of paid.entries()) {
        expect(cost.tokens).toBeLessThanOrEqual(alone[index]?.tokens ?? 0);
        expect(cost.requests).toBeLessThanOrEqual(alone[index]?.requests ?? 0);
      }
      const spent = requests.reduce((sum, { length }) => sum + (length === 1 ? prices.one : prices.many), 0);
      expect(paid.reduce((sum, { tokens }) => sum + tokens, 0)).toBe(spent);
      expect(paid.reduce((sum, one) => sum + one.requests, 0)).toBe(requests.length);
    }),
    { numRuns: 200 },
  );
});

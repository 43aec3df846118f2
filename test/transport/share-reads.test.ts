import { setImmediate } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import type { Call } from '../../src/domain/call.ts';
import { GatewayError } from '../../src/domain/errors.ts';
import { Writes } from '../../src/domain/writes.ts';
import type { HttpClient } from '../../src/transport/http-client.ts';
import { shareReads } from '../../src/transport/share-reads.ts';
import { eventually } from '../support/eventually.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { callOf, clientOf, failureOf, get, post, type TestedCall } from './client-under-test.ts';
import { json, listen, type Origin } from './origin.ts';

let origin: Origin;
let client: HttpClient;
afterEach(async () => {
  await client.close();
  await origin.close();
});

/** A sharing client of a server whose answers are given by hand, in the order of the requests. */
async function setUp() {
  const answers: ((status?: number) => void)[] = [];
  origin = await listen((response, _request, number) => {
    answers.push((status = 200) => void (response.headersSent || json(response, { number }, status)));
  });
  const clock = new FakeClock({ auto: true });
  const all = new Writes();
  const writes = new Writes(all);
  client = shareReads(clientOf(origin.url, {}, { clock, writes }).client, { crm: 'acme', writes, clock });
  const coalesced = new Map<Call, number>();
  const call = (scope: string | undefined = 'ana', leftMs?: number): TestedCall => {
    const { receipt, ...rest } = callOf(clock, leftMs);
    const made: TestedCall = {
      ...rest,
      ...(scope !== undefined && { scope }),
      receipt: { ...receipt, coalesced: () => coalesced.set(made, (coalesced.get(made) ?? 0) + 1) },
    };
    return made;
  };
  /** Answers the requests from number `from` on, once there are so many. */
  const answer = async (count: number, from = 1, status?: number) => {
    await eventually(() => expect(origin.received).toHaveLength(count));
    for (const give of answers.slice(from - 1, count)) give(status);
  };
  const joined = (one: Call) => coalesced.get(one) ?? 0;
  return { all, call, answer, joined };
}

const number = async (answer: ReturnType<HttpClient['send']>) => (await answer).body;

it('sends what several read at the same time once, and one of them pays', async () => {
  const { call, answer, joined } = await setUp();
  const calls = [call(), call(), call()] as const;
  const answers = calls.map((one) => client.send(get(), one));
  await answer(1);
  expect(await Promise.all(answers.map(number))).toEqual([{ number: 1 }, { number: 1 }, { number: 1 }]);
  expect(calls.map(({ sent }) => sent.length)).toEqual([1, 0, 0]);
  expect(calls.map(joined)).toEqual([0, 1, 1]);
});

it('keeps nothing once it was answered', async () => {
  const { call, answer } = await setUp();
  const first = client.send(get(), call());
  await answer(1);
  await first;
  const second = client.send(get(), call());
  await answer(2, 2);
  expect(await number(second)).toEqual({ number: 2 });
});

it.each([
  ['another scope', {}, 'ben'],
  ['no scope', {}, null],
  ['another path', { path: '/deals/43' }, 'ana'],
  ['another query', { query: [['limit', 2]] as const }, 'ana'],
])('shares nothing with %s', async (_what, over, scope) => {
  const { call, answer } = await setUp();
  const { scope: _none, ...alone } = call();
  const answers = [client.send(get(), call()), client.send(get(over), scope === null ? alone : call(scope))];
  await answer(2);
  expect((await Promise.all(answers.map(number))).length).toBe(2);
});

it('shares no writes', async () => {
  const { call, answer } = await setUp();
  const answers = [client.send(post(), call()), client.send(post(), call())];
  await answer(2);
  await Promise.all(answers);
});

it('lets no read begun after a write join one begun before it', async () => {
  const { call, answer } = await setUp();
  const before = client.send(get(), call());
  await eventually(() => expect(origin.received).toHaveLength(1));
  const write = client.send(post(), call());
  await answer(2, 2);
  await write;
  const after = client.send(get(), call());
  const afterToo = client.send(get(), call());
  await answer(3, 3);
  expect(await number(after)).toEqual({ number: 3 });
  expect(await number(afterToo)).toEqual({ number: 3 });
  await answer(3);
  expect(await number(before)).toEqual({ number: 1 });
});

it('shares nothing while a write is under way, and everything again after it', async () => {
  const { call, answer } = await setUp();
  const write = client.send(post(), call());
  const during = [client.send(get(), call()), client.send(get(), call())];
  await answer(3);
  await Promise.all([write, ...during]);
  const after = [client.send(get(), call()), client.send(get(), call())];
  await answer(4, 4);
  await Promise.all(after);
});

it('goes on sharing while another CRM is written to', async () => {
  const { all, call, answer } = await setUp();
  all.begin();
  const answers = [client.send(get(), call()), client.send(get(), call())];
  await answer(1);
  await Promise.all(answers);
});

it('goes on for those who wait when the one who asked first leaves', async () => {
  const { call, answer, joined } = await setUp();
  const [first, second] = [call(), call()];
  const failure = failureOf(client.send(get(), first));
  const other = client.send(get(), second);
  await eventually(() => expect(origin.received).toHaveLength(1));
  first.abort();
  expect((await failure).failure).toBe('ABORTED');
  await answer(1);
  expect(await number(other)).toEqual({ number: 1 });
  expect(joined(second)).toBe(1);
});

it('is given up when the last of those who wait leaves, and not joined then', async () => {
  const { call, answer } = await setUp();
  const calls = [call(), call()];
  const failures = calls.map((one) => failureOf(client.send(get(), one)));
  await eventually(() => expect(origin.received).toHaveLength(1));
  for (const one of calls) one.abort();
  expect((await Promise.all(failures)).map(({ failure }) => failure)).toEqual(['ABORTED', 'ABORTED']);
  const next = client.send(get(), call());
  await answer(2, 2);
  expect(await number(next)).toEqual({ number: 2 });
});

it('keeps each waiting no longer than its own deadline', async () => {
  const { call, answer } = await setUp();
  const patient = client.send(get(), call());
  const hasty = await failureOf(client.send(get(), call('ana', 30)));
  expect(hasty.failure).toBe('TIMEOUT');
  await answer(1);
  expect(await number(patient)).toEqual({ number: 1 });
});

it('asks again, once for all who joined, where the deadline of the first ended it', async () => {
  const { call, answer, joined } = await setUp();
  const hasty = failureOf(client.send(get(), call('ana', 30)));
  const patient = [call(), call()] as const;
  const answers = patient.map((one) => client.send(get(), one));
  expect((await hasty).failure).toBe('TIMEOUT');
  await answer(2, 2);
  expect(await Promise.all(answers.map(number))).toEqual([{ number: 2 }, { number: 2 }]);
  expect(patient.map(({ sent }) => sent.length)).toEqual([1, 0]);
  expect(patient.map(joined)).toEqual([0, 1]);
});

it('asks again where the first may not pay for it', async () => {
  const { call, answer } = await setUp();
  const poor = call();
  const refusal = new GatewayError('BUDGET_EXCEEDED', 'too much');
  const receipt: Call['receipt'] = {
    ...poor.receipt,
    admit() {
      throw refusal;
    },
  };
  const refused = client.send(get(), { ...poor, receipt });
  const other = client.send(get(), call());
  await expect(refused).rejects.toBe(refusal);
  await answer(1);
  expect(await number(other)).toEqual({ number: 1 });
});

it('fails for all alike where the CRM fails', async () => {
  const { call, answer } = await setUp();
  const failures = [call(), call()].map((one) => failureOf(client.send(get(), one)));
  for (let number = 1; number <= 3; number += 1) await answer(number, number, 500);
  expect((await Promise.all(failures)).map(({ status }) => status)).toEqual([500, 500]);
  await setImmediate();
  expect(origin.received).toHaveLength(3);
});

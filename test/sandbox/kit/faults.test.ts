import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type Fault, Faults } from '../../../src/sandbox/kit/faults.ts';
import { listen, type RunningSimulator, type SimRequest, type Simulator } from '../../../src/sandbox/kit/simulator.ts';
import { eventually } from '../../support/eventually.ts';

/** Does nothing but note what it was asked to do. */
const done: string[] = [];
const simulator: Simulator = {
  name: 'noting',
  faults: new Faults(),
  log: [],
  handle: ({ method, path }: SimRequest) => {
    done.push(`${method} ${path}`);
    return { status: 200, body: { done: true } };
  },
  tokens: () => null,
  env: () => ({}),
};
let running: RunningSimulator;

beforeAll(async () => {
  running = await listen(simulator);
});
afterEach(() => {
  simulator.faults.set();
  simulator.log.length = 0;
  done.length = 0;
});
afterAll(() => running.close());

/** Status and body, or how the connection ended. */
async function ask(method = 'POST', path = '/deals'): Promise<string> {
  try {
    const answer = await fetch(`${running.url}${path}`, {
      method,
      redirect: 'manual',
      signal: AbortSignal.timeout(60),
    });
    return `${answer.status} ${await answer.text()}`;
  } catch (error) {
    return error instanceof DOMException ? 'no answer' : 'broken';
  }
}

const GARBAGE = '200 {"unexpected":[1,2,3]}';
const AFTER = ['POST /deals'];

it.each<{ fault: Fault; answer: string; did: readonly string[] }>([
  { fault: { kind: 'latency', ms: 5 }, answer: '200 {"done":true}', did: AFTER },
  { fault: { kind: 'status', status: 500, body: '{}' }, answer: '500 {}', did: [] },
  { fault: { kind: 'status', status: 302, headers: { location: '/x' } }, answer: '302 ', did: [] },
  { fault: { kind: 'statusAfter', status: 503 }, answer: '503 ', did: AFTER },
  { fault: { kind: 'drop' }, answer: 'broken', did: [] },
  { fault: { kind: 'dropAfter' }, answer: 'broken', did: AFTER },
  { fault: { kind: 'hang' }, answer: 'no answer', did: [] },
  { fault: { kind: 'hangAfter' }, answer: 'no answer', did: AFTER },
  { fault: { kind: 'html' }, answer: '200 <!doctype html><title>Sorry</title>', did: [] },
  { fault: { kind: 'garbage' }, answer: GARBAGE, did: [] },
  { fault: { kind: 'garbageAfter' }, answer: GARBAGE, did: AFTER },
])('$fault.kind answers $answer', async ({ fault, answer, did }) => {
  simulator.faults.set(fault);
  expect(await ask()).toBe(answer);
  expect(done).toEqual(did);
  expect(simulator.log).toHaveLength(1);
});

it('late does what was asked some time after the connection broke', async () => {
  simulator.faults.set({ kind: 'late', ms: 500 });
  expect(await ask()).toBe('broken');
  expect(done).toEqual([]);
  await eventually(() => expect(done).toEqual(AFTER));
});

it('strikes the n-th request that fits, and no other', async () => {
  simulator.faults.set({ method: ['POST', 'PUT'], path: '/deals', skip: 1, times: 1, kind: 'status', status: 500 });
  const answers = [];
  for (const [method, path] of [
    ['POST', '/deals'],
    ['GET', '/deals'],
    ['PUT', '/people'],
    ['PUT', '/deals/7'],
    ['POST', '/deals'],
  ] as const) {
    answers.push((await ask(method, path)).slice(0, 3));
  }
  expect(answers).toEqual(['200', '200', '200', '500', '200']);
});

it('a request that one fault lets pass may be struck by the next', async () => {
  simulator.faults.set({ skip: 1, times: 1, kind: 'status', status: 500 }, { kind: 'status', status: 503 });
  expect([await ask(), await ask(), await ask()]).toEqual(['503 ', '500 ', '503 ']);
});

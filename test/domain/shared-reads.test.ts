import { expect, it } from 'vitest';
import type { CancelSignal } from '../../src/domain/cancellation.ts';
import { type Shareable, SharedReads } from '../../src/domain/shared-reads.ts';
import { Writes } from '../../src/domain/writes.ts';
import { settled } from '../support/fake-clock.ts';

/** Queries whose answers are given by hand, and how often one was executed. */
function setUp() {
  const writes = new Writes();
  const queries = new SharedReads<string>(writes);
  const executions: { readonly signal: CancelSignal; answer(answer: Shareable<string>): void; fail(): void }[] = [];
  const execute = (signal: CancelSignal) =>
    new Promise<Shareable<string>>((answer, reject) => {
      executions.push({ signal, answer, fail: () => reject(new Error('broken')) });
    });
  const ask = (key = 'a', gone = new AbortController().signal) => queries.ask(key, gone, execute);
  return { writes, executions, ask };
}

const whole = (result: string) => ({ result, isCutShort: false });

it('executes what is asked by several at once a single time', async () => {
  const { executions, ask } = setUp();
  const answers = [ask(), ask(), ask()];
  expect(executions).toHaveLength(1);
  executions[0]?.answer(whole('one'));
  expect(await Promise.all(answers)).toEqual([
    { result: 'one', isJoined: false },
    { result: 'one', isJoined: true },
    { result: 'one', isJoined: true },
  ]);
});

it('keeps nothing once it is answered', async () => {
  const { executions, ask } = setUp();
  const first = ask();
  executions[0]?.answer(whole('one'));
  await first;
  const second = ask();
  expect(executions).toHaveLength(2);
  executions[1]?.answer(whole('two'));
  expect(await second).toEqual({ result: 'two', isJoined: false });
});

it('tells keys apart', () => {
  const { executions, ask } = setUp();
  void ask('a');
  void ask('b');
  expect(executions).toHaveLength(2);
});

it('joins nothing that was begun before a write that has finished', async () => {
  const { writes, executions, ask } = setUp();
  const before = ask();
  writes.begin();
  writes.end();
  const after = ask();
  const afterToo = ask();
  expect(executions).toHaveLength(2);
  executions[0]?.answer(whole('old'));
  executions[1]?.answer(whole('new'));
  expect((await before).result).toBe('old');
  expect((await after).result).toBe('new');
  expect(await afterToo).toEqual({ result: 'new', isJoined: true });
});

it('shares nothing while a write is under way', async () => {
  const { writes, executions, ask } = setUp();
  void ask();
  writes.begin();
  void ask();
  void ask();
  expect(executions).toHaveLength(3);
  writes.end();
  void ask();
  expect(executions).toHaveLength(4);
});

it('still waits for two writes when one of them has ended', () => {
  const { writes, executions, ask } = setUp();
  writes.begin();
  writes.begin();
  writes.end();
  void ask();
  void ask();
  expect(executions).toHaveLength(2);
});

it('goes on for the others when the one who asked first is gone', async () => {
  const { executions, ask } = setUp();
  const client = new AbortController();
  const first = ask('a', client.signal);
  const second = ask();
  client.abort();
  expect(executions[0]?.signal.aborted).toBe(false);
  executions[0]?.answer(whole('one'));
  expect((await second).isJoined).toBe(true);
  await first;
});

it('is given up when nobody waits for it, and not joined then', async () => {
  const { executions, ask } = setUp();
  const clients = [new AbortController(), new AbortController()];
  for (const { signal } of clients) void ask('a', signal);
  for (const client of clients) client.abort();
  expect(executions[0]?.signal.aborted).toBe(true);
  void ask();
  expect(executions).toHaveLength(2);
});

it('is executed again for those who joined one that was cut short', async () => {
  const { executions, ask } = setUp();
  const first = ask();
  const second = ask();
  executions[0]?.answer({ result: 'too late', isCutShort: true });
  expect((await first).result).toBe('too late');
  await settled();
  executions[1]?.answer(whole('in time'));
  expect(await second).toEqual({ result: 'in time', isJoined: false });
});

it('fails for all who wait, and for nobody later', async () => {
  const { executions, ask } = setUp();
  const answers = [ask(), ask()];
  executions[0]?.fail();
  for (const answer of answers) await expect(answer).rejects.toThrow('broken');
  void ask();
  expect(executions).toHaveLength(2);
});

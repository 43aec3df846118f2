import { setImmediate as settled } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { InTurn } from '../../src/adapters/in-turn.ts';

it('runs the tasks of a key one after the other, and those of another key at once', async () => {
  const inTurn = new InTurn();
  const log: string[] = [];
  const ends = new Map<string, () => void>();
  const run = (key: string, name: string) =>
    inTurn.run(key, () => {
      log.push(`${name} starts`);
      return new Promise<string>((resolve) => ends.set(name, () => resolve(name)));
    });

  const results = [run('a', 'first'), run('a', 'second'), run('b', 'other')];
  await settled();
  expect(log).toEqual(['first starts', 'other starts']);
  ends.get('first')?.();
  await settled();
  expect(log).toEqual(['first starts', 'other starts', 'second starts']);
  ends.get('second')?.();
  ends.get('other')?.();
  expect(await Promise.all(results)).toEqual(['first', 'second', 'other']);
});

it('goes on after a task that failed', async () => {
  const inTurn = new InTurn();
  const failing = inTurn.run('a', () => Promise.reject(new Error('no')));
  const next = inTurn.run('a', async () => 'done');
  await expect(failing).rejects.toThrow('no');
  expect(await next).toBe('done');
});

import { describe, expect, it } from 'vitest';
import { createBegin, RunLoader } from '../../src/loaders/run-loader.ts';
import { settled } from '../support/fake-clock.ts';

/** A loader of what `answer` makes of a key, and the batches it has read. */
function setUp(answer: (key: string) => string | null | Error = (key) => key.toUpperCase()) {
  const batches: string[][] = [];
  const held: (() => void)[] = [];
  const loader = new RunLoader<string, string>(
    async (keys) => {
      batches.push([...keys]);
      if (held.length > 0) await new Promise<void>((resolve) => held.push(resolve));
      return new Map(
        keys.flatMap((key) => {
          const found = answer(key);
          return found === null ? [] : [[key, found]];
        }),
      );
    },
    (key) => key,
    createBegin(),
  );
  return { loader, batches, hold: () => held.push(() => undefined), release: () => held.splice(0).map((go) => go()) };
}

describe('a loader', () => {
  it('loads what is asked for at once together, each key once', async () => {
    const { loader, batches } = setUp();
    const answers = [
      loader.load('a'),
      loader.prefetch(['b', 'a', 'c', 'b']),
      loader.load('c'),
      loader.loadMany(['d', 'a']),
    ];
    expect(await Promise.all(answers)).toEqual(['A', undefined, 'C', ['D', 'A']]);
    expect(batches).toEqual([['a', 'b', 'c', 'd']]);
  });

  it('has what was loaded at hand', async () => {
    const { loader, batches } = setUp((key) => (key === 'none' ? null : key));
    expect(loader.peek('a')).toBeUndefined();
    await loader.prefetch(['a', 'none']);
    expect(loader.peek('a')).toBe('a');
    expect(loader.peek('none')).toBeNull();
    expect(await loader.load('a')).toBe('a');
    await loader.prefetch(['a', 'none']);
    expect(batches).toHaveLength(1);
  });

  it('fails where it is asked, for that key alone', async () => {
    const { loader } = setUp((key) => (key === 'bad' ? new Error('refused') : key));
    await loader.prefetch(['good', 'bad']);
    expect(loader.peek('good')).toBe('good');
    expect(() => loader.peek('bad')).toThrow('refused');
    await expect(loader.load('bad')).rejects.toThrow('refused');
    expect(await loader.loadMany(['bad', 'good'])).toEqual([new Error('refused'), 'good']);
  });

  it('does not wait for what another loader of the operation has begun with it', async () => {
    const begin = createBegin();
    const begun: string[] = [];
    const loader = (name: string, read: () => Promise<Map<string, string>>) =>
      new RunLoader<string, string>(
        () => {
          begun.push(name);
          return read();
        },
        (key) => key,
        begin,
      );
    const slow = loader('slow', () => new Promise<never>(() => undefined));
    const quick = loader('quick', async () => new Map([['a', 'A']]));
    const waiting = slow.load('a');
    expect(await quick.load('a')).toBe('A');
    expect(begun).toEqual(['slow', 'quick']);
    expect(slow.peek('a')).toBeUndefined();
    expect(await Promise.race([waiting, settled().then(() => 'still waiting')])).toBe('still waiting');
  });

  it('fails for all keys when the batch does', async () => {
    const loader = new RunLoader<string, string>(
      () => Promise.reject(new Error('down')),
      (key) => key,
      createBegin(),
    );
    await loader.prefetch(['a']);
    expect(() => loader.peek('a')).toThrow('down');
    await expect(loader.load('b')).rejects.toThrow('down');
  });

  it('waits for what is being loaded already', async () => {
    const { loader, batches, hold, release } = setUp();
    hold();
    const first = loader.load('a');
    await settled();
    const second = loader.prefetch(['a']).then(() => loader.peek('a'));
    await settled();
    release();
    expect(await Promise.all([first, second])).toEqual(['A', 'A']);
    expect(batches).toEqual([['a']]);
  });

  it('holds nothing once the operation is over, and tells whoever asks all the same', async () => {
    const { loader, batches, hold, release } = setUp();
    expect(await loader.load('a')).toBe('A');
    const read = loader.runOf('a');
    hold();
    const reading = loader.load('b');
    await settled();
    const waiting = loader.load('c');
    loader.release();
    release();
    expect(read).toMatchObject({ keys: [], answers: new Error('the operation is over') });
    expect(await Promise.allSettled([reading, waiting, loader.load('a'), loader.load('d')])).toEqual(
      Array.from({ length: 4 }, () => ({ status: 'rejected', reason: new Error('the operation is over') })),
    );
    await loader.prefetch(['e']);
    expect(batches).toEqual([['a'], ['b']]);
  });

  it.each(['clear', 'clearAll'] as const)(
    'reads once what is forgotten, after %s, before it is read',
    async (forget) => {
      const { loader, batches } = setUp();
      const before = loader.load('a');
      loader[forget]('a');
      expect(await Promise.all([before, loader.load('a'), loader.load('b')])).toEqual(['A', 'A', 'B']);
      expect(batches).toEqual([['a', 'b']]);
    },
  );

  it.each(['clear', 'clearAll'] as const)('loads anew after %s, and keeps nothing read before', async (forget) => {
    let version = 1;
    const { loader, batches, hold, release } = setUp((key) => `${key}${version}`);
    hold();
    const before = loader.load('a');
    await settled();
    loader[forget]('a');
    release();
    expect(await before).toBe('a1');
    expect(loader.peek('a')).toBeUndefined();
    version = 2;
    expect(await loader.load('a')).toBe('a2');
    expect(loader.peek('a')).toBe('a2');
    loader[forget]('a');
    expect(loader.peek('a')).toBeUndefined();
    expect(batches).toHaveLength(2);
  });
});

import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PRIORITIES } from '../../src/domain/priority.ts';
import { type Reader, ReadingTurns } from '../../src/transport/reading-turns.ts';

const LARGE = 100_000;

/** Has readers wait, and tells in which turn of the event loop each of them read. */
class Readers {
  readonly read: string[] = [];
  readonly #turns = new ReadingTurns();

  wait(name: string, reader: Partial<Reader> = {}): void {
    void this.#turns.turn(LARGE, { priority: 'READ', deadline: 1_000, ...reader })?.then(() => this.read.push(name));
  }

  async untilAllHaveRead(): Promise<readonly string[]> {
    while (this.#turns.waiting > 0) await turn();
    return this.read;
  }
}

describe('turns to read large answers', () => {
  it('come to those first who began first', async () => {
    const readers = new Readers();
    readers.wait('second', { deadline: 2_000 });
    readers.wait('third', { deadline: 3_000 });
    readers.wait('first', { deadline: 1_000 });
    expect(await readers.untilAllHaveRead()).toEqual(['first', 'second', 'third']);
  });

  it('come to the urgent before all others', async () => {
    const readers = new Readers();
    readers.wait('bulk', { priority: 'BULK', deadline: 1 });
    readers.wait('read', { priority: 'READ', deadline: 2 });
    readers.wait('mutation', { priority: 'MUTATION', deadline: 3 });
    readers.wait('settling', { priority: 'SETTLING', deadline: 4 });
    expect(await readers.untilAllHaveRead()).toEqual(['settling', 'mutation', 'read', 'bulk']);
  });

  it('come to one in each turn of the event loop', async () => {
    const readers = new Readers();
    for (const name of ['a', 'b', 'c']) readers.wait(name);
    expect(readers.read).toEqual([]);
    await turn();
    expect(readers.read).toEqual(['a']);
    await turn();
    expect(readers.read).toEqual(['a', 'b']);
  });

  it('come to whoever has begun before those that wait, though it asks later', async () => {
    const readers = new Readers();
    for (const name of ['b', 'c']) readers.wait(name, { deadline: 2_000 });
    await turn();
    readers.wait('a', { deadline: 1_000 });
    expect(await readers.untilAllHaveRead()).toEqual(['b', 'a', 'c']);
  });

  it('are not needed for small answers', () => {
    expect(new ReadingTurns().turn(1_000, { priority: 'BULK', deadline: 1 })).toBeNull();
  });

  it('come to everybody once, in order', async () => {
    const reader = fc.record({ priority: fc.constantFrom(...PRIORITIES), deadline: fc.integer({ min: 0, max: 3 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(reader, { maxLength: 20 }), async (all) => {
        const readers = new Readers();
        for (const [index, each] of all.entries()) readers.wait(String(index), each);
        const rank = ([index, { priority, deadline }]: [number, Reader]) =>
          (PRIORITIES.indexOf(priority) * 10 + deadline) * 100 + index;
        const inOrder = [...all.entries()].sort((a, b) => rank(a) - rank(b));
        expect(await readers.untilAllHaveRead()).toEqual(inOrder.map(([index]) => String(index)));
      }),
    );
  });
});

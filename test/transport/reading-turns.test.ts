import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PRIORITIES } from '../../src/domain/priority.ts';
import { type Reader, ReadingTurns } from '../../src/transport/reading-turns.ts';

const LARGE = 100_000;

/** Has readers wait, each for an operation of its own, and tells in which order they read. */
class Readers {
  readonly read: string[] = [];
  readonly turns = new ReadingTurns();

  wait(name: string, reader: Partial<Reader> = {}): void {
    const given = { priority: 'READ', deadline: 1_000, receipt: {}, ...reader } as const;
    void this.turns.turn(LARGE, given)?.then(() => this.read.push(name));
  }

  /** An operation of which one answer has been read and another is waited for. */
  async halfDone(): Promise<object> {
    const receipt = {};
    this.turns.sent(receipt);
    this.wait('first', { receipt });
    await this.untilAllHaveRead();
    return receipt;
  }

  /** Has the first answer of an operation wait that is going to be half done then. */
  begin(name: string): void {
    const receipt = {};
    this.turns.sent(receipt);
    this.wait(name, { receipt });
  }

  /** Goes on reading for so long that what happens meanwhile is usual. */
  async untilUsual(): Promise<void> {
    for (let count = 0; count < 500; count += 1) this.wait('other');
    await this.untilAllHaveRead();
    this.read.length = 0;
  }

  async untilAllHaveRead(): Promise<readonly string[]> {
    while (this.turns.waiting > 0) await turn();
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

  it('come to operations that are half done while as many are as usual', async () => {
    const readers = new Readers();
    const halfDone = await readers.halfDone();
    await readers.halfDone();
    await readers.untilUsual();
    readers.begin('begins');
    readers.wait('goes on', { receipt: halfDone, deadline: 2_000 });
    expect(await readers.untilAllHaveRead()).toEqual(['goes on', 'begins']);
  });

  it('come to others first while fewer are half done than usual', async () => {
    const readers = new Readers();
    const [one = {}, ...others] = await Promise.all(Array.from({ length: 4 }, () => readers.halfDone()));
    await readers.untilUsual();
    for (const receipt of others.slice(0, 2)) readers.turns.over(receipt);
    readers.wait('goes on', { receipt: one, deadline: 1 });
    for (const name of ['begins', 'begins too', 'is one too many']) readers.begin(name);
    expect(await readers.untilAllHaveRead()).toEqual(['begins', 'begins too', 'goes on', 'is one too many']);
  });

  it('come to the urgent before those that would begin', async () => {
    const readers = new Readers();
    const receipt = await readers.halfDone();
    await readers.untilUsual();
    readers.turns.over(receipt);
    readers.begin('read');
    readers.wait('mutation', { receipt, priority: 'MUTATION' });
    expect(await readers.untilAllHaveRead()).toEqual(['mutation', 'read']);
  });

  it('take operations for half done only while they have requests under way', async () => {
    const readers = new Readers();
    const [one = {}, other = {}] = await Promise.all([readers.halfDone(), readers.halfDone()]);
    await readers.untilUsual();
    readers.turns.sent(one);
    readers.turns.over(one);
    readers.turns.over(one);
    readers.wait('goes on', { receipt: other });
    readers.wait('begins', { deadline: 2_000 });
    expect(await readers.untilAllHaveRead()).toEqual(['begins', 'goes on']);
    readers.turns.sent(one);
    readers.wait('goes on again', { receipt: other });
    readers.wait('begins', { deadline: 2_000 });
    expect((await readers.untilAllHaveRead()).slice(2)).toEqual(['goes on again', 'begins']);
  });

  it('are not needed for small answers', () => {
    expect(new ReadingTurns().turn(1_000, { priority: 'BULK', deadline: 1, receipt: {} })).toBeNull();
  });

  it('come to everybody once, in order', async () => {
    const reader = fc.record({
      priority: fc.constantFrom(...PRIORITIES),
      deadline: fc.integer({ min: 0, max: 3 }),
      receipt: fc.constant(null).map(() => ({})),
    });
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

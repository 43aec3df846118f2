import { describe, expect, it } from 'vitest';
import { AskedLoader } from '../../src/loaders/loader.ts';
import { createBegin } from '../../src/loaders/run-loader.ts';

interface Key {
  readonly crm: string;
  readonly id: string;
}

const key = (crm: string, id: string): Key => ({ crm, id });

/** A loader of ids in capitals, what it has read, and fields that ask it. */
function setUp() {
  const batches: { crm: string; ids: string[]; because: readonly string[] }[] = [];
  const asked: string[] = [];
  const loader = new AskedLoader<Key, string>(
    async (crm, keys, because) => {
      batches.push({ crm, ids: keys.map(({ id }) => id), because });
      if (crm === 'down') throw new Error('down');
      return new Map(keys.flatMap(({ id }) => (id === 'none' ? [] : [[id, id.toUpperCase()]])));
    },
    ({ crm }) => crm,
    ({ id }) => id,
    createBegin(),
  );
  const field = (name: string) => loader.askedBy({ field: name, asked: (crm) => void asked.push(`${name} ${crm}`) });
  return { loader, batches, asked, field };
}

describe('a loader that knows who asks', () => {
  it('reads what several fields ask for at once in one batch of each CRM, because of all who asked first', async () => {
    const { batches, asked, field } = setUp();
    const [person, owner] = [field('Deal.person'), field('Deal.owner')];
    await Promise.all([
      person.prefetch([key('a', 'x'), key('b', 'x'), key('a', 'y'), key('a', 'x')]),
      owner.prefetch([key('a', 'y'), key('a', 'z')]),
      owner.load(key('b', 'x')),
    ]);
    expect(batches).toEqual([
      { crm: 'a', ids: ['x', 'y', 'z'], because: ['Deal.person', 'Deal.owner'] },
      { crm: 'b', ids: ['x'], because: ['Deal.person'] },
    ]);
    expect(asked).toEqual(['Deal.person a', 'Deal.person b', 'Deal.person a', 'Deal.owner a']);
  });

  it('tells keys of two CRMs apart that have the same id', async () => {
    const { loader } = setUp();
    await loader.prefetch([key('a', 'x')]);
    expect(loader.peek(key('a', 'x'))).toBe('X');
    expect(loader.peek(key('b', 'x'))).toBeUndefined();
  });

  it('waits for nothing where all is there, and shows it to every field', async () => {
    const { batches, field } = setUp();
    const [person, owner] = [field('Deal.person'), field('Deal.owner')];
    await person.prefetch([key('a', 'x'), key('a', 'none')]);
    expect(owner.prefetch([key('a', 'none'), key('a', 'x')])).toBeNull();
    expect(owner.prefetch([])).toBeNull();
    expect([owner.peek(key('a', 'x')), owner.peek(key('a', 'none'))]).toEqual(['X', null]);
    expect(batches).toHaveLength(1);
  });

  it('has the failure of one CRM end where it is asked for, and takes nothing from another', async () => {
    const { field } = setUp();
    const person = field('Deal.person');
    await person.prefetch([key('down', 'x'), key('a', 'x')]);
    expect(person.peek(key('a', 'x'))).toBe('X');
    expect(() => person.peek(key('down', 'x'))).toThrow('down');
    expect(await person.loadMany([key('down', 'x'), key('a', 'x')])).toEqual([new Error('down'), 'X']);
  });

  it('is asked by what something is a part of, once', async () => {
    const { loader, batches } = setUp();
    await Promise.all([
      loader.loadFor(key('a', 'x'), ['DealProduct.deal', 'Query.node']),
      loader.loadFor(key('a', 'x'), ['Query.nodes']),
    ]);
    expect(batches).toEqual([{ crm: 'a', ids: ['x'], because: ['DealProduct.deal', 'Query.node'] }]);
  });
});

import { describe, expect, it } from 'vitest';
import { chooseFrom } from '../../src/adapters/choose.ts';
import type { Choice } from '../../src/domain/deal-writes.ts';

const HOT = { id: '1', name: 'Hot' };
const COLD = { id: '2', name: 'Cold' };
const OTHER_HOT = { id: '3', name: 'Hot' };

/** A list whose second reading may differ, and how often it was read anew. */
function listOf(kept: readonly (typeof HOT)[], anew: readonly (typeof HOT)[] = kept) {
  const list = {
    again: 0,
    get: async () => kept,
    refreshed: async () => {
      list.again += 1;
      return anew;
    },
  };
  return list;
}

const choose = (list: ReturnType<typeof listOf>, ...choices: readonly Choice[]) =>
  chooseFrom(
    'crm',
    'label',
    list,
    choices.map((choice, index) => ({ choice, path: ['labels', String(index)] })),
  );

describe('what is chosen of a list', () => {
  it('is found by id or by name in the kept list, each thing once', async () => {
    const list = listOf([HOT, COLD]);
    expect(await choose(list, { name: 'Cold' }, { id: '1' }, { name: 'Hot' })).toEqual([COLD, HOT]);
    expect(list.again).toBe(0);
  });

  it('may be new', async () => {
    const list = listOf([HOT], [HOT, COLD]);
    expect(await choose(list, { name: 'Cold' })).toEqual([COLD]);
    expect(list.again).toBe(1);
  });

  it('may be nothing, which asks nothing', async () => {
    const list = {
      get: () => Promise.reject(new Error('was read')),
      refreshed: () => Promise.reject(new Error('was read')),
    };
    expect(await chooseFrom('crm', 'label', list, [])).toEqual([]);
  });

  it.each<{ given: string; choice: Choice; says: string }>([
    { given: 'an unknown name', choice: { name: 'hot' }, says: 'crm: there is no label "hot", only Hot (1), Cold (2)' },
    { given: 'an unknown id', choice: { id: '9' }, says: 'crm: there is no label 9, only Hot (1), Cold (2)' },
  ])('is refused for $given, telling what there is', async ({ choice, says }) => {
    const details = { crm: 'crm', path: ['labels', '1'] };
    await expect(choose(listOf([HOT, COLD]), { id: '1' }, choice)).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: says,
      details,
    });
  });

  it('is refused for a name that several have, not for the id of one of them', async () => {
    const list = listOf([HOT, COLD, OTHER_HOT]);
    await expect(choose(list, { name: 'Hot' })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: expect.stringContaining('by its id: 1, 3'),
    });
    expect(await choose(list, { id: '3' })).toEqual([OTHER_HOT]);
  });

  it('is refused where there is nothing, and of many only some are told', async () => {
    await expect(choose(listOf([]), { name: 'x' })).rejects.toThrow('there is no label "x", and no other');
    const many = Array.from({ length: 60 }, (_, index) => ({ id: String(index), name: `Label ${index}` }));
    await expect(choose(listOf(many), { name: 'x' })).rejects.toThrow(/Label 49 \(49\) and 10 more$/);
  });
});

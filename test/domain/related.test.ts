import { describe, expect, it } from 'vitest';
import type { Lookup } from '../../src/domain/lookup.ts';
import { judgeRelated, type RelatedCondition } from '../../src/domain/related.ts';
import { allHold, anyHolds, contrary, type Verdict } from '../../src/domain/verdict.ts';

const ref = { crm: 'a', type: 'Person', id: '1' } as const;
const nothing: Lookup = { get: () => undefined };
const gone: Lookup = { get: () => null };
const read: Lookup = { get: () => ({ name: 'Ada Roe', emails: [{ value: 'ada@example.com' }], organization: null }) };

describe('what is asked of the record behind a reference', () => {
  it.each<[string, object | null, RelatedCondition, Lookup, Verdict]>([
    ['is not held by nothing', null, { name: { eq: null } }, read, false],
    ['is told by the link alone', { name: 'Ada' }, { name: { contains: 'a' } }, nothing, true],
    ['is open where the link does not tell it', { name: 'Ada' }, { email: { eq: 'x' } }, nothing, null],
    [
      'is decided without it where the link rules it out',
      { name: 'Bo' },
      { name: { eq: 'x' }, email: { eq: 'x' } },
      nothing,
      false,
    ],
    ['is told by the record', {}, { email: { contains: 'EXAMPLE' } }, read, true],
    ['is not held by a record that is gone', {}, { name: { eq: null } }, gone, false],
    ['may be that there is none', {}, { organization: { anyOf: [null] } }, read, true],
    [
      'is not held by an organization there is not',
      {},
      { related: { organization: { name: { eq: 'x' } } } },
      read,
      false,
    ],
  ])('%s', (_what, known, condition, lookup, verdict) => {
    expect(judgeRelated(known && { ref, known }, condition, lookup)).toBe(verdict);
  });
});

describe('verdicts', () => {
  const same = (verdict: Verdict) => verdict;

  it('of all and of any are open only while they may go either way', () => {
    expect(allHold([null, false], same)).toBe(false);
    expect(allHold([true, null], same)).toBeNull();
    expect(allHold([], same)).toBe(true);
    expect(anyHolds([null, true], same)).toBe(true);
    expect(anyHolds([false, null], same)).toBeNull();
    expect(anyHolds([], same)).toBe(false);
    expect([contrary(true), contrary(false), contrary(null)]).toEqual([false, true, null]);
  });
});

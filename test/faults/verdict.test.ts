import { describe, expect, it } from 'vitest';
import { effect, missing, repeated } from './effect.ts';
import type { Outcome } from './mutations.ts';
import { expectOutcome, judge, sentTwice } from './verdict.ts';

const [NONE, HALF, WHOLE] = [effect([false, false]), effect([true, false]), effect([true, true])];
const DOUBT = [{ code: 'OUTCOME_UNKNOWN', path: null }];
const REFUSED = [{ code: 'UPSTREAM_UNAVAILABLE', path: null }];

describe('what is said of a write', () => {
  it.each([
    ['APPLIED', [], WHOLE, []],
    ['APPLIED', [], HALF, ['FALSE_SUCCESS']],
    ['APPLIED', [], NONE, ['FALSE_SUCCESS']],
    ['APPLIED', REFUSED, WHOLE, ['UNEXPECTED']],
    ['REJECTED', REFUSED, NONE, []],
    ['REJECTED', REFUSED, HALF, ['FALSE_FAILURE']],
    ['REJECTED', REFUSED, WHOLE, ['FALSE_FAILURE']],
    ['REJECTED', [], NONE, ['UNEXPECTED']],
    ['PARTIAL', REFUSED, HALF, []],
    ['PARTIAL', REFUSED, NONE, ['FALSE_SUCCESS']],
    ['PARTIAL', REFUSED, WHOLE, ['FALSE_FAILURE']],
    ['PARTIAL', DOUBT, NONE, []],
    ['PARTIAL', DOUBT, WHOLE, []],
    ['UNKNOWN', DOUBT, NONE, []],
    ['UNKNOWN', DOUBT, WHOLE, []],
    ['UNKNOWN', REFUSED, NONE, ['UNEXPECTED']],
  ] as const)('%s with %j of %j', (outcome, problems, seen, kinds) => {
    expect(judge({ outcome, problems }, seen).map(({ kind }) => kind)).toEqual(kinds);
  });

  it('does not excuse harm', () => {
    const harmful = effect([true], { duplicates: ['a'], losses: ['b', 'c'] });
    expect(judge({ outcome: 'UNKNOWN', problems: DOUBT }, harmful)).toEqual([
      { kind: 'DUPLICATE', what: 'a' },
      { kind: 'LOSS', what: 'b' },
      { kind: 'LOSS', what: 'c' },
    ]);
  });
});

it('a fault allows some outcomes only', () => {
  const allowed: readonly Outcome[] = ['UNKNOWN', 'PARTIAL'];
  expect(expectOutcome('PARTIAL', allowed)).toEqual([]);
  expect(expectOutcome('REJECTED', allowed)).toEqual([
    { kind: 'UNEXPECTED', what: 'REJECTED instead of UNKNOWN or PARTIAL' },
  ]);
});

it('a write is sent twice unless it came too fast, and reads may be', () => {
  const post = { method: 'POST', target: '/deals?api_key=k', body: '{}', status: 200 };
  const read = { ...post, method: 'GET' };
  expect(sentTwice([read, read, { ...post, status: 429 }, post, { ...post, body: '{"a":1}' }])).toEqual([]);
  expect(sentTwice([{ ...post, status: null }, post])).toEqual([{ kind: 'RESENT', what: 'POST /deals? {}' }]);
});

it('what is there twice, and what is missing', () => {
  expect(repeated(['a', 'b', 'a', 'a'])).toEqual(['a']);
  expect(missing(['a', 'b'], ['b', 'c'])).toEqual(['a']);
});

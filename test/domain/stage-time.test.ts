import { describe, expect, it } from 'vitest';
import type { Deal } from '../../src/domain/deal.ts';
import { ageSeconds, type StageMove, stageTimes } from '../../src/domain/stage-time.ts';

const SECOND = 1000;
const move = (from: string | null, to: string | null, atSecond: number): StageMove => ({
  from,
  to,
  at: atSecond * SECOND,
});

/** A deal created at second 100, in stage 9. */
function deal(over: Partial<Deal> = {}): Deal {
  const stage = { ref: { crm: 'crm', type: 'Stage', id: '9' }, known: {} };
  return { createdAt: 100 * SECOND, closedAt: null, stage, ...over } as Deal;
}

describe('the time a deal has been in its stages', () => {
  it.each<{ of: string; deal: Deal; moves: StageMove[]; times: Record<string, [seconds: number, entered: number]> }>([
    { of: 'a deal that never moved', deal: deal(), moves: [], times: { 9: [900, 100] } },
    {
      of: 'a deal that moved',
      deal: deal(),
      moves: [move('7', '8', 300), move('8', '9', 700)],
      times: { 7: [200, 100], 8: [400, 300], 9: [300, 700] },
    },
    {
      of: 'a deal that came back',
      deal: deal(),
      moves: [move('9', '8', 200), move('8', '9', 500)],
      times: { 9: [600, 100], 8: [300, 200] },
    },
    {
      of: 'a closed deal, which time has stopped for',
      deal: deal({ closedAt: 800 * SECOND }),
      moves: [move('8', '9', 300)],
      times: { 8: [200, 100], 9: [500, 300] },
    },
    {
      of: 'a deal that moved after it was closed',
      deal: deal({ closedAt: 200 * SECOND }),
      moves: [move('8', '9', 300)],
      times: { 8: [100, 100], 9: [0, 300] },
    },
    {
      of: 'a deal that was in no stage for a while',
      deal: deal(),
      moves: [move('8', null, 200), move(null, '9', 400)],
      times: { 8: [100, 100], 9: [600, 400] },
    },
    { of: 'a deal without a stage', deal: deal({ stage: null }), moves: [], times: {} },
    { of: 'a deal of unknown age', deal: deal({ createdAt: null }), moves: [move('8', '9', 300)], times: {} },
  ])('of $of', ({ deal: one, moves, times }) => {
    const found = stageTimes(one, moves, 1_000 * SECOND);
    expect(found.map(({ enteredAt }) => enteredAt)).toEqual(
      found.map((time) => time.enteredAt).toSorted((a, b) => a - b),
    );
    expect(
      Object.fromEntries(found.map(({ stage, seconds, enteredAt }) => [stage, [seconds, enteredAt / SECOND]])),
    ).toEqual(times);
  });
});

it('counts the age of a deal until now, or until it was closed', () => {
  expect(ageSeconds(deal(), 160_999)).toBe(60);
  expect(ageSeconds(deal({ closedAt: 130 * SECOND }), 160_000)).toBe(30);
  expect(ageSeconds(deal({ createdAt: null }), 160_000)).toBeNull();
});

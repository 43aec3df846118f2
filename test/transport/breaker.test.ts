import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BREAKER_RULES, Breaker, Probe } from '../../src/transport/breaker.ts';
import { FakeClock } from '../support/fake-clock.ts';

function breaker(over: Partial<typeof BREAKER_RULES> = {}) {
  const clock = new FakeClock({ now: 0, chance: 0 });
  const changes: string[] = [];
  const tested = new Breaker(clock, { ...BREAKER_RULES, ...over }, (state, openMs) =>
    changes.push(`${state} ${openMs}`),
  );
  const send = (sign: 'WORKS' | 'FAILS', times = 1) => {
    for (let i = 0; i < times; i += 1) {
      const as = tested.enter();
      if (as !== 'CALL') throw new Error('not let in');
      tested.ended(as, sign);
    }
  };
  return { breaker: tested, clock, changes, send };
}

/** The probe that is let in now. */
function probeOf(tested: Breaker): Probe {
  const admission = tested.enter();
  if (!(admission instanceof Probe)) throw new Error('no probe is let in');
  return admission;
}

it.each<{ given: string; works: number; fails: number; state: string }>([
  { given: 'half of twenty', works: 10, fails: 10, state: 'OPEN' },
  { given: 'less than half', works: 11, fails: 10, state: 'CLOSED' },
  { given: 'all of nineteen', works: 0, fails: 19, state: 'CLOSED' },
  { given: 'all of twenty', works: 0, fails: 20, state: 'OPEN' },
])('is $state after $given failed', ({ works, fails, state }) => {
  const { breaker: tested, send } = breaker();
  send('WORKS', works);
  send('FAILS', fails);
  expect(tested.state).toBe(state);
});

it('forgets after ten seconds', async () => {
  const { breaker: tested, clock, send } = breaker();
  send('FAILS', 19);
  await clock.advance(10_000);
  send('FAILS', 19);
  expect(tested.state).toBe('CLOSED');
});

it('is not opened by what says nothing', () => {
  const { breaker: tested } = breaker();
  for (let i = 0; i < 100; i += 1) tested.ended('CALL', null);
  expect(tested.state).toBe('CLOSED');
});

it('never opens where it is off', () => {
  const { breaker: tested, send } = breaker({ minCalls: 0 });
  send('FAILS', 100);
  expect(tested.state).toBe('CLOSED');
});

it('says how long nothing is sent', async () => {
  const { breaker: tested, clock, send } = breaker();
  send('FAILS', 20);
  expect(tested.enter()).toEqual({ waitMs: 5_000 });
  await clock.advance(3_000);
  expect(tested.enter()).toEqual({ waitMs: 2_000 });
});

it('lets one probe in, and closes when it works', async () => {
  const { breaker: tested, clock, changes, send } = breaker();
  send('FAILS', 20);
  await clock.advance(5_000);
  const probe = probeOf(tested);
  expect(tested.enter()).toEqual({ waitMs: 1_000 });
  tested.ended(probe, 'WORKS');
  expect(tested.enter()).toBe('CALL');
  expect(changes).toEqual(['OPEN 5000', 'PROBING 1000', 'CLOSED 0']);
  send('FAILS', 19);
  expect(tested.state).toBe('CLOSED');
});

it('stays open twice as long after each probe that fails, a minute at most', async () => {
  const { breaker: tested, clock, send } = breaker();
  send('FAILS', 20);
  const waits: number[] = [];
  for (let i = 0; i < 6; i += 1) {
    await clock.advance(tested.waitMs);
    tested.ended(probeOf(tested), 'FAILS');
    waits.push(tested.waitMs);
  }
  expect(waits).toEqual([10_000, 20_000, 40_000, 60_000, 60_000, 60_000]);
  await clock.advance(60_000);
  tested.ended(probeOf(tested), 'WORKS');
  send('FAILS', 20);
  expect(tested.waitMs).toBe(5_000);
});

it('is shorter open by chance', () => {
  const { breaker: tested, clock, send } = breaker();
  clock.chance = 0.5;
  send('FAILS', 20);
  expect(tested.waitMs).toBe(4_500);
});

it('leaves it to the next where a probe was not sent', async () => {
  const { breaker: tested, clock, send } = breaker();
  send('FAILS', 20);
  await clock.advance(5_000);
  const first = probeOf(tested);
  tested.ended(first, null);
  const second = probeOf(tested);
  tested.ended(first, 'WORKS');
  expect(tested.state).toBe('PROBING');
  tested.ended(second, 'FAILS');
  expect(tested.state).toBe('OPEN');
});

it('does not heed what was sent before it opened', async () => {
  const { breaker: tested, clock, send } = breaker();
  const late = tested.enter();
  send('FAILS', 20);
  await clock.advance(5_000);
  const probe = probeOf(tested);
  if (late === 'CALL') tested.ended(late, 'WORKS');
  expect(tested.state).toBe('PROBING');
  tested.ended(probe, 'WORKS');
});

describe('a block', () => {
  const blocked = (tested: Breaker, times = 1) => {
    for (let i = 0; i < times; i += 1) tested.ended('CALL', 'BLOCKED');
  };

  it('is believed at once after a 429', async () => {
    const { breaker: tested, clock, changes } = breaker();
    tested.ended('CALL', 'THROTTLED');
    tested.ended('CALL', 'WORKS');
    await clock.advance(599_999);
    blocked(tested);
    expect(changes).toEqual(['BLOCKED 300000']);
    expect(tested.enter()).toEqual({ waitMs: 300_000 });
  });

  it('is believed the third time in a row without one', async () => {
    const { breaker: tested, clock } = breaker();
    tested.ended('CALL', 'THROTTLED');
    await clock.advance(600_000);
    blocked(tested, 2);
    tested.ended('CALL', 'WORKS');
    blocked(tested, 2);
    tested.ended('CALL', null);
    expect(tested.state).toBe('CLOSED');
    blocked(tested);
    expect(tested.state).toBe('BLOCKED');
  });

  it('goes on as long as one read is blocked', async () => {
    const { breaker: tested, clock, changes } = breaker();
    blocked(tested, 3);
    await clock.advance(300_000);
    tested.ended(probeOf(tested), 'BLOCKED');
    await clock.advance(300_000);
    tested.ended(probeOf(tested), 'THROTTLED');
    expect(changes).toEqual(['BLOCKED 300000', 'PROBING 1000', 'BLOCKED 300000', 'PROBING 1000', 'CLOSED 0']);
  });
});

it('has at most one probe under way, and lets nobody else in until it is over', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          fc.record({ do: fc.constant('enter' as const) }),
          fc.record({
            do: fc.constant('end' as const),
            sign: fc.constantFrom('WORKS', 'FAILS', 'FAILS', 'THROTTLED', 'BLOCKED', null),
          }),
          fc.record({ do: fc.constant('wait' as const), ms: fc.nat(20_000) }),
        ),
        { maxLength: 200 },
      ),
      (acts) => {
        let now = 0;
        const clock = { now: () => now, random: () => 0, sleep: () => Promise.resolve() };
        const tested = new Breaker(clock, { ...BREAKER_RULES, minCalls: 2 }, () => undefined);
        const under: ('CALL' | Probe)[] = [];
        for (const act of acts) {
          if (act.do === 'wait') now += act.ms;
          if (act.do === 'end') {
            const as = under.shift();
            if (as !== undefined) tested.ended(as, act.sign);
          }
          if (act.do === 'enter') {
            const before = tested.state;
            const admission = tested.enter();
            if (admission === 'CALL' || admission instanceof Probe) under.push(admission);
            expect(admission === 'CALL').toBe(before === 'CLOSED');
          }
          const probes = under.filter((as) => as instanceof Probe);
          expect(probes.length).toBe(tested.state === 'PROBING' ? 1 : 0);
        }
      },
    ),
  );
});

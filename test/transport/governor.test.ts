import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Applicant, Governor, NoTurnError, type Turn } from '../../src/transport/governor.ts';
import type { LimitFacts } from '../../src/transport/settings.ts';
import { FakeClock, settled } from '../support/fake-clock.ts';

const FAR = Number.MAX_SAFE_INTEGER;
const patient = () => new AbortController().signal;

/** 2 requests per 1000 ms, which the pad makes 1075 ms. */
function governor(
  over: { believeLimit?: boolean; requests?: number; maxInFlight?: number; dailyReserve?: number } = {},
) {
  const clock = new FakeClock({ now: 0 });
  const { believeLimit = false, requests = 2, maxInFlight = 1_000, dailyReserve = 0 } = over;
  const window = { requests, perMs: 1_000 };
  return { clock, governor: new Governor(clock, { window, believeLimit, maxInFlight, dailyReserve }) };
}

/** Somebody who reads and has time. */
function reader(over: Partial<Applicant> = {}): Applicant {
  return { priority: 'READ', scope: 'a', tokens: null, deadline: FAR, ...over };
}

function turnOf(tested: Governor, over: Partial<Applicant> = {}, signal = patient()): Promise<Turn> {
  return tested.turn(reader(over), signal);
}

/** What an answer says, of a request that took no time. */
async function observe(tested: Governor, facts: LimitFacts): Promise<void> {
  const turn = await turnOf(tested);
  turn.answered(facts);
  turn.end();
}

/** Sends `count` requests as soon as they may and notes when each went. */
function sendAll(clock: FakeClock, tested: Governor, count: number, deadline = FAR) {
  const sent: string[] = [];
  for (let index = 0; index < count; index += 1) {
    void turnOf(tested, { deadline }).then(
      (turn) => {
        turn.sent();
        sent.push(`${index} at ${clock.now()}`);
      },
      (error: unknown) => sent.push(`${index} ${error instanceof NoTurnError ? `refused, ${error.waitMs}` : error}`),
    );
  }
  return sent;
}

it('spreads requests over the padded window, in order of arrival', async () => {
  const { clock, governor: tested } = governor();
  const sent = sendAll(clock, tested, 5);
  await clock.advance(5_000);
  expect(sent).toEqual(['0 at 0', '1 at 0', '2 at 1075', '3 at 1075', '4 at 2150']);
});

it('refuses at once what would come after its deadline', async () => {
  const { clock, governor: tested } = governor();
  const sent = sendAll(clock, tested, 5, 1_500);
  await settled();
  expect(sent).toEqual(['4 refused, 2150', '0 at 0', '1 at 0'].sort());
  await clock.advance(1_100);
  expect(sent.slice(3)).toEqual(['2 at 1075', '3 at 1075']);
});

it('counts a request from the moment it went', async () => {
  const { clock, governor: tested } = governor({ requests: 1 });
  const slow = await turnOf(tested);
  const sent = sendAll(clock, tested, 1);
  await clock.advance(3_000);
  expect(sent).toEqual([]);
  slow.sent();
  await clock.advance(1_075);
  expect(sent).toEqual(['0 at 4075']);
});

it('gives an unused turn to the next', async () => {
  const { clock, governor: tested } = governor({ requests: 1 });
  const unused = await turnOf(tested);
  const sent = sendAll(clock, tested, 1);
  unused.end();
  await settled();
  expect(sent).toEqual(['0 at 0']);
});

it('keeps a used turn when the request ends', async () => {
  const { clock, governor: tested } = governor({ requests: 1 });
  const used = await turnOf(tested);
  used.sent();
  used.end();
  const sent = sendAll(clock, tested, 1);
  await settled();
  expect(sent).toEqual([]);
});

it('lets those behind an aborted one move up', async () => {
  const { clock, governor: tested } = governor({ requests: 1 });
  (await turnOf(tested)).sent();
  const caller = new AbortController();
  const aborted = turnOf(tested, {}, caller.signal);
  const sent = sendAll(clock, tested, 1);
  caller.abort(new Error('gone'));
  await expect(aborted).rejects.toThrow('gone');
  await clock.advance(1_075);
  expect(sent).toEqual(['0 at 1075']);
});

it.each<{ given: string; believeLimit: boolean; limit: number; atOnce: number }>([
  { given: 'a lower limit', believeLimit: false, limit: 1, atOnce: 1 },
  { given: 'a higher limit', believeLimit: false, limit: 4, atOnce: 2 },
  { given: 'a higher limit where limits are believed', believeLimit: true, limit: 4, atOnce: 4 },
  { given: 'a limit of nothing', believeLimit: true, limit: 0, atOnce: 2 },
  { given: 'a limit that is not a number', believeLimit: true, limit: Number.NaN, atOnce: 2 },
])('$given of $limit lets $atOnce pass', async ({ believeLimit, limit, atOnce }) => {
  const { clock, governor: tested } = governor({ believeLimit });
  await observe(tested, { limit });
  const sent = sendAll(clock, tested, 6);
  await settled();
  expect(sent).toHaveLength(atOnce);
});

it.each<{ given: string; facts: LimitFacts; at: number }>([
  { given: 'nothing remains', facts: { remaining: 0, resetMs: 1_800 }, at: 1_800 },
  { given: 'nothing remains for nonsense', facts: { remaining: 0, resetMs: Number.NaN }, at: 0 },
  { given: 'nothing remains for more than a minute', facts: { remaining: 0, resetMs: 9_000_000 }, at: 60_000 },
  { given: 'something remains', facts: { remaining: 1, resetMs: 1_800 }, at: 0 },
  { given: 'nothing remains until nobody knows', facts: { remaining: 0 }, at: 0 },
])('goes on at $at when $given', async ({ facts, at }) => {
  const { clock, governor: tested } = governor();
  await observe(tested, facts);
  const sent = sendAll(clock, tested, 1);
  await clock.advance(60_000);
  expect(sent).toEqual([`0 at ${at}`]);
});

it('goes on after a pause', async () => {
  const { clock, governor: tested } = governor();
  tested.pause(700);
  const sent = sendAll(clock, tested, 1);
  await clock.advance(5_000);
  expect(sent).toEqual(['0 at 700']);
});

it('refuses those a pause makes too late', async () => {
  const { clock, governor: tested } = governor({ requests: 1 });
  const sent = sendAll(clock, tested, 2, 2_000);
  await settled();
  tested.pause(10_000);
  await settled();
  expect(sent).toEqual(['0 at 0', '1 refused, 10000']);
});

it('without a window lets everything pass, but heeds a pause', async () => {
  const clock = new FakeClock({ now: 0 });
  const tested = new Governor(clock, { window: null, believeLimit: true, maxInFlight: 100, dailyReserve: 0 });
  await observe(tested, { limit: 1 });
  const sent = sendAll(clock, tested, 50);
  await settled();
  expect(sent).toHaveLength(50);
  tested.pause(300);
  const later = sendAll(clock, tested, 1);
  await clock.advance(300);
  expect(later).toEqual(['0 at 300']);
});

it('never sends more than the limit in any window, however long requests take to their socket', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 5 }),
      fc.array(fc.record({ arrives: fc.nat(3_000), connects: fc.nat(2_000) }), { minLength: 1, maxLength: 30 }),
      async (requests, arrivals) => {
        const { clock, governor: tested } = governor({ requests });
        const sentAt: number[] = [];
        for (const { arrives, connects } of arrivals) {
          void clock.sleep(arrives).then(async () => {
            const turn = await turnOf(tested);
            await clock.sleep(connects);
            turn.sent();
            sentAt.push(clock.now());
          });
        }
        await clock.advance(200_000);
        expect(sentAt).toHaveLength(arrivals.length);
        for (const [index, at] of sentAt.entries()) {
          const next = sentAt[index + requests];
          if (next !== undefined) expect(next - at).toBeGreaterThanOrEqual(1_075);
        }
      },
    ),
    { numRuns: 50 },
  );
});

describe('places', () => {
  it('are given to those who wait, in order of arrival', async () => {
    const { governor: tested } = governor({ requests: 100, maxInFlight: 1 });
    const entered: string[] = [];
    const turns: Turn[] = [];
    for (const name of ['a', 'b', 'c']) {
      void turnOf(tested).then((turn) => {
        entered.push(name);
        turns.push(turn);
      });
    }
    await settled();
    expect([entered, tested.inFlight, tested.waiting]).toEqual([['a'], 1, 2]);
    turns[0]?.end();
    turns[0]?.end();
    await settled();
    expect(entered).toEqual(['a', 'b']);
    turns[1]?.end();
    await settled();
    expect(entered).toEqual(['a', 'b', 'c']);
  });

  it('are left free by reads for what is more urgent', async () => {
    const { governor: tested } = governor({ requests: 100, maxInFlight: 10 });
    const reads = Array.from({ length: 12 }, () => tested.tryTurn(reader()));
    expect(reads.filter((turn) => turn !== null)).toHaveLength(9);
    const waiting = turnOf(tested, { priority: 'BULK' });
    await settled();
    expect(tested.tryTurn(reader())).toBeNull();
    const write = tested.tryTurn(reader({ priority: 'MUTATION' }));
    expect(write).not.toBeNull();
    expect(tested.tryTurn(reader({ priority: 'SETTLING' }))).toBeNull();
    write?.end();
    expect(tested.tryTurn(reader({ priority: 'SETTLING' }))).not.toBeNull();
    reads[0]?.end();
    reads[1]?.end();
    (await waiting).end();
  });

  it('are foretold to nobody, so that who waits for one waits until its time is over', async () => {
    const { governor: tested } = governor({ requests: 100, maxInFlight: 1 });
    tested.tryTurn(reader());
    const caller = new AbortController();
    const late = turnOf(tested, { deadline: 10 }, caller.signal);
    caller.abort(new Error('over'));
    await expect(late).rejects.toThrow('over');
    expect(tested.waiting).toBe(0);
  });
});

it('lets the urgent go first, and tells how long the oldest has waited', async () => {
  const { clock, governor: tested } = governor({ requests: 1 });
  tested.tryTurn(reader())?.sent();
  const sent: string[] = [];
  for (const priority of ['BULK', 'READ', 'MUTATION', 'SETTLING'] as const) {
    void turnOf(tested, { priority }).then((turn) => {
      turn.sent();
      sent.push(priority);
    });
  }
  await clock.advance(500);
  expect([tested.waiting, tested.oldestWaitMs]).toEqual([4, 500]);
  await clock.advance(4_000);
  expect(sent).toEqual(['SETTLING', 'MUTATION', 'READ', 'BULK']);
});

it('gives those who wait their turn before somebody who comes when the window has just opened', async () => {
  const { clock, governor: tested } = governor({ requests: 1 });
  tested.tryTurn(reader())?.sent();
  const sent = sendAll(clock, tested, 1);
  const leap = clock.advance(1_075);
  await leap;
  expect(tested.tryTurn(reader())).toBeNull();
  expect(sent).toEqual(['0 at 1075']);
});

it('turns everybody away at once', async () => {
  const { governor: tested } = governor({ requests: 1 });
  tested.tryTurn(reader())?.sent();
  const waiting = [turnOf(tested), turnOf(tested, { priority: 'MUTATION' })];
  tested.turnAway();
  for (const each of waiting) await expect(each).rejects.toMatchObject({ reason: 'TURNED_AWAY' });
  expect(tested.waiting).toBe(0);
});

describe('the tokens of a day', () => {
  const told = async (tested: Governor, remaining: number, tokens = 10) => {
    const turn = tested.tryTurn(reader({ tokens }));
    turn?.sent();
    turn?.answered({ quota: { limit: 1_000, remaining } });
    turn?.end();
  };

  it('refuse a read that waits, once they are needed for writes', async () => {
    const { clock, governor: tested } = governor({ requests: 2, dailyReserve: 0.1 });
    const first = tested.tryTurn(reader({ tokens: 10 }));
    first?.sent();
    await told(tested, 500);
    const read = turnOf(tested, { tokens: 40 });
    const write = turnOf(tested, { tokens: 40, priority: 'MUTATION' });
    first?.answered({ quota: { limit: 1_000, remaining: 140 } });
    first?.end();
    const refused = expect(read).rejects.toMatchObject({ reason: 'KEPT', waitMs: expect.any(Number) });
    await clock.advance(1_075);
    await refused;
    (await write).end();
  });

  it('turn everybody away once they are spent', async () => {
    const { governor: tested } = governor({ requests: 1, dailyReserve: 0.1 });
    const first = tested.tryTurn(reader({ tokens: 10 }));
    first?.sent();
    const write = turnOf(tested, { tokens: 5, priority: 'MUTATION' });
    const refused = expect(write).rejects.toMatchObject({ reason: 'SPENT' });
    first?.answered({ quotaSpent: true });
    first?.end();
    await refused;
    expect(() => tested.tryTurn(reader({ tokens: 1, priority: 'SETTLING' }))).toThrow(NoTurnError);
  });
});

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { NoTurnError, RateWindow } from '../../src/transport/rate-window.ts';
import { FakeClock, settled } from '../support/fake-clock.ts';

const FAR = Number.MAX_SAFE_INTEGER;
const patient = () => new AbortController().signal;

/** 2 requests per 1000 ms, which the pad makes 1075 ms. */
function window(over: { believeLimit?: boolean; requests?: number } = {}) {
  const clock = new FakeClock({ now: 0 });
  const { believeLimit = false, requests = 2 } = over;
  return { clock, window: new RateWindow(clock, { window: { requests, perMs: 1_000 }, believeLimit }) };
}

/** Sends `count` requests as soon as they may and notes when each went. */
function sendAll(clock: FakeClock, rate: RateWindow, count: number, deadline = FAR) {
  const sent: string[] = [];
  for (let index = 0; index < count; index += 1) {
    void rate.turn(deadline, patient()).then(
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
  const { clock, window: rate } = window();
  const sent = sendAll(clock, rate, 5);
  await clock.advance(5_000);
  expect(sent).toEqual(['0 at 0', '1 at 0', '2 at 1075', '3 at 1075', '4 at 2150']);
});

it('refuses at once what would come after its deadline', async () => {
  const { clock, window: rate } = window();
  const sent = sendAll(clock, rate, 5, 1_500);
  await settled();
  expect(sent).toEqual(['4 refused, 2150', '0 at 0', '1 at 0'].sort());
  await clock.advance(1_100);
  expect(sent.slice(3)).toEqual(['2 at 1075', '3 at 1075']);
});

it('foretells the wait of those who have yet to come', async () => {
  const { clock, window: rate } = window();
  expect([0, 1, 2, 4].map((ahead) => rate.waitMs(ahead))).toEqual([0, 0, 1_075, 2_150]);
  sendAll(clock, rate, 3);
  await settled();
  expect([0, 1].map((ahead) => rate.waitMs(ahead))).toEqual([1_075, 2_150]);
});

it('counts a request from the moment it went', async () => {
  const { clock, window: rate } = window({ requests: 1 });
  const slow = await rate.turn(FAR, patient());
  const sent = sendAll(clock, rate, 1);
  await clock.advance(3_000);
  expect(sent).toEqual([]);
  slow.sent();
  await clock.advance(1_075);
  expect(sent).toEqual(['0 at 4075']);
});

it('gives an unused turn to the next', async () => {
  const { clock, window: rate } = window({ requests: 1 });
  const unused = await rate.turn(FAR, patient());
  const sent = sendAll(clock, rate, 1);
  unused.end();
  await settled();
  expect(sent).toEqual(['0 at 0']);
});

it('keeps a used turn when the request ends', async () => {
  const { clock, window: rate } = window({ requests: 1 });
  const used = await rate.turn(FAR, patient());
  used.sent();
  used.end();
  const sent = sendAll(clock, rate, 1);
  await settled();
  expect(sent).toEqual([]);
});

it('lets those behind an aborted one move up', async () => {
  const { clock, window: rate } = window({ requests: 1 });
  (await rate.turn(FAR, patient())).sent();
  const caller = new AbortController();
  const aborted = rate.turn(FAR, caller.signal);
  const sent = sendAll(clock, rate, 1);
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
  const { clock, window: rate } = window({ believeLimit });
  rate.observe({ limit });
  const sent = sendAll(clock, rate, 6);
  await settled();
  expect(sent).toHaveLength(atOnce);
});

it.each<{ given: string; pause: (rate: RateWindow) => void; at: number }>([
  { given: 'nothing remains', pause: (rate) => rate.observe({ remaining: 0, resetMs: 1_800 }), at: 1_800 },
  { given: 'something remains', pause: (rate) => rate.observe({ remaining: 1, resetMs: 1_800 }), at: 0 },
  { given: 'nothing remains until nobody knows', pause: (rate) => rate.observe({ remaining: 0 }), at: 0 },
  { given: 'the CRM has refused', pause: (rate) => rate.pause(700), at: 700 },
])('goes on at $at when $given', async ({ pause, at }) => {
  const { clock, window: rate } = window();
  pause(rate);
  const sent = sendAll(clock, rate, 1);
  await clock.advance(5_000);
  expect(sent).toEqual([`0 at ${at}`]);
});

it('refuses those a pause makes too late', async () => {
  const { clock, window: rate } = window({ requests: 1 });
  const sent = sendAll(clock, rate, 2, 2_000);
  await settled();
  rate.pause(10_000);
  await settled();
  expect(sent).toEqual(['0 at 0', '1 refused, 10000']);
});

it('without a window lets everything pass, but heeds a pause', async () => {
  const clock = new FakeClock({ now: 0 });
  const rate = new RateWindow(clock, { window: null, believeLimit: true });
  rate.observe({ limit: 1 });
  const sent = sendAll(clock, rate, 50);
  await settled();
  expect(sent).toHaveLength(50);
  rate.pause(300);
  const later = sendAll(clock, rate, 1);
  await clock.advance(300);
  expect(later).toEqual(['0 at 300']);
});

it('never sends more than the limit in any window, however long requests take to their socket', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 5 }),
      fc.array(fc.record({ arrives: fc.nat(3_000), connects: fc.nat(2_000) }), { minLength: 1, maxLength: 30 }),
      async (requests, arrivals) => {
        const { clock, window: rate } = window({ requests });
        const sentAt: number[] = [];
        for (const { arrives, connects } of arrivals) {
          void clock.sleep(arrives).then(async () => {
            const turn = await rate.turn(FAR, patient());
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

import { expect, it } from 'vitest';
import { CRMS } from './account.ts';
import { withRig } from './lanes.ts';
import { haveOutage, OUTAGES } from './outage.ts';

const OPERATIONS = 300;
const BUSY = { DEALGRAPH_MAX_LOOP_DELAY_MS: '0' };
const [, unavailable] = OUTAGES;
const fault = unavailable?.fault ?? { kind: 'hang' };

it('while a CRM is out, a tenth of all requests is sent again, and a few', { timeout: 120_000 }, async () => {
  await withRig(
    async (rig) => {
      for (const crm of CRMS) {
        const { requests, seconds, codes } = await haveOutage(rig, crm, fault, OPERATIONS);
        expect(codes).toEqual({ UPSTREAM_UNAVAILABLE: OPERATIONS });
        // Three in hand, for each ten seconds that it took.
        const inHand = 3 * Math.ceil(seconds / 10);
        expect(requests).toBeGreaterThan(OPERATIONS);
        expect(requests).toBeLessThanOrEqual(OPERATIONS * 1.1 + inHand);
      }
    },
    { env: { ...BUSY, DEALGRAPH_BREAKER_CALLS: '0' } },
  );
});

it('and soon nothing is sent any more', { timeout: 120_000 }, async () => {
  await withRig(
    async (rig) => {
      for (const crm of CRMS) {
        const { requests, seconds, codes } = await haveOutage(rig, crm, fault, OPERATIONS);
        expect(codes).toEqual({ UPSTREAM_UNAVAILABLE: OPERATIONS });
        // One finds out from time to time whether it works again.
        expect(requests).toBeLessThan(60 + seconds);
      }
    },
    { env: { ...BUSY, DEALGRAPH_BREAKER_CALLS: '20' } },
  );
});

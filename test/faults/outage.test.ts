import { expect, it } from 'vitest';
import { CRMS } from './account.ts';
import { withRig } from './lanes.ts';
import { haveOutage, OUTAGES } from './outage.ts';

/** `npm run faults` has twice to four times as many, and other outages. */
const OPERATIONS = 150;
/** The machine that runs this may have other things to do. */
const BUSY = { DEALGRAPH_MAX_LOOP_DELAY_MS: '0', DEALGRAPH_QUERY_TIMEOUT_MS: '60000' };
const [, unavailable] = OUTAGES;
const fault = unavailable?.fault ?? { kind: 'hang' };

it('while a CRM is out, a tenth of all requests is sent again, and a few', async () => {
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

it('and soon nothing is sent any more', async () => {
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

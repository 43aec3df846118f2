import { CRMS } from './account.ts';
import type { Outage } from './beyond-report.ts';
import { type HostileCost, hostileCosts } from './hostile-cost.ts';
import { withRig } from './lanes.ts';
import { haveOutage, type IsolationFigures, measureIsolation, OUTAGES, recover } from './outage.ts';

/** The machine that runs this may have other things to do. */
const BUSY = { DEALGRAPH_MAX_LOOP_DELAY_MS: '0', DEALGRAPH_QUERY_TIMEOUT_MS: '2000' };
const OPERATIONS = 600;
/** Each takes until its time is over. */
const SLOW_OPERATIONS = 80;
const ROUND_MS = 2_000;

/** Each way for a CRM to be out as a whole, with a gateway that leaves it alone then and with one that never does. */
export async function runOutages(): Promise<readonly Outage[]> {
  const outages: Outage[] = [];
  for (const breaker of [false, true]) {
    const env = { ...BUSY, DEALGRAPH_BREAKER_CALLS: breaker ? '20' : '0' };
    for (const { name: outage, fault } of OUTAGES) {
      await withRig(
        async (rig) => {
          for (const crm of CRMS) {
            const figures = await haveOutage(rig, crm, fault, fault.kind === 'hang' ? SLOW_OPERATIONS : OPERATIONS);
            outages.push({ ...figures, crm, outage, breaker, recoveredMs: await recover(rig, crm) });
          }
        },
        { env },
      );
    }
  }
  return outages;
}

export async function runIsolation(): Promise<readonly IsolationFigures[]> {
  const figures: IsolationFigures[] = [];
  for (const outage of OUTAGES) {
    for (const dead of CRMS) {
      const measured = await withRig((rig) => measureIsolation(rig, dead, outage, ROUND_MS), {
        env: { ...BUSY, DEALGRAPH_BREAKER_CALLS: '20' },
      });
      figures.push(measured);
    }
  }
  return figures;
}

export function runHostile(): Promise<readonly HostileCost[]> {
  return withRig(hostileCosts, { env: BUSY });
}

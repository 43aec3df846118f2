import { GatewayError } from '../../domain/errors.ts';
import type { DealWriteReport } from '../../domain/write-report.ts';
import type { WriteCall } from '../../domain/write-step.ts';
import type { Clock } from '../../transport/clock.ts';
import { appliedIf } from '../settling.ts';
import { type PipedriveApi, sameRecord } from './api.ts';
import { ENDPOINTS } from './endpoints.ts';
import { settleDeletedDeal } from './evidence.ts';
import { isDeleted } from './records.ts';
import { takeStep } from './steps.ts';
import { attempt, stopError, stopProblem } from './write-problems.ts';

/** Merges one deal after the other, and stops at the first that fails. */
export async function mergeDeals(
  api: PipedriveApi,
  clock: Clock,
  keep: string,
  absorb: readonly string[],
  call: WriteCall,
): Promise<DealWriteReport> {
  for (const [index, absorbed] of absorb.entries()) {
    const merged = await attempt(mergeInto(api, keep, absorbed, call));
    if (!(merged instanceof GatewayError)) continue;
    const untried = absorb.length - index - 1;
    const rest = untried === 0 ? null : `the ${untried} after it were not merged`;
    const stop = { error: merged, path: ['absorb', String(index)], rest };
    if (index === 0) throw stopError(stop);
    return { deal: keep, problems: [stopProblem(stop, clock.now())] };
  }
  return { deal: keep, problems: [] };
}

/** The deal in the path is the one that disappears (v1, PUT /deals/{id}/merge); the answer is the one that stays. */
function mergeInto(api: PipedriveApi, keep: string, absorbed: string, call: WriteCall): Promise<string> {
  return takeStep(
    api,
    {
      name: `merge ${absorbed}`,
      endpoint: ENDPOINTS.mergeDeal,
      ids: { id: absorbed },
      sent: { body: { merge_with_id: Number(keep) } },
      read: (data) => sameRecord(data, keep),
      async settle(settling) {
        const gone = await settleDeletedDeal(api, absorbed, settling);
        if (gone.state !== 'APPLIED') return gone;
        const kept = await api.one(ENDPOINTS.deal, keep, settling.call);
        return appliedIf(kept !== null && !isDeleted(kept), keep, `both deals are gone, ${keep} too`);
      },
      previewed: keep,
    },
    call,
  );
}

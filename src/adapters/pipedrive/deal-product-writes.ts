import type { DealProductWrites } from '../../domain/deal-writes.ts';
import type { Clock } from '../../transport/clock.ts';
import { addLines } from './add-lines.ts';
import { type PipedriveApi, sameRecord } from './api.ts';
import { LINE_KEYS, lineBody } from './deal-product-body.ts';
import { deleteLines } from './delete-lines.ts';
import { ENDPOINTS } from './endpoints.ts';
import { checkAddition, checkChange, checkDeletion, checkLines } from './line-rules.ts';
import { stopError, stopProblem } from './write-problems.ts';

export function createDealProductWrites(api: PipedriveApi, clock: Clock): DealProductWrites {
  return {
    async add(deal, drafts, call) {
      checkLines(api.crm, drafts, clock.now());
      await checkAddition(api, deal, drafts, call);
      const { lines, stop } = await addLines(api, deal, drafts, call);
      if (stop !== null && lines.length === 0) {
        // It is the deal that was not found: the products had been looked up.
        throw stop.error.code === 'NOT_FOUND' ? stop.error : stopError(stop);
      }
      return { lines, problems: stop === null ? [] : [stopProblem(stop, clock.now())] };
    },

    async update(deal, line, patch, call) {
      await checkChange(api, deal, line, patch, call, clock.now());
      const body = lineBody(patch);
      if (Object.keys(body).length > 0) {
        const sent = { body, keys: LINE_KEYS };
        await api.write(ENDPOINTS.updateLine, { id: deal, line }, sent, call, (data) => sameRecord(data, line));
      }
      return { lines: [line], problems: [] };
    },

    async delete(deal, lines, before, call) {
      await checkDeletion(api, deal, lines, before, call);
      const { deleted, stops } = await deleteLines(api, deal, lines, call);
      const [first] = stops;
      if (first !== undefined && deleted.length === 0) throw stopError(first);
      return { lines: deleted, problems: stops.map((stop) => stopProblem(stop, clock.now())) };
    },
  };
}

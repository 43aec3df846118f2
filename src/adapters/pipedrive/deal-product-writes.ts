import type { Call } from '../../domain/call.ts';
import type { DealProductWrites } from '../../domain/deal-writes.ts';
import type { Clock } from '../../transport/clock.ts';
import { idOf, isWire, type Wire } from '../wire.ts';
import { addLines } from './add-lines.ts';
import { type PipedriveApi, sameRecord } from './api.ts';
import { LINE_KEYS, lineBody } from './deal-product-body.ts';
import { deleteLines } from './delete-lines.ts';
import { ENDPOINTS } from './endpoints.ts';
import { settleUpdate } from './evidence.ts';
import { checkAddition, checkChange, checkDeletion, checkLines } from './line-rules.ts';
import { takePreparedStep } from './steps.ts';
import { stopError, stopProblem } from './write-problems.ts';

export function createDealProductWrites(api: PipedriveApi, clock: Clock): DealProductWrites {
  async function lineOf(deal: string, line: string, call: Call): Promise<Wire | null> {
    const lines = await api.all(ENDPOINTS.linesOfDeals, [['deal_ids', deal]], call);
    return lines.filter(isWire).find((wire) => idOf(wire) === line) ?? null;
  }

  return {
    async add(deal, drafts, call) {
      checkLines(api.crm, drafts, clock.now());
      const { lines, stop } = await addLines(api, deal, drafts, call, () => checkAddition(api, deal, drafts, call));
      if (stop !== null && lines.length === 0) {
        // It is the deal that was not found: the products had been looked up.
        throw stop.error.code === 'NOT_FOUND' ? stop.error : stopError(stop);
      }
      return { lines, problems: stop === null ? [] : [stopProblem(stop, clock.now())] };
    },

    async update(deal, line, patch, call) {
      const body = lineBody(patch);
      if (Object.keys(body).length > 0) {
        await takePreparedStep(
          api,
          {
            name: 'update',
            endpoint: ENDPOINTS.updateLine,
            ids: { id: deal, line },
            async prepare() {
              await checkChange(api, deal, line, patch, call, clock.now());
              return { sent: { body, keys: LINE_KEYS }, note: [] };
            },
            read: (data) => sameRecord(data, line),
            settle: async (_note, settling) => settleUpdate(await lineOf(deal, line, settling.call), body, line),
            previewed: line,
          },
          call,
        );
      }
      return { lines: [line], problems: [] };
    },

    async delete(deal, lines, before, call) {
      const check = () => checkDeletion(api, deal, lines, before, call);
      const { deleted, stops } = await deleteLines(api, deal, lines, call, check);
      const [first] = stops;
      if (first !== undefined && deleted.length === 0) throw stopError(first);
      return { lines: deleted, problems: stops.map((stop) => stopProblem(stop, clock.now())) };
    },
  };
}

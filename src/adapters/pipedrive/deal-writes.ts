import type { DealWrites } from '../../domain/deal-writes.ts';
import { GatewayError, type Problem } from '../../domain/errors.ts';
import type { Clock } from '../../transport/clock.ts';
import { id as idOf, object } from '../wire.ts';
import { addLines } from './add-lines.ts';
import { type PipedriveApi, sameRecord } from './api.ts';
import { customFieldsBody } from './custom-field-writes.ts';
import { dealBody, dealKeys, newDealBody } from './deal-body.ts';
import { checkLines } from './deal-product-writes.ts';
import { ENDPOINTS } from './endpoints.ts';
import type { Fields } from './fields.ts';
import { attempt, stopError, stopProblem } from './write-problems.ts';

export function createDealWrites(api: PipedriveApi, fields: Fields, clock: Clock): DealWrites {
  return {
    async add(draft, call) {
      checkLines(api.crm, draft.products ?? [], clock.now());
      const customFields = await customFieldsBody(api.crm, fields.Deal, draft.customFields ?? [], call);
      const body = newDealBody(draft, customFields);
      const sent = { body, keys: dealKeys(draft, body) };
      const deal = await api.write(ENDPOINTS.addDeal, {}, sent, call, (data) => idOf(object(data, 'data')));
      const { stop } = await addLines(api, deal, draft.products ?? [], call);
      return { deal, problems: stop === null ? [] : [stopProblem(stop, clock.now())] };
    },

    async update(deal, patch, call) {
      const customFields = await customFieldsBody(api.crm, fields.Deal, patch.customFields ?? [], call);
      const body = dealBody(patch, customFields);
      if (Object.keys(body).length > 0) {
        const sent = { body, keys: dealKeys(patch, body) };
        await api.write(ENDPOINTS.updateDeal, { id: deal }, sent, call, (data) => sameRecord(data, deal));
      }
      return { deal, problems: [] };
    },

    /** The deal in the path is the one that disappears (v1, PUT /deals/{id}/merge); the answer is the one that stays. */
    async merge(keep, absorb, call) {
      for (const [index, absorbed] of absorb.entries()) {
        const body = { merge_with_id: Number(keep) };
        const merged = await attempt(
          api.write(ENDPOINTS.mergeDeal, { id: absorbed }, { body }, call, (data) => sameRecord(data, keep)),
        );
        if (!(merged instanceof GatewayError)) continue;
        const untried = absorb.length - index - 1;
        const rest = untried === 0 ? null : `the ${untried} after it were not merged`;
        const stop = { error: merged, path: ['absorb', String(index)], rest };
        if (index === 0) throw stopError(stop);
        return { deal: keep, problems: [stopProblem(stop, clock.now())] };
      }
      return { deal: keep, problems: [] };
    },

    async duplicate(original, { title }, call) {
      const copy = await api.write(ENDPOINTS.duplicateDeal, { id: original }, {}, call, (data) =>
        idOf(object(data, 'data')),
      );
      const problems: Problem[] = [];
      if (title !== undefined) {
        const renamed = await attempt(
          api.write(ENDPOINTS.updateDeal, { id: copy }, { body: { title } }, call, (data) => sameRecord(data, copy)),
        );
        if (renamed instanceof GatewayError) {
          problems.push(stopProblem({ error: renamed, path: ['title'], rest: null }, clock.now()));
        }
      }
      return { deal: copy, problems };
    },

    async delete(deal, call) {
      await api.write(ENDPOINTS.deleteDeal, { id: deal }, {}, call, (data) => sameRecord(data, deal));
      return { deal, problems: [] };
    },
  };
}

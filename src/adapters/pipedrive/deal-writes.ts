import type { Call } from '../../domain/call.ts';
import type { DealDraft, DealPatch, DealWrites } from '../../domain/deal-writes.ts';
import { GatewayError, type Problem } from '../../domain/errors.ts';
import type { Clock } from '../../transport/clock.ts';
import { id as idOf, object } from '../wire.ts';
import { addLines } from './add-lines.ts';
import { type PipedriveApi, sameRecord } from './api.ts';
import { customFieldsBody } from './custom-field-writes.ts';
import { dealBody, dealKeys, type LookedUp, newDealBody } from './deal-body.ts';
import { ENDPOINTS } from './endpoints.ts';
import type { Fields } from './fields.ts';
import { chooseLabels } from './labels.ts';
import { checkLines } from './line-rules.ts';
import { attempt, invalidInput, stopError, stopProblem } from './write-problems.ts';

/** Pipedrive's levels of `visible_to`; what each means depends on the plan. */
const VISIBILITIES: readonly number[] = [1, 3, 5, 7];

export function createDealWrites(api: PipedriveApi, fields: Fields, clock: Clock): DealWrites {
  const { crm } = api;

  async function lookUp({ customFields, labels }: DealPatch, call: Call): Promise<LookedUp> {
    return {
      customFields: await customFieldsBody(crm, fields.Deal, customFields ?? [], call),
      labels: labels && (await chooseLabels(crm, fields.Deal, labels, call)),
    };
  }

  return {
    async add(draft, call) {
      checkLines(crm, draft.products ?? [], clock.now());
      checkDraft(crm, draft);
      const lookedUp = await lookUp(draft, call);
      const body = newDealBody(draft, lookedUp);
      const sent = { body, keys: dealKeys(lookedUp, body) };
      const deal = await api.write(ENDPOINTS.addDeal, {}, sent, call, (data) => idOf(object(data, 'data')));
      const { stop } = await addLines(api, deal, draft.products ?? [], call);
      return { deal, problems: stop === null ? [] : [stopProblem(stop, clock.now())] };
    },

    async update(deal, patch, call) {
      checkVisibility(crm, patch);
      const lookedUp = await lookUp(patch, call);
      const body = dealBody(patch, lookedUp);
      if (Object.keys(body).length > 0) {
        const sent = { body, keys: dealKeys(lookedUp, body) };
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

function checkVisibility(crm: string, { visibility }: DealPatch): void {
  if (visibility === undefined || VISIBILITIES.includes(visibility)) return;
  throw invalidInput(crm, ['visibility'], `has to be one of ${VISIBILITIES.join(', ')}`);
}

/** Refuses what Pipedrive would refuse once part of a new deal is written, or without saying why. */
function checkDraft(crm: string, draft: DealDraft): void {
  checkVisibility(crm, draft);
  if (draft.isArchived && draft.products) {
    throw invalidInput(crm, ['isArchived'], 'lines cannot be added to an archived deal: archive it once it has them');
  }
  if (draft.archivedAt !== undefined && !draft.isArchived) {
    throw invalidInput(crm, ['archivedAt'], 'only an archived deal has it');
  }
  const closing = (['closedAt', 'wonAt', 'lostAt'] as const).find((name) => draft[name] !== undefined);
  if (closing !== undefined && draft.status === undefined) {
    throw invalidInput(crm, [closing], 'a new deal is open unless a status is given with it');
  }
}

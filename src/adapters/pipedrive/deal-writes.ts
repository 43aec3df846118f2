import type { DealDraft, DealPatch, DealWrites } from '../../domain/deal-writes.ts';
import { GatewayError, type Problem } from '../../domain/errors.ts';
import type { WriteCall } from '../../domain/write-step.ts';
import type { Clock } from '../../transport/clock.ts';
import { STAND_IN_ID } from '../prepared-step.ts';
import { noteOf, textLikeness } from '../shown.ts';
import { id as idOf, object } from '../wire.ts';
import { addLines } from './add-lines.ts';
import { copyTitle, settleAddedDeal, settleDuplicate } from './added-deals.ts';
import { type PipedriveApi, sameRecord } from './api.ts';
import { customFieldsBody } from './custom-field-writes.ts';
import { dealBody, dealKeys, type LookedUp, newDealBody } from './deal-body.ts';
import { ENDPOINTS } from './endpoints.ts';
import { settleDeletedDeal, settleUpdate } from './evidence.ts';
import type { Fields } from './fields.ts';
import { chooseLabels } from './labels.ts';
import { checkLines } from './line-rules.ts';
import type { Me } from './me.ts';
import { mergeDeals } from './merge.ts';
import { createMergePreview } from './merge-preview.ts';
import { takePreparedStep, takeStep } from './steps.ts';
import { attempt, invalidInput, stopProblem } from './write-problems.ts';

/** Pipedrive's levels of `visible_to`; what each means depends on the plan. */
const VISIBILITIES: readonly number[] = [1, 3, 5, 7];

export function createDealWrites(api: PipedriveApi, fields: Fields, me: Me, clock: Clock): DealWrites {
  const { crm } = api;

  async function lookUp({ customFields, labels }: DealPatch, call: WriteCall): Promise<LookedUp> {
    return {
      customFields: await customFieldsBody(crm, fields.Deal, customFields ?? [], call),
      labels: labels && (await chooseLabels(crm, fields.Deal, labels, call)),
    };
  }

  /** The step that changes a deal. */
  function write(name: string, deal: string, patch: DealPatch, call: WriteCall): Promise<string> {
    return takePreparedStep(
      api,
      {
        name,
        endpoint: ENDPOINTS.updateDeal,
        ids: { id: deal },
        async prepare() {
          const lookedUp = await lookUp(patch, call);
          const body = dealBody(patch, lookedUp);
          return { sent: { body, keys: dealKeys(lookedUp, body) }, note: noteOf(body) };
        },
        read: (data) => sameRecord(data, deal),
        settle: async (body, settling) => settleUpdate(await api.one(ENDPOINTS.deal, deal, settling.call), body, deal),
        previewed: deal,
      },
      call,
    );
  }

  return {
    async add(draft, call) {
      checkLines(crm, draft.products ?? [], clock.now());
      checkDraft(crm, draft);
      const deal = await takePreparedStep(
        api,
        {
          name: 'add',
          endpoint: ENDPOINTS.addDeal,
          ids: {},
          async prepare() {
            const lookedUp = await lookUp(draft, call);
            const body = newDealBody(draft, lookedUp);
            return { sent: { body, keys: dealKeys(lookedUp, body) }, note: noteOf(body) };
          },
          read: (data) => idOf(object(data, 'data')),
          settle: (body, settling) => settleAddedDeal(api, me, body, settling),
          likeness: () => textLikeness(draft.title),
          previewed: STAND_IN_ID,
        },
        call,
      );
      const { stop } = await addLines(api, deal, draft.products ?? [], call);
      return { deal, problems: stop === null ? [] : [stopProblem(stop, clock.now())] };
    },

    async update(deal, patch, call) {
      checkVisibility(crm, patch);
      if (isGiven(patch)) await write('update', deal, patch, call);
      return { deal, problems: [] };
    },

    merge: (keep, absorb, call) => mergeDeals(api, clock, keep, absorb, call),
    previewMerge: createMergePreview(api),

    async duplicate({ id: original, title: originalTitle }, { title }, call) {
      const copy = await takeStep(
        api,
        {
          name: 'duplicate',
          endpoint: ENDPOINTS.duplicateDeal,
          ids: { id: original },
          read: (data) => idOf(object(data, 'data')),
          settle: (settling) => settleDuplicate(api, me, original, settling),
          likeness: textLikeness(copyTitle(originalTitle)),
          previewed: STAND_IN_ID,
        },
        call,
      );
      const problems: Problem[] = [];
      if (title !== undefined) {
        const renamed = await attempt(write('title', copy, { title }, call));
        if (renamed instanceof GatewayError) {
          problems.push(stopProblem({ error: renamed, path: ['title'], rest: null }, clock.now()));
        }
      }
      return { deal: copy, problems };
    },

    async delete(deal, call) {
      await takeStep(
        api,
        {
          name: 'delete',
          endpoint: ENDPOINTS.deleteDeal,
          ids: { id: deal },
          read: (data) => sameRecord(data, deal),
          settle: (settling) => settleDeletedDeal(api, deal, settling),
          previewed: deal,
        },
        call,
      );
      return { deal, problems: [] };
    },
  };
}

/** Whether anything would be sent. */
function isGiven({ customFields = [], ...patch }: DealPatch): boolean {
  return customFields.length > 0 || Object.values(patch).some((value) => value !== undefined);
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

import type { JsonValue, Settlement, Settling } from '../../domain/write-step.ts';
import { theOnly, unknown } from '../settling.ts';
import { isWire } from '../wire.ts';
import type { PipedriveApi } from './api.ts';
import { ENDPOINTS } from './endpoints.ts';
import { dealsAddedWith, idsOf, isMadeBy, shows } from './evidence.ts';
import { currentUserId, type Me } from './me.ts';
import { isDeleted } from './records.ts';

/** What a copy keeps of its deal, as far as it is known (v1, POST /deals/{id}/duplicate). */
const COPIED = ['value', 'currency', 'person_id', 'org_id', 'pipeline_id', 'stage_id'] as const;

/** The deal that an addition whose answer was lost made: added since by our own user, with all that was sent. */
export async function settleAddedDeal(
  api: PipedriveApi,
  me: Me,
  body: JsonValue,
  settling: Settling<unknown>,
): Promise<Settlement<string>> {
  const isArchived = isWire(body) && body.is_archived === true;
  const [own, deals] = await Promise.all([
    currentUserId(api.crm, me, settling.call),
    dealsAddedWith(api, settling, isArchived),
  ]);
  const found = deals.filter((deal) => isMadeBy(deal, own, 'creator_user_id') && shows(deal, body));
  return theOnly('deal', idsOf(found), settling);
}

/** The title that the server gives to a copy. */
export function copyTitle(title: string): string {
  return `${title} (copy)`;
}

/** The copy that a duplication whose answer was lost made. */
export async function settleDuplicate(
  api: PipedriveApi,
  me: Me,
  original: string,
  settling: Settling<unknown>,
): Promise<Settlement<string>> {
  const wire = await api.one(ENDPOINTS.deal, original, settling.call);
  if (wire === null || isDeleted(wire)) return unknown(`the deal ${original} is not there to compare copies with`);
  const copied = Object.fromEntries(COPIED.map((key) => [key, wire[key] ?? null]));
  return settleAddedDeal(api, me, { ...copied, title: copyTitle(String(wire.title)) } as JsonValue, settling);
}

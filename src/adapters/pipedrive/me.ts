import type { Call } from '../../domain/call.ts';
import type { Kept, KeptAnswers } from '../kept.ts';
import { id, readRecord, type Wire } from '../wire.ts';
import type { PipedriveApi } from './api.ts';
import { ENDPOINTS } from './endpoints.ts';

/** The user the token belongs to, with facts of their company (v1, GET /users/me), read once and kept. */
export type Me = Kept<Wire>;

export function createMe(api: PipedriveApi, answers: KeptAnswers): Me {
  return answers.keep(ENDPOINTS.me.template, (call) => api.singleton(ENDPOINTS.me, call));
}

/** The remote id of the token's user. */
export async function currentUserId(crm: string, me: Me, call: Call): Promise<string> {
  return readRecord(crm, 'user', await me.get(call), (wire) => id(wire));
}

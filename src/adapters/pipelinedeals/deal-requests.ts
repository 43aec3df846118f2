import type { Call } from '../../domain/call.ts';
import { isRemoteId } from '../../domain/ref.ts';
import type { HttpAnswer } from '../../transport/http-client.ts';
import { idOf } from '../wire.ts';
import type { Account } from './account.ts';
import { collection, isEmpty, isSuccess, member, type Query } from './api.ts';
import { notFound, refusal } from './write-errors.ts';

type Body = Readonly<Record<string, unknown>>;

/*
 * Writes on `/deals`. Each is sent once. Mails to the owner, which the API may send by default, are switched off.
 */
const NO_ASSIGNMENT_MAIL: Query = [['deliver_assignment_email', false]];
export const NO_REASSIGNMENT_MAIL: Query = [['deliver_reassignment_email', false]];

/** Adds a deal and answers with its id; `modifiers` stand beside the deal in the body. */
export async function postDeal(account: Account, body: Body, call: Call, modifiers: Body = {}): Promise<string> {
  const endpoint = collection('deals');
  const answer = await account.api.send(
    { method: 'POST', ...endpoint, query: NO_ASSIGNMENT_MAIL, body: { deal: body, ...modifiers } },
    call,
  );
  if (!isSuccess(answer)) throw refusal(account.crm, answer, customFieldKeys(body));
  const id = idOf(answer.body);
  if (id === null || !isRemoteId(id)) throw account.api.unreadable(endpoint, answer, 'POSSIBLE');
  return id;
}

/** Writes on a deal what `body` has and nothing else. */
export async function putDeal(
  account: Account,
  id: string,
  body: Body,
  call: Call,
  modifiers: Body = {},
): Promise<void> {
  const endpoint = member('deals', id);
  const answer = await account.api.send(
    { method: 'PUT', ...endpoint, query: NO_REASSIGNMENT_MAIL, body: { deal: body, ...modifiers } },
    call,
  );
  if (answer.status === 404) throw notFound(account.crm, id);
  if (!isSuccess(answer)) throw refusal(account.crm, answer, customFieldKeys(body));
  if (idOf(answer.body) !== id) throw account.api.unreadable(endpoint, answer, 'POSSIBLE');
}

/** Deletes a deal: 204 today, 200 without a body in the older dialect. */
export async function deleteDeal(account: Account, id: string, call: Call): Promise<void> {
  const endpoint = member('deals', id);
  const answer = await account.api.send({ method: 'DELETE', ...endpoint }, call);
  if (isMissing(answer)) throw notFound(account.crm, id);
  if (!isSuccess(answer)) throw refusal(account.crm, answer);
  if (!isEmpty(answer.body)) throw account.api.unreadable(endpoint, answer, 'POSSIBLE');
}

function isMissing(answer: HttpAnswer): boolean {
  return answer.status === 404 || (answer.status === 422 && isEmpty(answer.body));
}

/** In the order in which they were given: a refused one is found at its place. */
function customFieldKeys({ custom_fields: fields }: Body): readonly string[] {
  return Object.keys(Object(fields));
}

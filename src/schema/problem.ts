import type { Problem, ProblemCode } from '../domain/errors.ts';
import { builder } from './builder.ts';
import { CrmType } from './crm.ts';

const CODES: Record<ProblemCode, string> = {
  INVALID_INPUT: 'The input is not acceptable as it stands; `path` says where.',
  NOT_FOUND: 'The CRM does not have the record.',
  CONFLICT: 'The record was changed since, or is already what was asked for.',
  UNSUPPORTED: 'The CRM cannot do this; see its capabilities.',
  FORBIDDEN:
    'The CRM does not allow this to the account the gateway uses, or the gateway does not allow it to the caller.',
  RATE_LIMITED: 'Too much at once; `retryAt` says when to try again.',
  BUDGET_EXCEEDED: 'It would cost more than is allowed.',
  REJECTED_BY_CRM: 'The CRM refused the values.',
  KEY_REUSED: 'The idempotency key was used for another input.',
  IN_PROGRESS: 'The same write is still running.',
  JOURNAL_UNAVAILABLE: 'The gateway cannot write its journal, so it sends no writes.',
  OUTCOME_UNKNOWN: 'It was sent, and whether it took effect could not be established. Look before trying again.',
  UPSTREAM_UNAVAILABLE: 'The CRM could not be reached or failed.',
  UPSTREAM_TIMEOUT: 'The CRM did not answer in time.',
  UPSTREAM_UNAUTHORIZED: "The CRM refuses the gateway's credentials.",
  UPSTREAM_QUOTA: "The CRM's daily budget is spent.",
  UPSTREAM_INVALID_RESPONSE: 'The CRM answered something that cannot be read.',
};

const ProblemCodeType = builder.enumType('ProblemCode', {
  description: 'What kind of problem it is.',
  values: Object.fromEntries(Object.entries(CODES).map(([code, description]) => [code, { description }])) as Record<
    ProblemCode,
    { description: string }
  >,
});

export const ProblemType = builder.objectRef<Problem>('Problem').implement({
  description: 'What went wrong with a write, or was left out of a list.',
  fields: (t) => ({
    code: t.expose('code', { type: ProblemCodeType, nullable: false, description: 'What a program acts on.' }),
    message: t.exposeString('message', { nullable: false, description: 'What a person reads.' }),
    path: t.stringList({
      nullable: { list: true, items: false },
      description: 'Where in the arguments, for example `["input", "title"]`; list items by index from 0.',
      resolve: (problem) => problem.path,
    }),
    crm: t.field({
      type: CrmType,
      description: 'The CRM it happened in.',
      resolve: (problem, _args, { crms }) => (problem.crm === null ? null : (crms.get(problem.crm)?.crm ?? null)),
    }),
    isRetryable: t.exposeBoolean('isRetryable', {
      nullable: false,
      description: 'Whether trying the same again may succeed.',
    }),
    retryAt: t.expose('retryAt', { type: 'DateTime', description: 'When trying again makes sense.' }),
  }),
});

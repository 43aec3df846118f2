import {
  dealIdsOf,
  type FieldChange,
  isShownTo,
  OPERATION_STATES,
  type Operation,
  type OperationCall,
  type OperationState,
} from '../domain/operation.ts';
import { OUTCOMES, type Outcome } from '../domain/outcome.ts';
import { parseGlobalId } from '../domain/ref.ts';
import { revive } from '../writes/keep.ts';
import { shown } from '../writes/shown-input.ts';
import { builder } from './builder.ts';
import { CrmType } from './crm.ts';
import { DealType } from './deal.ts';
import { follow, linksTo } from './link.ts';
import { ProblemType } from './problem.ts';

const OUTCOME_WORDS: Record<Outcome, string> = {
  APPLIED: 'Done.',
  REPLAYED: 'Done by an earlier request with the same idempotency key; nothing was written now.',
  PREVIEWED: 'Nothing was written, as asked for.',
  REJECTED: 'Nothing was written; `problems` say why.',
  PARTIAL: 'Part of it was done; `problems` say what was not.',
  UNKNOWN: 'It was sent, and its effect could not be established. `operation` tells what is found out later.',
};

export const OutcomeType = builder.enumType('Outcome', {
  description: 'How a write ended.',
  values: Object.fromEntries(OUTCOMES.map((one) => [one, { description: OUTCOME_WORDS[one] }])) as Record<
    Outcome,
    { description: string }
  >,
});

const STATE_WORDS: Record<OperationState, string> = {
  RUNNING: 'Under way.',
  SETTLING: 'Answered, but what came of part of it is still being looked into.',
  DONE: 'Over.',
  UNSETTLED: 'Over, and what came of it was never found out: look in the CRM.',
};

export const OperationStateType = builder.enumType('OperationState', {
  description: 'Where an operation is.',
  values: Object.fromEntries(OPERATION_STATES.map((one) => [one, { description: STATE_WORDS[one] }])) as Record<
    OperationState,
    { description: string }
  >,
});

export const FieldChangeType = builder.objectRef<FieldChange>('FieldChange').implement({
  description: 'A field of a record taking another value, as a write asks for it.',
  fields: (t) => ({
    record: t.id({ description: 'The record; null for one that is only being made.', resolve: (one) => one.record }),
    field: t.exposeString('field', {
      nullable: false,
      description: 'The field as inputs name it; `customFields.<key>` for one the account added.',
    }),
    before: t.field({ type: 'JSON', description: 'What it was; null for nothing.', resolve: (one) => one.before }),
    after: t.field({ type: 'JSON', description: 'What it is to be; null for nothing.', resolve: (one) => one.after }),
  }),
});

export const OperationCallType = builder.objectRef<OperationCall>('OperationCall').implement({
  description: 'A request to a CRM that writes, without ids, values and secrets.',
  fields: (t) => ({
    crm: t.field({
      type: CrmType,
      description: 'The CRM.',
      resolve: (one, _args, { crms }) => crms.get(one.crm)?.crm ?? null,
    }),
    method: t.exposeString('method', { nullable: false, description: 'Its HTTP method.' }),
    path: t.exposeString('template', { nullable: false, description: 'Its path, `{id}` in place of ids.' }),
    tokens: t.exposeInt('tokens', { description: 'Its published cost; null on a CRM without tokens.' }),
  }),
});

export const OperationType = builder.objectRef<Operation>('Operation').implement({
  description: 'A write that was asked of the gateway, as its journal has it.',
  fields: (t) => ({
    id: t.exposeID('id', { nullable: false, description: 'Its id; later operations have greater ones.' }),
    mutation: t.exposeString('mutation', { nullable: false, description: "The mutation's name." }),
    state: t.expose('state', { type: OperationStateType, nullable: false, description: 'Where it is.' }),
    at: t.expose('startedAt', { type: 'DateTime', nullable: false, description: 'When it began.' }),
    finishedAt: t.expose('finishedAt', {
      type: 'DateTime',
      description: 'When its outcome was established last; null while it is under way.',
    }),
    caller: t.exposeString('caller', {
      nullable: false,
      description: 'Who asked for it; behind a `#`, what tells the credentials apart that it brought.',
    }),
    crms: t.field({
      type: [CrmType],
      nullable: false,
      description: 'The CRMs it writes to, as far as they are still configured.',
      resolve: (one, _args, { crms }) => one.crms.flatMap((id) => crms.get(id)?.crm ?? []),
    }),
    input: t.field({
      type: 'JSON',
      description: "The mutation's arguments; values that go by the name of credentials are removed.",
      resolve: (one) => shown(revive(one.input)),
    }),
    outcome: t.expose('outcome', { type: OutcomeType, description: 'How it ended; null while it is under way.' }),
    problems: t.field({
      type: [ProblemType],
      nullable: false,
      description: 'Why it was not done, or which part was not.',
      resolve: (one) => one.problems,
    }),
    changes: t.field({
      type: [FieldChangeType],
      nullable: false,
      description: 'What it changes; empty when nothing was written.',
      resolve: (one) => one.changes,
    }),
    calls: t.field({
      type: [OperationCallType],
      nullable: false,
      description: 'The writing requests it made, in order.',
      resolve: (one) => one.steps.map(({ call }) => call),
    }),
    dealIds: t.idList({
      nullable: { list: false, items: false },
      description: 'The deals it is about that existed before, and the one it made.',
      resolve: (one) => [...dealIdsOf(one)],
    }),
    deals: t.field({
      type: [DealType],
      nullable: { list: true, items: true },
      description: 'The same as they are now; null where one is gone or its CRM is no longer configured.',
      ...linksTo('Deal'),
      resolve: (one, _args, context, info) =>
        dealIdsOf(one).map((id) => {
          const ref = parseGlobalId(id, 'deals') as {
            readonly crm: string;
            readonly type: 'Deal';
            readonly id: string;
          };
          return context.crms.get(ref.crm) ? follow('Deal', { ref, known: {} }, context, info) : null;
        }) as Promise<null>[],
    }),
  }),
});

builder.objectField(OperationType, 'undoneBy', (t) =>
  t.field({
    type: OperationType,
    description: 'The operation that reversed it; null where none did, or none that the caller is shown.',
    resolve: async (one, _args, { operations, caller }) => {
      const found = one.undoneBy === null ? null : await operations.journal.find(one.undoneBy);
      return found && isShownTo(found, caller) ? found : null;
    },
  }),
);

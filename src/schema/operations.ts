import { credentialsOf } from '../domain/caller.ts';
import { parseId } from '../domain/crms.ts';
import { GatewayError } from '../domain/errors.ts';
import { dealIdsOf, isShownTo, type Operation } from '../domain/operation.ts';
import type { Outcome } from '../domain/outcome.ts';
import { parseGlobalId, type Ref } from '../domain/ref.ts';
import type { Instant } from '../domain/time.ts';
import type { FeedConnection } from '../loaders/feed-page.ts';
import { reading } from '../plan/reads.ts';
import type { Answered } from '../writes/mutation.ts';
import { type UndoResult, undoOperation } from '../writes/undo-operation.ts';
import { builder } from './builder.ts';
import { feedConnection, pageArgs, pageSize } from './connection.ts';
import { ControlInput } from './control.ts';
import { DealType } from './deal.ts';
import { follow, linkTo } from './link.ts';
import { OperationStateType, OperationType, OutcomeType } from './operation.ts';
import { MutationResult } from './write-results.ts';

interface Filter {
  readonly crm?: string | null | undefined;
  readonly mutation?: string | null | undefined;
  readonly outcome?: readonly Outcome[] | null | undefined;
  readonly state?: readonly Operation['state'][] | null | undefined;
  readonly deal?: string | null | undefined;
  readonly caller?: string | null | undefined;
  readonly since?: Instant | null | undefined;
  readonly until?: Instant | null | undefined;
}

const OperationFilter = builder.inputType('OperationFilter', {
  description: 'Which operations; all conditions hold.',
  fields: (t) => ({
    crm: t.id({ description: 'Those that write to this CRM.' }),
    mutation: t.string({ description: 'Those of this mutation, by its name.' }),
    outcome: t.field({ type: [OutcomeType], description: 'Those that ended in one of these ways.' }),
    state: t.field({ type: [OperationStateType], description: 'Those that are in one of these states.' }),
    deal: t.id({ description: 'Those about this deal.' }),
    caller: t.string({ description: 'Those of this caller.' }),
    since: t.field({ type: 'DateTime', description: 'Those that began at this time or later.' }),
    until: t.field({ type: 'DateTime', description: 'Those that began before this time.' }),
  }),
});

const OperationConnection = feedConnection<Operation>('Operation', OperationType, 'operations');

builder.queryFields((t) => ({
  operation: t.field({
    type: OperationType,
    description:
      'One write of the caller, with the scope `admin` of anybody, by the id its result told; null where the journal does not have it any more. What was done with credentials of a caller is shown with the same ones only.',
    args: { id: t.arg.id({ required: true, description: "The operation's id." }) },
    ...reading({ kind: 'own' }),
    resolve: async (_root, { id }, { operations, caller }) => {
      const found = await operations.journal.find(String(id));
      return found && isShownTo(found, caller) ? found : null;
    },
  }),
  operations: t.field({
    type: OperationConnection,
    description:
      'The writes of the caller, with the scope `admin` of everybody, that the journal has, the last begun first. What was done with credentials of a caller is shown with the same ones only.',
    args: { ...pageArgs, filter: t.arg({ type: OperationFilter, description: 'Which of them.' }) },
    ...reading({ kind: 'own' }),
    resolve: async (
      _root,
      { first, after, filter },
      { operations, crms, caller },
    ): Promise<FeedConnection<Operation>> => {
      const size = pageSize(first);
      const deal = filter?.deal == null ? null : parseId(filter.deal, 'Deal', crms, 'filter.deal');
      const found: Operation[] = [];
      for await (const operation of operations.journal.newestFirst(after ? readCursor(after) : null)) {
        if (filter?.since != null && operation.startedAt < filter.since) break;
        if (!isShownTo(operation, caller) || !matches(operation, filter ?? {}, deal)) continue;
        found.push(operation);
        if (found.length > size) break;
      }
      const edges = found.slice(0, size).map((node) => ({ node, cursor: () => cursorOf(node) }));
      return { edges, hasNextPage: found.length > size, hasPreviousPage: Boolean(after) };
    },
  }),
  mergedInto: t.field({
    type: DealType,
    description:
      'The deal that another one became: the one it was merged into, or that was made anew from it, over as many steps as there were. Null where the gateway knows of none, as long as the journal keeps what it did.',
    args: { id: t.arg.id({ required: true, description: 'The deal that is gone.' }) },
    ...reading({ kind: 'ids', isVague: true, ids: (args) => [String(args.id)] }),
    resolve: async (_root, { id }, context, info) => {
      parseId(String(id), 'Deal', context.crms, 'id');
      const moved = await context.operations.journal.movedTo(String(id), credentialsOf(context.caller.id));
      return moved === null
        ? null
        : follow('Deal', { ref: parseGlobalId(moved, 'id') as Ref<'Deal'>, known: {} }, context, info);
    },
  }),
}));

const UndoOperationInput = builder.inputType('UndoOperationInput', {
  description: 'An operation to reverse.',
  fields: (t) => ({ operation: t.id({ required: true, description: 'Its id.' }) }),
});

const UndoOperationResultType = builder.objectRef<Answered<UndoResult>>('UndoOperationResult').implement({
  description: 'How reversing an operation ended.',
  interfaces: [MutationResult],
  fields: (t) => ({
    deal: t.field({
      type: DealType,
      description: 'The deal as it is afterwards; a deleted one as read just before. Null when nothing was written.',
      ...linkTo('Deal'),
      resolve: (result, _args, context, info) => follow('Deal', result.deal, context, info),
    }),
    notRestored: t.stringList({
      nullable: { list: false, items: false },
      description: 'What could not be brought back, in words; each is a problem of the outcome `PARTIAL` as well.',
      resolve: (result) => [...result.notRestored],
    }),
  }),
});

builder.mutationField('undoOperation', (t) =>
  t.field({
    type: UndoOperationResultType,
    description:
      'Reverses an operation: a changed record gets its former values, unless one was changed since (`CONFLICT`); what was added or copied is deleted; what was deleted or absorbed is made anew from what the journal kept, and its id leads to the new record (`mergedInto`). Once for each operation.',
    args: {
      input: t.arg({ type: UndoOperationInput, required: true, description: 'The operation.' }),
      control: t.arg({ type: ControlInput, description: 'How the write is to be carried out.' }),
    },
    ...reading({ kind: 'unknown', maxRequests: Number.POSITIVE_INFINITY }),
    resolve: (_root, { input, control }, context) => context.operations.run(undoOperation, input, control, context),
  }),
);

function matches(operation: Operation, filter: Filter, deal: Ref | null): boolean {
  const { crm, mutation, outcome, state, caller, until } = filter;
  return (
    (crm == null || operation.crms.includes(crm)) &&
    (mutation == null || operation.mutation === mutation) &&
    (outcome == null || (operation.outcome !== null && outcome.includes(operation.outcome))) &&
    (state == null || state.includes(operation.state)) &&
    (caller == null || operation.caller === caller) &&
    (until == null || operation.startedAt < until) &&
    (deal === null || dealIdsOf(operation).includes(`${deal.crm}:Deal:${deal.id}`))
  );
}

function cursorOf({ id }: Operation): string {
  return Buffer.from(id).toString('base64url');
}

function readCursor(after: string): string {
  const id = Buffer.from(after, 'base64url').toString('utf8');
  if (/^[0-9A-Z]{26}$/.test(id)) return id;
  throw new GatewayError('BAD_USER_INPUT', 'after: not a cursor of this list', { argument: 'after' });
}

import type { DealProduct } from '../domain/deal.ts';
import type { MergePreview } from '../domain/merge-preview.ts';
import { globalId, partOfDeal, type Ref } from '../domain/ref.ts';
import type { Answered } from '../writes/mutation.ts';
import type { DealProductsResult, DealResult, DealsResult, WriteResult } from '../writes/outcome.ts';
import { builder } from './builder.ts';
import { DealType } from './deal.ts';
import { DealProductType } from './deal-product.ts';
import { follow, linkTo } from './link.ts';
import { FieldChangeType, OperationCallType, OperationType, OutcomeType } from './operation.ts';
import { ProblemType } from './problem.ts';
import { ofDeals } from './reads.ts';

/** The attribute that only results of a type have. */
const RESULT_TYPES = [
  ['items', 'DealsResult'],
  ['lines', 'DealProductsResult'],
  ['follower', 'DealFollowerResult'],
  ['participant', 'DealParticipantResult'],
  ['status', 'CallCrmResult'],
  ['notRestored', 'UndoOperationResult'],
] as const;

export const MutationResult = builder.interfaceRef<Answered<WriteResult>>('MutationResult').implement({
  description: 'How a write ended, and what was wrong.',
  fields: (t) => ({
    outcome: t.expose('outcome', { type: OutcomeType, nullable: false, description: 'How it ended.' }),
    problems: t.field({
      type: [ProblemType],
      nullable: false,
      description: 'Why it was not done, or which part was not.',
      resolve: (result) => result.problems,
    }),
    operation: t.field({
      type: OperationType,
      description: 'The operation in the journal; null when none was begun: a refused input, or a preview.',
      resolve: (result) => result.operation,
    }),
    changes: t.field({
      type: [FieldChangeType],
      nullable: false,
      description: 'What was changed or, in a preview, would be: as the input asks for it.',
      resolve: (result) => result.changes,
    }),
    calls: t.field({
      type: [OperationCallType],
      nullable: false,
      description: 'The writing requests that were made or, in a preview, would be, in order.',
      resolve: (result) => result.calls,
    }),
  }),
  resolveType: (result) =>
    'partType' in result
      ? `${result.partType}Result`
      : (RESULT_TYPES.find(([attribute]) => attribute in result)?.[1] ?? 'DealResult'),
});

export const DealResultType = builder.objectRef<Answered<DealResult>>('DealResult').implement({
  description: 'How a write on a deal ended.',
  interfaces: [MutationResult],
  fields: (t) => ({
    deal: t.field({
      type: DealType,
      description:
        'The deal as read after the write; a deleted one as read just before. Null when nothing was written.',
      ...linkTo('Deal', true),
      resolve: (result, _args, context, info) => follow('Deal', result.deal, context, info),
    }),
  }),
});

const MovedType = builder.objectRef<MergePreview['moves'][number] & { readonly crm: string }>('MergeMove').implement({
  description: 'What goes over to the deal that is kept.',
  fields: (t) => ({
    deal: t.id({ nullable: false, description: 'The deal it is on now.', resolve: (one) => dealId(one) }),
    kind: t.exposeString('kind', { nullable: false, description: 'What it is.' }),
    count: t.exposeInt('count', { nullable: false, description: 'How many there are.' }),
  }),
});

const ConflictType = builder
  .objectRef<MergePreview['conflicts'][number] & { readonly crm: string }>('MergeConflict')
  .implement({
    description: 'A field that both deals have with different values: the deal that is kept wins.',
    fields: (t) => ({
      deal: t.id({ nullable: false, description: 'The deal that disappears.', resolve: (one) => dealId(one) }),
      field: t.exposeString('field', { nullable: false, description: 'The field.' }),
      kept: t.field({ type: 'JSON', description: 'The value that stays.', resolve: (one) => one.kept }),
      absorbed: t.field({ type: 'JSON', description: 'The value that is gone.', resolve: (one) => one.absorbed }),
    }),
  });

const LossType = builder.objectRef<MergePreview['losses'][number] & { readonly crm: string }>('MergeLoss').implement({
  description: 'What cannot be carried over.',
  fields: (t) => ({
    deal: t.id({ nullable: false, description: 'The deal it is on.', resolve: (one) => dealId(one) }),
    what: t.exposeString('what', { nullable: false, description: 'What it is, in words.' }),
  }),
});

const MergePreviewType = builder.objectRef<NonNullable<Answered<DealResult>['merge']>>('MergePreview').implement({
  description: 'What a merge would do.',
  fields: (t) => ({
    moves: t.field({
      type: [MovedType],
      nullable: false,
      description: 'What goes over to the deal that is kept.',
      resolve: ({ crm, preview }) => preview.moves.map((one) => ({ ...one, crm })),
    }),
    conflicts: t.field({
      type: [ConflictType],
      nullable: false,
      description: 'Fields in which the deals differ.',
      resolve: ({ crm, preview }) => preview.conflicts.map((one) => ({ ...one, crm })),
    }),
    losses: t.field({
      type: [LossType],
      nullable: false,
      description: 'What cannot be carried over.',
      resolve: ({ crm, preview }) => preview.losses.map((one) => ({ ...one, crm })),
    }),
  }),
});

builder.objectField(DealResultType, 'merge', (t) =>
  t.field({
    type: MergePreviewType,
    description: 'What a previewed merge would do; null otherwise.',
    resolve: (result) => result.merge,
  }),
);

function dealId({ crm, deal }: { readonly crm: string; readonly deal: string }): string {
  return globalId({ crm, type: 'Deal', id: deal });
}

export const DealsResultType = builder.objectRef<Answered<DealsResult>>('DealsResult').implement({
  description: 'How a write on several deals ended.',
  interfaces: [MutationResult],
  fields: (t) => ({
    items: t.field({
      type: [DealResultType],
      nullable: false,
      description: 'The result for each deal, in input order; empty when the input was refused as a whole.',
      resolve: (result) => result.items as readonly Answered<DealResult>[],
    }),
  }),
});

export const DealProductsResultType = builder.objectRef<Answered<DealProductsResult>>('DealProductsResult').implement({
  description: 'How a write on the lines of a deal ended.',
  interfaces: [MutationResult],
  fields: (t) => ({
    deal: t.field({
      type: DealType,
      description: 'The deal as read after the write: its value follows its lines. Null when nothing was written.',
      ...linkTo('Deal', true),
      resolve: (result, _args, context, info) => follow('Deal', result.deal, context, info),
    }),
    dealProducts: t.field({
      type: [DealProductType],
      nullable: { list: true, items: false },
      description:
        'The lines in input order, as read after the write; deleted ones as read just before. Null when nothing was written.',
      ...ofDeals('DEAL_PRODUCT'),
      resolve: async (result, _args, { loaders }) => {
        const first = result.lines?.[0];
        if (!result.lines || !first) return result.lines as readonly DealProduct[] | null;
        if (!isRef(first)) return result.lines as readonly DealProduct[];
        const lines = await loaders.dealProducts.load({ ...first, type: 'Deal', id: partOfDeal(first.id).deal });
        const byId = new Map(lines?.map((line) => [line.ref.id, line]));
        return (result.lines as readonly Ref[]).flatMap((ref) => byId.get(ref.id) ?? []);
      },
    }),
  }),
});

function isRef(line: Ref | DealProduct): line is Ref {
  return !('ref' in line);
}

import type { DealProduct } from '../domain/deal.ts';
import type { Ref } from '../domain/ref.ts';
import { partOfDeal } from '../domain/ref.ts';
import type { DealProductsResult, DealResult, DealsResult, Outcome, WriteResult } from '../writes/outcome.ts';
import { builder } from './builder.ts';
import { DealType } from './deal.ts';
import { DealProductType } from './deal-product.ts';
import { follow, linkTo } from './link.ts';
import { ProblemType } from './problem.ts';
import { ofDeals } from './reads.ts';

const OutcomeType = builder.enumType('Outcome', {
  description: 'How a write ended.',
  values: {
    APPLIED: { description: 'Done.' },
    REPLAYED: { description: 'Done by an earlier request with the same idempotency key; nothing was written now.' },
    PREVIEWED: { description: 'Nothing was written, as asked for.' },
    REJECTED: { description: 'Nothing was written; `problems` say why.' },
    PARTIAL: { description: 'Part of it was done; `problems` say what was not.' },
    UNKNOWN: { description: 'It was sent, and its effect could not be established. Look before trying again.' },
  } satisfies Record<Outcome, { description: string }>,
});

/** The attribute that only results of a type have. */
const RESULT_TYPES = [
  ['items', 'DealsResult'],
  ['lines', 'DealProductsResult'],
  ['follower', 'DealFollowerResult'],
  ['participant', 'DealParticipantResult'],
  ['status', 'CallCrmResult'],
] as const;

export const MutationResult = builder.interfaceRef<WriteResult>('MutationResult').implement({
  description: 'How a write ended, and what was wrong.',
  fields: (t) => ({
    outcome: t.expose('outcome', { type: OutcomeType, nullable: false, description: 'How it ended.' }),
    problems: t.field({
      type: [ProblemType],
      nullable: false,
      description: 'Why it was not done, or which part was not.',
      resolve: (result) => result.problems,
    }),
  }),
  resolveType: (result) =>
    'partType' in result
      ? `${result.partType}Result`
      : (RESULT_TYPES.find(([attribute]) => attribute in result)?.[1] ?? 'DealResult'),
});

export const DealResultType = builder.objectRef<DealResult>('DealResult').implement({
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

export const DealsResultType = builder.objectRef<DealsResult>('DealsResult').implement({
  description: 'How a write on several deals ended.',
  interfaces: [MutationResult],
  fields: (t) => ({
    items: t.field({
      type: [DealResultType],
      nullable: false,
      description: 'The result for each deal, in input order; empty when the input was refused as a whole.',
      resolve: (result) => result.items,
    }),
  }),
});

export const DealProductsResultType = builder.objectRef<DealProductsResult>('DealProductsResult').implement({
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

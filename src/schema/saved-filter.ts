import { selectCrms } from '../domain/crms.ts';
import { globalId } from '../domain/ref.ts';
import type { SavedFilter } from '../domain/saved-filter.ts';
import { reading } from '../plan/reads.ts';
import { builder } from './builder.ts';
import { CrmType } from './crm.ts';
import { follow, linkTo } from './link.ts';
import { NodeInterface } from './node-interface.ts';
import { UserType } from './user.ts';

export const SavedFilterType = builder.objectRef<SavedFilter>('SavedFilter').implement({
  description: 'A filter for deals that somebody saved in the CRM. Give its id to `deals(savedFilter)`.',
  interfaces: [NodeInterface],
  fields: (t) => ({
    id: t.id({ nullable: false, description: 'Global id.', resolve: (filter) => globalId(filter.ref) }),
    crm: t.field({
      type: CrmType,
      description: 'The CRM that holds it.',
      resolve: (filter, _args, { crms }) => crms.get(filter.ref.crm)?.crm ?? null,
    }),
    name: t.exposeString('name', { nullable: false, description: 'What it is called.' }),
    owner: t.field({
      type: UserType,
      description: 'Who saved it.',
      ...linkTo('User'),
      resolve: (filter, _args, context, info) => follow('User', filter.owner, context, info),
    }),
    isShared: t.exposeBoolean('isShared', { description: 'Whether others than its owner can use it.' }),
  }),
});

builder.queryField('savedFilters', (t) =>
  t.field({
    type: [SavedFilterType],
    description: 'Filters for deals saved in the CRMs, in order of CRM. They are kept for a while.',
    args: { crms: t.arg.idList({ description: 'Only of these CRMs.' }) },
    ...reading({ kind: 'tables', subjects: ['SAVED_FILTER'], isCertain: () => true }),
    resolve: async (_root, args, { crms, call }) => {
      const asked = selectCrms(args.crms?.map(String), crms);
      const filters = await Promise.all(asked.map((adapter) => adapter.savedFilters.all(call)));
      return filters.flat();
    },
  }),
);

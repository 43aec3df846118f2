import type { Crm } from '../domain/crm.ts';
import type { Ref } from '../domain/ref.ts';
import { builder } from './builder.ts';

/** What has a global id: a record with its reference, or a CRM itself. */
export type NodeShape = Crm | { readonly ref: Ref };

export const NodeInterface = builder.interfaceRef<NodeShape>('Node').implement({
  description: 'Anything with a global id.',
  fields: (t) => ({
    id: t.id({
      nullable: false,
      description:
        'Of the form `<crm>:<Type>:<id in the CRM>`, for example `pipedrive:Deal:42`. Treat it as opaque; typing one is fine.',
      resolve: () => '',
    }),
  }),
  resolveType: (node) => ('ref' in node ? node.ref.type : 'Crm'),
});

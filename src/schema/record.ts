import type { Scope } from '../domain/caller.ts';
import type { Crm } from '../domain/crm.ts';
import type { CrmRecord } from '../domain/record.ts';
import { globalId } from '../domain/ref.ts';
import { reading } from '../plan/reads.ts';
import { builder } from './builder.ts';
import type { GraphQLContext } from './context.ts';
import { CrmType } from './crm.ts';
import { NodeInterface } from './node-interface.ts';
import { tables } from './reads.ts';

type UrlType = Parameters<ReturnType<GraphQLContext['crms']['all']>[number]['url']>[0]['type'];

const CrmRecordInterface = builder.interfaceRef<CrmRecord>('CrmRecord').implement({
  description: 'A record of a CRM.',
  interfaces: [NodeInterface],
  fields: (t) => ({
    id: t.id({ nullable: false, description: 'Global id.', resolve: (record) => globalId(record.ref) }),
    crm: t.field({
      type: CrmType,
      nullable: false,
      description: 'The CRM that holds it.',
      resolve: (record, _args, context) => crmOfRecord(record, context),
    }),
    remoteId: t.string({
      nullable: false,
      description: 'Its id in the CRM.',
      resolve: (record) => record.ref.id,
    }),
    url: t.field({
      type: 'URL',
      description: 'Opens the record in the CRM, where it has a page of its own.',
      ...tables('ACCOUNT'),
      resolve: (record, _args, { crms, call }) =>
        crms.get(record.ref.crm)?.url({ ...record.ref, type: record.ref.type as UrlType }, call) ?? null,
    }),
    createdAt: t.field({
      type: 'DateTime',
      description: 'When it was created.',
      resolve: (record) => record.createdAt,
    }),
    updatedAt: t.field({
      type: 'DateTime',
      description: 'When it was last changed; null where it never was. Some CRMs count activities on it as changes.',
      resolve: (record) => record.updatedAt,
    }),
    raw: t.field({
      type: 'JSON',
      description:
        "The CRM's own object, whole, as its own endpoint gives it, secrets removed. Where lists abbreviate it, a read per record.",
      extensions: { ...reading({ kind: 'whole' }).extensions, scopes: ['raw'] satisfies Scope[] },
      resolve: async (record, _args, { loaders }) => {
        const own = record.raw?.();
        return own === undefined ? ((await loaders.whole.load(record.ref))?.raw() ?? null) : own;
      },
    }),
  }),
});

function crmOfRecord(record: CrmRecord, { crms }: GraphQLContext): Crm {
  const adapter = crms.get(record.ref.crm);
  if (!adapter) throw new Error(`a record of the unknown CRM ${record.ref.crm}`);
  return adapter.crm;
}

/** What every type of record implements. */
export const recordInterfaces = [NodeInterface, CrmRecordInterface];

import { FILE_ORDER_FIELDS, type File, type FileOrderField } from '../domain/file.ts';
import type { Order } from '../domain/list.ts';
import { globalId } from '../domain/ref.ts';
import { adapterThatCan } from './ability.ts';
import { builder } from './builder.ts';
import { feedConnection, pageArgs } from './connection.ts';
import { DealType } from './deal.ts';
import { feedPage } from './deal-feed.ts';
import { OrderDirectionType } from './deal-list.ts';
import { follow, linkTo } from './link.ts';
import { ofDeals } from './reads.ts';
import { UserType } from './user.ts';

export const FileType = builder.objectRef<File>('File').implement({
  description: 'A file or document attached to a deal.',
  fields: (t) => ({
    id: t.id({ nullable: false, description: 'Of the form of a global id.', resolve: ({ ref }) => globalId(ref) }),
    name: t.exposeString('name', { nullable: false, description: 'What it is called.' }),
    type: t.exposeString('type', { description: "The CRM's own word for this kind of file." }),
    description: t.exposeString('description', { description: 'What is written about it.' }),
    sizeBytes: t.exposeFloat('sizeBytes', { description: 'How large it is, in bytes.' }),
    downloadUrl: t.expose('downloadUrl', {
      type: 'URL',
      description:
        'Where to fetch it. On some CRMs this works for a few hours only, on others with credentials of the CRM: use it at once and keep it nowhere.',
    }),
    isDeleted: t.exposeBoolean('isDeleted', { nullable: false, description: 'Whether it was deleted.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was added.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it was last changed.' }),
    owner: t.field({
      type: UserType,
      description: 'The user who added it.',
      ...linkTo('User'),
      resolve: (file, _args, context, info) => follow('User', file.owner, context, info),
    }),
  }),
});

const FileConnection = feedConnection<File>('File', FileType, 'files');

const ORDER_DESCRIPTIONS: Record<FileOrderField, string> = {
  CREATED_AT: 'When they were added.',
  UPDATED_AT: 'When they were last changed.',
};

const FileOrder = builder.inputType('FileOrder', {
  description: 'How files are ordered.',
  fields: (t) => ({
    field: t.field({
      type: builder.enumType('FileOrderField', {
        description: 'What files can be ordered by.',
        values: Object.fromEntries(
          FILE_ORDER_FIELDS.map((field) => [field, { description: ORDER_DESCRIPTIONS[field] }]),
        ) as Record<FileOrderField, { description: string }>,
      }),
      required: true,
      description: 'By what.',
    }),
    direction: t.field({
      type: OrderDirectionType,
      required: true,
      defaultValue: 'ASC',
      description: 'In which direction.',
    }),
  }),
});

const NEWEST_FIRST: Order<FileOrderField> = { field: 'CREATED_AT', direction: 'DESC' };

builder.objectField(DealType, 'files', (t) =>
  t.field({
    type: FileConnection,
    description: 'Its files. A call per deal.',
    args: {
      orderBy: t.arg({ type: FileOrder, description: 'Newest first by default.' }),
      includeDeleted: t.arg.boolean({
        required: true,
        defaultValue: false,
        description: 'Whether files that were deleted are among them.',
      }),
      ...pageArgs,
    },
    ...ofDeals('FILE'),
    resolve: (deal, args, context) => {
      const order = args.orderBy ?? NEWEST_FIRST;
      const adapter = adapterThatCan(
        context,
        deal.ref,
        { entity: 'FILE', operation: 'LIST', asked: 'Deal.files' },
        { entity: 'FILE', operation: 'SORT', field: order.field, asked: `Deal.files(orderBy ${order.field})` },
        ...(args.includeDeleted
          ? [
              {
                entity: 'FILE',
                operation: 'FILTER',
                field: 'includeDeleted',
                asked: 'Deal.files(includeDeleted)',
              } as const,
            ]
          : []),
      );
      return feedPage(adapter.dealHistory.files, deal, { order, includeDeleted: args.includeDeleted }, args, context);
    },
  }),
);

import type { Change } from '../domain/change.ts';
import { adapterThatCan } from './ability.ts';
import { builder } from './builder.ts';
import { feedConnection, pageArgs } from './connection.ts';
import { EntityKind } from './crm.ts';
import { DealType } from './deal.ts';
import { feedPage } from './deal-feed.ts';
import { follow, linkTo } from './link.ts';
import { ofDeals } from './reads.ts';
import { UserType } from './user.ts';

export const ChangeType = builder.objectRef<Change>('Change').implement({
  description: 'A field of a record taking another value.',
  fields: (t) => ({
    entity: t.expose('entity', { type: EntityKind, nullable: false, description: 'What kind of record it was.' }),
    field: t.exposeString('field', { nullable: false, description: "The CRM's own key of the field." }),
    oldValue: t.exposeString('oldValue', { description: "The value before, in the CRM's own form." }),
    newValue: t.exposeString('newValue', { description: "The value after, in the CRM's own form." }),
    changedAt: t.expose('changedAt', { type: 'DateTime', nullable: false, description: 'When it was changed.' }),
    user: t.field({
      type: UserType,
      description: 'Who changed it.',
      ...linkTo('User'),
      resolve: (change, _args, context, info) => follow('User', change.user, context, info),
    }),
    source: t.exposeString('source', {
      description: "Through what it was changed, in the CRM's own word, for example `app` or `api`.",
    }),
    isBulk: t.exposeBoolean('isBulk', { description: 'Whether it was part of a change of many records at once.' }),
  }),
});

const ChangeConnection = feedConnection<Change>('Change', ChangeType, 'changes');

builder.objectField(DealType, 'changes', (t) =>
  t.field({
    type: ChangeConnection,
    description: 'What happened to its fields, newest first. A call per deal.',
    args: { ...pageArgs },
    ...ofDeals('CHANGE'),
    resolve: (deal, args, context) => {
      const { changes } = adapterThatCan(context, deal.ref, {
        entity: 'CHANGE',
        operation: 'LIST',
        asked: 'Deal.changes',
      }).dealHistory;
      return changes ? feedPage(changes, deal, {}, args, context) : null;
    },
  }),
);

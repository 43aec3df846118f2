import type { Activity } from '../domain/activity.ts';
import { parseId } from '../domain/crms.ts';
import { adapterThatCan, type Need } from './ability.ts';
import { builder } from './builder.ts';
import { feedConnection, pageArgs } from './connection.ts';
import { DealType } from './deal.ts';
import { feedPage } from './deal-feed.ts';
import { follow, linkTo } from './link.ts';
import { OrganizationType } from './organization.ts';
import { PersonType } from './person.ts';
import { ofDeals } from './reads.ts';
import { recordInterfaces } from './record.ts';
import { UserType } from './user.ts';

export const ActivityType = builder.objectRef<Activity>('Activity').implement({
  description: 'A task, call, meeting or other thing to do or done.',
  interfaces: recordInterfaces,
  fields: (t) => ({
    subject: t.exposeString('subject', { nullable: false, description: 'What it is about.' }),
    type: t.exposeString('type', {
      description: 'What kind of activity it is, by the key or the name the account has for it.',
    }),
    isDone: t.exposeBoolean('isDone', { nullable: false, description: 'Whether it is done.' }),
    doneAt: t.expose('doneAt', { type: 'DateTime', description: 'When it was marked as done.' }),
    dueDate: t.expose('dueDate', {
      type: 'Date',
      description: 'The day it is due, as the CRM has it: in UTC, or in the zone of the user the gateway acts as.',
    }),
    startsAt: t.expose('startsAt', {
      type: 'DateTime',
      description: 'When it starts; null where it is due on a day, not at a time.',
    }),
    endsAt: t.expose('endsAt', {
      type: 'DateTime',
      description: 'When it ends; null where it has no time or no duration.',
    }),
    location: t.exposeString('location', { description: 'Where it takes place.' }),
    note: t.exposeString('note', { description: 'What is written on it; HTML where the CRM has HTML.' }),
    owner: t.field({
      type: UserType,
      description: 'The user whose activity it is.',
      ...linkTo('User'),
      resolve: (activity, _args, context, info) => follow('User', activity.owner, context, info),
    }),
    deal: t.field({
      type: DealType,
      description: 'The deal it belongs to.',
      ...linkTo('Deal'),
      resolve: (activity, _args, context, info) =>
        follow('Deal', activity.deal && { ref: activity.deal, known: {} }, context, info),
    }),
    person: t.field({
      type: PersonType,
      description: 'The person it is chiefly with.',
      ...linkTo('Person'),
      resolve: (activity, _args, context, info) => follow('Person', activity.person, context, info),
    }),
    organization: t.field({
      type: OrganizationType,
      description: 'The organization it is with.',
      ...linkTo('Organization'),
      resolve: (activity, _args, context, info) => follow('Organization', activity.organization, context, info),
    }),
  }),
});

const ActivityConnection = feedConnection<Activity>('Activity', ActivityType, 'activities');

const READING: Need = { entity: 'ACTIVITY', operation: 'LIST', asked: 'Deal.activities' };
const filter = (field: string): Need => ({
  entity: 'ACTIVITY',
  operation: 'FILTER',
  field,
  asked: `Deal.activities(${field})`,
});

builder.objectField(DealType, 'activities', (t) =>
  t.field({
    type: ActivityConnection,
    description: 'Its activities, newest first. A call per deal.',
    args: {
      done: t.arg.boolean({ description: 'Only those that are done, or only those that are not.' }),
      excludeIds: t.arg.idList({ description: 'Without these.' }),
      ...pageArgs,
    },
    ...ofDeals('DEAL_ACTIVITY'),
    resolve: (deal, args, context) => {
      const excluded = (args.excludeIds ?? []).map((id, index) =>
        parseId(String(id), 'Activity', context.crms, `excludeIds.${index}`),
      );
      const { done } = args;
      const adapter = adapterThatCan(
        context,
        deal.ref,
        READING,
        ...(typeof done === 'boolean' ? [filter('done')] : []),
        ...(excluded.length > 0 ? [filter('excludeIds')] : []),
      );
      const query = {
        ...(typeof done === 'boolean' && { done }),
        exclude: excluded.filter(({ crm }) => crm === deal.ref.crm).map(({ id }) => id),
      };
      return feedPage(adapter.dealHistory.activities, deal, query, args, context);
    },
  }),
);

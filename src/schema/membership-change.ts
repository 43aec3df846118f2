import { MEMBERSHIP_ACTIONS, type MembershipAction, type MembershipChange } from '../domain/membership-change.ts';
import type { Person } from '../domain/person.ts';
import type { User } from '../domain/user.ts';
import { adapterThatCan } from './ability.ts';
import { builder } from './builder.ts';
import { feedConnection, pageArgs } from './connection.ts';
import { DealType } from './deal.ts';
import { feedPage } from './deal-feed.ts';
import { follow, linkTo } from './link.ts';
import { PersonType } from './person.ts';
import { ofDeals } from './reads.ts';
import { UserType } from './user.ts';

const ACTION_DESCRIPTIONS: Record<MembershipAction, string> = {
  ADDED: 'They were added.',
  REMOVED: 'They were removed.',
};

const MembershipActionType = builder.enumType('MembershipAction', {
  description: 'What happened to somebody among the followers or participants of a deal.',
  values: Object.fromEntries(
    MEMBERSHIP_ACTIONS.map((action) => [action, { description: ACTION_DESCRIPTIONS[action] }]),
  ) as Record<MembershipAction, { description: string }>,
});

const DealFollowerChangeType = builder.objectRef<MembershipChange<User>>('DealFollowerChange').implement({
  description: 'A user coming to follow a deal, or ceasing to.',
  fields: (t) => ({
    action: t.expose('action', { type: MembershipActionType, nullable: false, description: 'Which of the two.' }),
    user: t.field({
      type: UserType,
      description: 'The user.',
      ...linkTo('User'),
      resolve: (change, _args, context, info) => follow('User', change.who, context, info),
    }),
    by: t.field({
      type: UserType,
      description: 'Who did it.',
      ...linkTo('User'),
      resolve: (change, _args, context, info) => follow('User', change.by, context, info),
    }),
    at: t.expose('at', { type: 'DateTime', nullable: false, description: 'When.' }),
  }),
});

const DealParticipantChangeType = builder.objectRef<MembershipChange<Person>>('DealParticipantChange').implement({
  description: 'A person coming to take part in a deal, or ceasing to; the primary contact may be among them.',
  fields: (t) => ({
    action: t.expose('action', { type: MembershipActionType, nullable: false, description: 'Which of the two.' }),
    person: t.field({
      type: PersonType,
      description: 'The person.',
      ...linkTo('Person'),
      resolve: (change, _args, context, info) => follow('Person', change.who, context, info),
    }),
    by: t.field({
      type: UserType,
      description: 'Who did it.',
      ...linkTo('User'),
      resolve: (change, _args, context, info) => follow('User', change.by, context, info),
    }),
    at: t.expose('at', { type: 'DateTime', nullable: false, description: 'When.' }),
  }),
});

const DealFollowerChangeConnection = feedConnection<MembershipChange<User>>(
  'DealFollowerChange',
  DealFollowerChangeType,
  'changes of who follows a deal',
);

const DealParticipantChangeConnection = feedConnection<MembershipChange<Person>>(
  'DealParticipantChange',
  DealParticipantChangeType,
  'changes of who takes part in a deal',
);

builder.objectFields(DealType, (t) => ({
  followerChanges: t.field({
    type: DealFollowerChangeConnection,
    description: "Who came to follow it or ceased to, in the CRM's order. A call per deal.",
    args: { ...pageArgs },
    ...ofDeals('FOLLOWER_CHANGE'),
    resolve: (deal, args, context) => {
      const need = { entity: 'FOLLOWER', operation: 'LIST', field: 'changes', asked: 'Deal.followerChanges' } as const;
      const { followerChanges } = adapterThatCan(context, deal.ref, need);
      return followerChanges ? feedPage(followerChanges, deal, {}, args, context) : null;
    },
  }),
  participantChanges: t.field({
    type: DealParticipantChangeConnection,
    description: "Who came to take part in it or ceased to, in the CRM's order. A call per deal.",
    args: { ...pageArgs },
    ...ofDeals('PARTICIPANT_CHANGE'),
    resolve: (deal, args, context) => {
      const need = {
        entity: 'PARTICIPANT',
        operation: 'LIST',
        field: 'changes',
        asked: 'Deal.participantChanges',
      } as const;
      const { participantChanges } = adapterThatCan(context, deal.ref, need);
      return participantChanges ? feedPage(participantChanges, deal, {}, args, context) : null;
    },
  }),
}));

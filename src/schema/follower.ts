import type { Follower } from '../domain/follower.ts';
import { adapterThatCan } from './ability.ts';
import { builder } from './builder.ts';
import { pageArgs, Slice, sliceConnection } from './connection.ts';
import { DealType } from './deal.ts';
import { follow, linkTo } from './link.ts';
import { ofDeals } from './reads.ts';
import { UserType } from './user.ts';

export const DealFollowerType = builder.objectRef<Follower>('DealFollower').implement({
  description: 'A user who follows a deal. What following means is for the CRM: see its capabilities.',
  fields: (t) => ({
    user: t.field({
      type: UserType,
      description: 'The user.',
      ...linkTo('User'),
      resolve: (follower, _args, context, info) => follow('User', follower.user, context, info),
    }),
    since: t.expose('since', { type: 'DateTime', description: 'Since when; null where the CRM does not keep that.' }),
  }),
});

const DealFollowerConnection = sliceConnection<Follower>('DealFollower', DealFollowerType, 'followers of a deal');

builder.objectField(DealType, 'followers', (t) =>
  t.field({
    type: DealFollowerConnection,
    description: 'The users who follow it.',
    args: { ...pageArgs },
    ...ofDeals('FOLLOWER'),
    resolve: async (deal, args, context) => {
      adapterThatCan(context, deal.ref, { entity: 'FOLLOWER', operation: 'LIST', asked: 'Deal.followers' });
      const followers = await context.loaders.dealFollowers.load(deal);
      return followers && new Slice(followers, ({ user }) => user.ref.id, args);
    },
  }),
);

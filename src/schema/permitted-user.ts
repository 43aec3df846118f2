import type { User } from '../domain/user.ts';
import { adapterThatCan } from './ability.ts';
import { builder } from './builder.ts';
import { pageArgs, Slice, sliceConnection } from './connection.ts';
import { DealType } from './deal.ts';
import { followAll } from './link.ts';
import { ofDeals } from './reads.ts';
import { selectedFields } from './selection.ts';
import { UserType } from './user.ts';

const PermittedUserConnection = sliceConnection<User>('PermittedUser', UserType, 'users who may see a deal');

builder.objectField(DealType, 'permittedUsers', (t) =>
  t.field({
    type: PermittedUserConnection,
    description: 'The users who may see it. A call per deal on most CRMs.',
    args: { ...pageArgs },
    ...ofDeals('PERMITTED_USER', 'User'),
    resolve: async (deal, args, context, info) => {
      adapterThatCan(context, deal.ref, { entity: 'PERMITTED_USER', operation: 'LIST', asked: 'Deal.permittedUsers' });
      const links = await context.loaders.permittedUsers.load(deal);
      if (!links) return null;
      const page = new Slice(links, ({ ref }) => ref.id, args);
      const selected = new Set([...selectedFields(info, 'nodes'), ...selectedFields(info, 'edges', 'node')]);
      return page.of(await followAll('User', page.nodes, context, selected));
    },
  }),
);

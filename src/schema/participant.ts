import type { Participant } from '../domain/participant.ts';
import { adapterThatCan } from './ability.ts';
import { builder } from './builder.ts';
import { pageArgs, Slice, sliceConnection } from './connection.ts';
import { DealType } from './deal.ts';
import { follow, linkTo } from './link.ts';
import { PersonType } from './person.ts';
import { ofDeals } from './reads.ts';
import { UserType } from './user.ts';

export const DealParticipantType = builder.objectRef<Participant>('DealParticipant').implement({
  description: 'A person who takes part in a deal beside its primary contact.',
  fields: (t) => ({
    person: t.field({
      type: PersonType,
      description: 'The person.',
      ...linkTo('Person'),
      resolve: (participant, _args, context, info) => follow('Person', participant.person, context, info),
    }),
    since: t.expose('since', { type: 'DateTime', description: 'Since when; null where the CRM does not keep that.' }),
    addedBy: t.field({
      type: UserType,
      description: 'Who added them; null where the CRM does not keep that.',
      ...linkTo('User'),
      resolve: (participant, _args, context, info) => follow('User', participant.addedBy, context, info),
    }),
  }),
});

const DealParticipantConnection = sliceConnection<Participant>(
  'DealParticipant',
  DealParticipantType,
  'participants of a deal',
);

builder.objectField(DealType, 'participants', (t) =>
  t.field({
    type: DealParticipantConnection,
    description: 'People who take part in it beside the primary contact, with since when and through whom.',
    args: { ...pageArgs },
    ...ofDeals('PARTICIPANT'),
    resolve: async (deal, args, context) => {
      adapterThatCan(context, deal.ref, { entity: 'PARTICIPANT', operation: 'LIST', asked: 'Deal.participants' });
      const participants = await context.loaders.dealParticipants.load(deal);
      return participants && new Slice(participants, ({ person }) => person.ref.id, args);
    },
  }),
);

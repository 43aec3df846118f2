import { reading } from '../plan/reads.ts';
import {
  addDealFollower,
  addDealParticipant,
  type DealFollowerResult,
  type DealParticipantResult,
  deleteDealFollower,
  deleteDealParticipant,
} from '../writes/deal-people.ts';
import type { Answered } from '../writes/mutation.ts';
import { builder } from './builder.ts';
import { ControlInput } from './control.ts';
import { DealType } from './deal.ts';
import { DealFollowerType } from './follower.ts';
import { follow, linkTo } from './link.ts';
import { DealParticipantType } from './participant.ts';
import { writing } from './reads.ts';
import { MutationResult } from './write-results.ts';

const DealFollowerResultType = builder.objectRef<Answered<DealFollowerResult>>('DealFollowerResult').implement({
  description: 'How a write on who follows a deal ended.',
  interfaces: [MutationResult],
  fields: (t) => ({
    deal: t.field({
      type: DealType,
      description: 'The deal as read after the write. Null when nothing was written.',
      ...linkTo('Deal', true),
      resolve: (result, _args, context, info) => follow('Deal', result.deal, context, info),
    }),
    follower: t.field({
      type: DealFollowerType,
      description:
        'The follower as read after the write; a deleted one as read just before. Null when nothing was written.',
      ...reading({ kind: 'link', type: 'Deal', tells: () => false }, { kind: 'ofDeals', subject: 'FOLLOWER' }),
      resolve: async ({ deal, follower }, _args, { loaders }) => {
        if (!deal || !follower) return null;
        if ('user' in follower) return follower;
        const read = await loaders.Deal.load(deal.ref);
        const followers = read && (await loaders.dealFollowers.load(read));
        return followers?.find(({ user }) => user.ref.id === follower.id) ?? null;
      },
    }),
  }),
});

const DealParticipantResultType = builder
  .objectRef<Answered<DealParticipantResult>>('DealParticipantResult')
  .implement({
    description: 'How a write on who takes part in a deal ended.',
    interfaces: [MutationResult],
    fields: (t) => ({
      deal: t.field({
        type: DealType,
        description: 'The deal as read after the write. Null when nothing was written.',
        ...linkTo('Deal', true),
        resolve: (result, _args, context, info) => follow('Deal', result.deal, context, info),
      }),
      participant: t.field({
        type: DealParticipantType,
        description:
          'The participant as read after the write; a deleted one as read just before. Null when nothing was written.',
        ...reading({ kind: 'link', type: 'Deal', tells: () => false }, { kind: 'ofDeals', subject: 'PARTICIPANT' }),
        resolve: async ({ deal, participant }, _args, { loaders }) => {
          if (!deal || !participant) return null;
          if ('person' in participant) return participant;
          const read = await loaders.Deal.load(deal.ref);
          const participants = read && (await loaders.dealParticipants.load(read));
          return participants?.find(({ person }) => person.ref.id === participant.id) ?? null;
        },
      }),
    }),
  });

const followerInput = (name: string, description: string) =>
  builder.inputType(name, {
    description,
    fields: (t) => ({
      deal: t.id({ required: true, description: 'The deal.' }),
      user: t.id({ required: true, description: 'The user, of the same CRM.' }),
    }),
  });

const participantInput = (name: string, description: string) =>
  builder.inputType(name, {
    description,
    fields: (t) => ({
      deal: t.id({ required: true, description: 'The deal.' }),
      person: t.id({ required: true, description: 'The person, of the same CRM.' }),
    }),
  });

const AddDealFollowerInput = followerInput('AddDealFollowerInput', 'A user who is to follow a deal.');
const DeleteDealFollowerInput = followerInput('DeleteDealFollowerInput', 'A user who is to follow a deal no more.');
const AddDealParticipantInput = participantInput('AddDealParticipantInput', 'A person who is to take part in a deal.');
const DeleteDealParticipantInput = participantInput(
  'DeleteDealParticipantInput',
  'A person who is to take part in a deal no more.',
);

const control = builder.args((t) => ({
  control: t.field({ type: ControlInput, description: 'How the write is to be carried out.' }),
}));

builder.mutationFields((t) => ({
  addDealFollower: t.field({
    type: DealFollowerResultType,
    description: 'Has a user follow a deal. One who does already is a `CONFLICT`, and nothing is written.',
    args: { input: t.arg({ type: AddDealFollowerInput, required: true, description: 'Deal and user.' }), ...control },
    ...writing('FOLLOWER', 'ADD', (input) => [input.deal]),
    resolve: (_root, args, context) => context.operations.run(addDealFollower, args.input, args.control, context),
  }),
  deleteDealFollower: t.field({
    type: DealFollowerResultType,
    description: 'Ends that a user follows a deal.',
    args: {
      input: t.arg({ type: DeleteDealFollowerInput, required: true, description: 'Deal and user.' }),
      ...control,
    },
    ...writing('FOLLOWER', 'DELETE', (input) => [input.deal], false),
    resolve: (_root, args, context) => context.operations.run(deleteDealFollower, args.input, args.control, context),
  }),
  addDealParticipant: t.field({
    type: DealParticipantResultType,
    description:
      'Has a person take part in a deal. One who does already, as the primary contact too, is a `CONFLICT`, and nothing is written.',
    args: {
      input: t.arg({ type: AddDealParticipantInput, required: true, description: 'Deal and person.' }),
      ...control,
    },
    ...writing('PARTICIPANT', 'ADD', (input) => [input.deal]),
    resolve: (_root, args, context) => context.operations.run(addDealParticipant, args.input, args.control, context),
  }),
  deleteDealParticipant: t.field({
    type: DealParticipantResultType,
    description:
      "Ends that a person takes part in a deal. The primary contact is refused: that is the deal's own attribute.",
    args: {
      input: t.arg({ type: DeleteDealParticipantInput, required: true, description: 'Deal and person.' }),
      ...control,
    },
    ...writing('PARTICIPANT', 'DELETE', (input) => [input.deal], false),
    resolve: (_root, args, context) => context.operations.run(deleteDealParticipant, args.input, args.control, context),
  }),
}));

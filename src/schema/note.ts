import type { Note, NoteComment } from '../domain/note.ts';
import { globalId } from '../domain/ref.ts';
import { adapterThatCan } from './ability.ts';
import { builder } from './builder.ts';
import { feedConnection, pageArgs } from './connection.ts';
import { DealType } from './deal.ts';
import { feedPage } from './deal-feed.ts';
import { follow, linkTo } from './link.ts';
import { OrganizationType } from './organization.ts';
import { PersonType } from './person.ts';
import { ofDeals } from './reads.ts';
import { UserType } from './user.ts';

const NoteCommentType = builder.objectRef<NoteComment>('NoteComment').implement({
  description: 'What somebody wrote below a note.',
  fields: (t) => ({
    id: t.id({ nullable: false, description: 'Of the form of a global id.', resolve: ({ ref }) => globalId(ref) }),
    content: t.exposeString('content', { nullable: false, description: 'Its text.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was written.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it was last changed.' }),
    author: t.field({
      type: UserType,
      description: 'Who wrote it.',
      ...linkTo('User'),
      resolve: (comment, _args, context, info) => follow('User', comment.author, context, info),
    }),
  }),
});

export const NoteType = builder.objectRef<Note>('Note').implement({
  description: 'Text somebody wrote on a deal.',
  fields: (t) => ({
    id: t.id({ nullable: false, description: 'Of the form of a global id.', resolve: ({ ref }) => globalId(ref) }),
    title: t.exposeString('title', { description: 'Its heading, where the CRM has one.' }),
    content: t.exposeString('content', { description: 'Its text, HTML where the CRM has HTML.' }),
    category: t.exposeString('category', { description: 'What the account calls this kind of note.' }),
    isSystem: t.exposeBoolean('isSystem', {
      nullable: false,
      description: 'Whether the CRM wrote it itself, for example when a task was completed.',
    }),
    isPinned: t.exposeBoolean('isPinned', {
      description: 'Whether it is pinned to its deal; null where the CRM pins nothing.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was written.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it was last changed.' }),
    author: t.field({
      type: UserType,
      description: 'Who wrote it.',
      ...linkTo('User'),
      resolve: (note, _args, context, info) => follow('User', note.author, context, info),
    }),
    person: t.field({
      type: PersonType,
      description: 'The person it is about as well.',
      ...linkTo('Person'),
      resolve: (note, _args, context, info) => follow('Person', note.person, context, info),
    }),
    organization: t.field({
      type: OrganizationType,
      description: 'The organization it is about as well.',
      ...linkTo('Organization'),
      resolve: (note, _args, context, info) => follow('Organization', note.organization, context, info),
    }),
    comments: t.field({
      type: [NoteCommentType],
      description: 'What was written below it, oldest first.',
      resolve: (note, _args, context) => {
        adapterThatCan(context, note.ref, {
          entity: 'NOTE',
          operation: 'READ',
          field: 'comments',
          asked: 'Note.comments',
        });
        return note.comments;
      },
    }),
  }),
});

const NoteConnection = feedConnection<Note>('Note', NoteType, 'notes');

builder.objectField(DealType, 'notes', (t) =>
  t.field({
    type: NoteConnection,
    description: 'Its notes, newest first. A call per deal.',
    args: {
      includeSystem: t.arg.boolean({
        required: true,
        defaultValue: false,
        description: 'Whether notes the CRM wrote itself are among them.',
      }),
      ...pageArgs,
    },
    ...ofDeals('NOTE'),
    resolve: (deal, args, context) => {
      const adapter = adapterThatCan(context, deal.ref, { entity: 'NOTE', operation: 'LIST', asked: 'Deal.notes' });
      return feedPage(adapter.dealHistory.notes, deal, { includeSystem: args.includeSystem }, args, context);
    },
  }),
);

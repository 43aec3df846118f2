import type { MailMessage, MailParty } from '../domain/mail-message.ts';
import { globalId } from '../domain/ref.ts';
import { adapterThatCan } from './ability.ts';
import { builder } from './builder.ts';
import { feedConnection, pageArgs } from './connection.ts';
import { DealType } from './deal.ts';
import { feedPage } from './deal-feed.ts';
import { follow, linkTo } from './link.ts';
import { PersonType } from './person.ts';
import { ofDeals } from './reads.ts';
import { selectedFields } from './selection.ts';
import { UserType } from './user.ts';

const MailPartyType = builder.objectRef<MailParty>('MailParty').implement({
  description: 'Somebody an e-mail is from or to.',
  fields: (t) => ({
    email: t.exposeString('email', { description: 'E-mail address, as the CRM has it.' }),
    name: t.exposeString('name', { description: 'Name, as the message or the CRM has it.' }),
    person: t.field({
      type: PersonType,
      description: 'The person of that address in the CRM.',
      ...linkTo('Person'),
      resolve: (party, _args, context, info) => follow('Person', party.person, context, info),
    }),
  }),
});

export const MailMessageType = builder.objectRef<MailMessage>('MailMessage').implement({
  description: 'An e-mail that belongs to a deal.',
  fields: (t) => ({
    id: t.id({ nullable: false, description: 'Of the form of a global id.', resolve: ({ ref }) => globalId(ref) }),
    subject: t.exposeString('subject', { description: 'Its subject.' }),
    snippet: t.exposeString('snippet', { description: 'The beginning of its text.' }),
    body: t.exposeString('body', {
      description: 'Its text, HTML where the CRM has HTML. Null in a feed where the CRM leaves it out there.',
    }),
    sentAt: t.expose('sentAt', { type: 'DateTime', description: 'When it was sent or received.' }),
    isSent: t.exposeBoolean('isSent', { description: 'Whether it was sent by the team, not to it.' }),
    isRead: t.exposeBoolean('isRead', { description: 'Whether it was read.' }),
    hasAttachments: t.exposeBoolean('hasAttachments', { description: 'Whether files are attached to it.' }),
    user: t.field({
      type: UserType,
      description: 'The user whose mailbox it is in.',
      ...linkTo('User'),
      resolve: (message, _args, context, info) => follow('User', message.user, context, info),
    }),
    from: t.expose('from', {
      type: [MailPartyType],
      description: 'Who it is from; null where the CRM does not tell the parties of its e-mails.',
    }),
    to: t.expose('to', { type: [MailPartyType], description: 'Who it is to.' }),
    cc: t.expose('cc', { type: [MailPartyType], description: 'Who got a copy.' }),
    bcc: t.expose('bcc', { type: [MailPartyType], description: 'Who got a copy unseen by the others.' }),
  }),
});

const MailMessageConnection = feedConnection<MailMessage>('MailMessage', MailMessageType, 'e-mails');

builder.objectField(DealType, 'mailMessages', (t) =>
  t.field({
    type: MailMessageConnection,
    description: "Its e-mails, in the CRM's order. A call per deal.",
    args: { ...pageArgs },
    ...ofDeals('MAIL_MESSAGE'),
    resolve: (deal, args, context, info) => {
      const adapter = adapterThatCan(context, deal.ref, {
        entity: 'MAIL_MESSAGE',
        operation: 'LIST',
        asked: 'Deal.mailMessages',
      });
      const includeBody =
        selectedFields(info, 'nodes').has('body') || selectedFields(info, 'edges', 'node').has('body');
      return feedPage(adapter.dealHistory.mailMessages, deal, { includeBody }, args, context);
    },
  }),
);

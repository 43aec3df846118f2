import type { Change } from '../domain/change.ts';
import { FEED_KINDS, type FeedItem, type FeedKind, type FeedSubject } from '../domain/feed-item.ts';
import { adapterThatCan, type Need } from './ability.ts';
import { ActivityType } from './activity.ts';
import { builder } from './builder.ts';
import { ChangeType } from './change.ts';
import { feedConnection, pageArgs } from './connection.ts';
import { DealType } from './deal.ts';
import { emptyPage, feedPage } from './deal-feed.ts';
import { FileType } from './file.ts';
import { MailMessageType } from './mail-message.ts';
import { NoteType } from './note.ts';
import { ofDeals } from './reads.ts';

const KIND_DESCRIPTIONS: Record<FeedKind, string> = {
  ACTIVITY: 'An activity, planned or done.',
  CALL: 'A call that was recorded.',
  NOTE: 'A note.',
  COMMENT: 'A comment.',
  FILE: 'A file.',
  MAIL_MESSAGE: 'An e-mail.',
  CHANGE: 'A change of a field of the deal, its person or its organization.',
  FOLLOWER: 'Somebody beginning or ceasing to follow.',
  PARTICIPANT: 'Somebody coming to take part.',
  DEAL: 'The deal being created.',
  DOCUMENT: 'A document made in the CRM.',
  INVOICE: 'An invoice.',
  MARKETING: 'Something a marketing campaign did.',
  OTHER: 'Something else.',
};

const FeedKindType = builder.enumType('FeedKind', {
  description: 'What kind of thing happened.',
  values: Object.fromEntries(FEED_KINDS.map((kind) => [kind, { description: KIND_DESCRIPTIONS[kind] }])) as Record<
    FeedKind,
    { description: string }
  >,
});

const FeedSubjectType = builder.unionType('FeedSubject', {
  description: 'What a feed item shows.',
  types: [ActivityType, NoteType, FileType, MailMessageType, ChangeType],
  resolveType: (subject) => (isChange(subject) ? 'Change' : subject.ref.type),
});

const FeedItemType = builder.objectRef<FeedItem>('FeedItem').implement({
  description: 'One thing that happened around a deal.',
  fields: (t) => ({
    kind: t.expose('kind', { type: FeedKindType, nullable: false, description: 'What kind of thing.' }),
    at: t.expose('at', { type: 'DateTime', description: 'When.' }),
    subject: t.field({
      type: FeedSubjectType,
      description: 'What it was, for the kinds that have a type of their own.',
      resolve: ({ subject }) => subject,
    }),
    data: t.expose('data', {
      type: 'JSON',
      description: "The CRM's own object, secrets removed, for the kinds that have no type of their own.",
    }),
  }),
});

const FeedItemConnection = feedConnection<FeedItem>('FeedItem', FeedItemType, 'things that happened');

const READING: Need = { entity: 'FEED', operation: 'LIST', asked: 'Deal.feed' };
const filter = (argument: string, field: string): Need => ({
  entity: 'FEED',
  operation: 'FILTER',
  field,
  asked: `Deal.feed(${argument})`,
});

builder.objectField(DealType, 'feed', (t) =>
  t.field({
    type: FeedItemConnection,
    description: 'Everything that happened around it, newest first. One or more calls per deal.',
    args: {
      kinds: t.arg({
        type: [FeedKindType],
        description: 'Only these kinds; an empty list matches nothing. Everything the CRM tells by default.',
      }),
      includeCustomFieldChanges: t.arg.boolean({
        required: true,
        defaultValue: false,
        description: 'Whether changes of custom fields are among the changes.',
      }),
      ...pageArgs,
    },
    ...ofDeals('FEED'),
    resolve: (deal, args, context) => {
      const { includeCustomFieldChanges } = args;
      const kinds = args.kinds ? new Set(args.kinds) : null;
      const adapter = adapterThatCan(
        context,
        deal.ref,
        READING,
        ...Array.from(kinds ?? [], (kind) => filter(`kinds ${kind}`, `kinds.${kind}`)),
        ...(includeCustomFieldChanges ? [filter('includeCustomFieldChanges', 'includeCustomFieldChanges')] : []),
      );
      if (kinds?.size === 0) return emptyPage<FeedItem>(args);
      return feedPage(adapter.dealHistory.feed, deal, { kinds, includeCustomFieldChanges }, args, context);
    },
  }),
);

function isChange(subject: FeedSubject): subject is Change {
  return !('ref' in subject);
}

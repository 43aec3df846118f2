import type { User } from '../domain/user.ts';
import { ActivityType } from './activity.ts';
import { builder } from './builder.ts';
import { AddressType } from './contact.ts';
import { DealType } from './deal.ts';
import { LabelType } from './label.ts';
import { follow, followAll, linksTo, linkTo } from './link.ts';
import { MoneyType } from './money.ts';
import { selectedFields } from './selection.ts';
import { UserType } from './user.ts';

/** Which day it was depends on where one asks. */
const ZONE = 'as the CRM has it: in the time zone of the account, or of the user the gateway acts as.';

/** What only some CRMs keep of a deal. Each is carried by the deal itself, and null where the CRM has no such thing. */
builder.objectFields(DealType, (t) => ({
  visibility: t.exposeInt('visibility', {
    description:
      "The CRM's own level of who may see it. Pipedrive: 1 owner, 3 the owner's visibility group, 5 that and its sub-groups, 7 everybody; on plans without groups 1 is owner and followers, 3 everybody.",
  }),
  source: t.field({
    type: LabelType,
    description: 'Where the lead came from, on CRMs with sources.',
    ...linkTo('Label'),
    resolve: (deal, _args, context, info) => follow('Label', deal.source, context, info),
  }),
  channel: t.field({
    type: LabelType,
    description: 'The marketing channel it came in by, on CRMs with channels.',
    ...linkTo('Label'),
    resolve: (deal, _args, context, info) => follow('Label', deal.channel, context, info),
  }),
  channelId: t.exposeString('channelId', { description: 'What it is called in that channel.' }),
  origin: t.exposeString('origin', { description: 'What created it, in the CRM’s words: `API`, `Import`, a form.' }),
  originId: t.exposeString('originId', { description: 'Which of those created it.' }),
  importId: t.exposeString('importId', { description: 'The import that brought it.' }),
  wonReason: t.exposeString('wonReason', { description: 'Why it was won.' }),
  lossReasonNotes: t.exposeString('lossReasonNotes', {
    description: 'What is noted on why it was lost, beside a reason that was chosen or in place of one.',
  }),
  wonReasonNotes: t.exposeString('wonReasonNotes', {
    description: 'What is noted on why it was won, beside a reason that was chosen or in place of one.',
  }),
  expectedCloseEvent: t.field({
    type: ActivityType,
    description: 'The entry in the calendar that stands for its expected close date, on CRMs that make one.',
    resolve: (deal, _args, context, info) => follow('Activity', deal.expectedCloseEvent, context, info),
  }),
  closedOn: t.expose('closedOn', { type: 'Date', description: `The day it was closed, ${ZONE}` }),
  wonOn: t.expose('wonOn', { type: 'Date', description: `The day it was won, ${ZONE}` }),
  lostOn: t.expose('lostOn', { type: 'Date', description: `The day it was lost, ${ZONE}` }),
  creator: t.field({
    type: UserType,
    description: 'The user who created it.',
    ...linkTo('User'),
    resolve: (deal, _args, context, info) => follow('User', deal.creator, context, info),
  }),
  collaborators: t.field({
    type: [UserType],
    nullable: { list: true, items: false },
    description: 'The users it is shared with beside its owner; null on CRMs that do not share single deals.',
    ...linksTo('User'),
    resolve: async (deal, _args, context, info) => {
      if (!deal.collaborators) return null;
      const users = await followAll('User', deal.collaborators, context, selectedFields(info));
      return [...users.values()] satisfies User[];
    },
  }),
  archivedAt: t.expose('archivedAt', { type: 'DateTime', description: 'When it was archived.' }),
  address: t.field({ type: AddressType, description: 'Where it is about.', resolve: (deal) => deal.address }),
  acv: t.field({ type: MoneyType, description: 'Annual contract value.', resolve: (deal) => deal.acv }),
  arr: t.field({ type: MoneyType, description: 'Annual recurring revenue.', resolve: (deal) => deal.arr }),
  mrr: t.field({ type: MoneyType, description: 'Monthly recurring revenue.', resolve: (deal) => deal.mrr }),
}));

import { builder } from './builder.ts';

type InputFields = Parameters<NonNullable<Parameters<typeof builder.inputType>[1]>['fields']>[0];

const AddressInput = builder.inputType('AddressInput', {
  description: 'A postal address. It replaces the one there is as a whole: parts that are left out are emptied.',
  fields: (t) => ({
    street: t.string({ description: 'Street and number.' }),
    city: t.string({ description: 'City or town.' }),
    region: t.string({ description: 'State, county or province.' }),
    postalCode: t.string({ description: 'Postal code.' }),
    country: t.string({ description: 'Country.' }),
  }),
});

const notesOn = (reason: string) =>
  `, beside a reason the account offers; null clears it. A \`${reason}\` it does not offer is written as these notes.`;

/** What can be given of a deal both when it is added and when it is changed, on the CRMs that keep it. */
export const dealAttributeInputs = (t: InputFields) => ({
  organizationName: t.string({
    description:
      'The organization it is made with, by its name: the CRM takes the one it has of that name, and creates it where it has none. In place of `organization`.',
  }),
  labels: t.stringList({
    description:
      'Labels or tags, each by global id or exact name. They replace those there are; an empty list takes all away.',
  }),
  source: t.string({ description: 'Where the lead came from, by global id or exact name; null for none.' }),
  channel: t.string({ description: 'The marketing channel it came in by.' }),
  channelId: t.string({ description: 'What it is called in that channel.' }),
  originId: t.string({ description: 'Which system created it.' }),
  visibility: t.int({ description: "The CRM's own level of who may see it, as `Deal.visibility` shows it." }),
  collaborators: t.idList({
    description: 'The users it is shared with. They replace those there are; an empty list takes all away.',
  }),
  wonReason: t.string({ description: 'Why it was won; null clears it.' }),
  lossReasonNotes: t.string({ description: `What to note on why it was lost${notesOn('lossReason')}` }),
  wonReasonNotes: t.string({ description: `What to note on why it was won${notesOn('wonReason')}` }),
  address: t.field({ type: AddressInput, description: 'Where it is about; null clears it.' }),
  isArchived: t.boolean({ description: 'Whether it is archived.' }),
  archivedAt: t.field({ type: 'DateTime', description: 'When it was archived; the present moment by default.' }),
  createdAt: t.field({ type: 'DateTime', description: 'When it was created, for deals that come from elsewhere.' }),
  updatedAt: t.field({
    type: 'DateTime',
    description: 'When it was last changed, for deals that come from elsewhere.',
  }),
  closedAt: t.field({ type: 'DateTime', description: 'When it was closed. Fits deals that are won or lost.' }),
  wonAt: t.field({ type: 'DateTime', description: 'When it was won. Fits deals that are won.' }),
  lostAt: t.field({ type: 'DateTime', description: 'When it was lost. Fits deals that are lost.' }),
  todoTemplate: t.string({
    description: 'A template whose activities the deal gets, by its id in the CRM or its exact name.',
  }),
  todoTemplateOwner: t.id({ description: 'The user whose activities they become; the gateway’s own by default.' }),
});

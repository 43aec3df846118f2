import { parseId } from '../domain/crms.ts';
import type { Person } from '../domain/person.ts';
import { builder } from './builder.ts';
import { crmConnection, pageArgs } from './connection.ts';
import { AddressType, ContactPointType } from './contact.ts';
import type { GraphQLContext } from './context.ts';
import { CustomFieldType, describeCustomFields } from './custom-field.ts';
import { follow, linkTo } from './link.ts';
import { resolveList } from './lists.ts';
import { OnCrmFailure } from './on-crm-failure.ts';
import { PersonFilter, personList } from './person-list.ts';
import { listing } from './planned-lists.ts';
import { BY_ID, customFieldsOf } from './reads.ts';
import { recordInterfaces } from './record.ts';
import { UserType } from './user.ts';

export const PersonType = builder.objectRef<Person>('Person').implement({
  description: 'Someone deals are made with.',
  interfaces: recordInterfaces,
  fields: (t) => ({
    name: t.exposeString('name', { nullable: false, description: 'Full name.' }),
    firstName: t.exposeString('firstName', { description: 'First name.' }),
    lastName: t.exposeString('lastName', { description: 'Last name.' }),
    emails: t.field({
      type: [ContactPointType],
      nullable: false,
      description: 'E-mail addresses, the primary one first.',
      resolve: (person) => person.emails,
    }),
    phones: t.field({
      type: [ContactPointType],
      nullable: false,
      description: 'Phone numbers, the primary one first.',
      resolve: (person) => person.phones,
    }),
    addresses: t.field({
      type: [AddressType],
      nullable: false,
      description: 'Postal addresses, the one at work first.',
      resolve: (person) => person.addresses,
    }),
    jobTitle: t.exposeString('jobTitle', { description: 'Position in the organization.' }),
    owner: t.field({
      type: UserType,
      description: 'The user responsible.',
      ...linkTo('User'),
      resolve: (person, _args, context, info) => follow('User', person.owner, context, info),
    }),
    customFields: t.field({
      type: [CustomFieldType],
      description: 'Fields the account added.',
      args: { keys: t.arg.stringList({ description: 'Only these; all by default.' }) },
      ...customFieldsOf('PERSON_FIELD'),
      resolve: (person, { keys }, context) => describeCustomFields('Person', person, keys, context),
    }),
  }),
});

export const PersonConnection = crmConnection<Person>('Person', PersonType, 'people');

builder.queryFields((t) => ({
  person: t.field({
    type: PersonType,
    description: 'A person by global id; null when there is none.',
    args: { id: t.arg.id({ required: true, description: 'For example `pipedrive:Person:88`.' }) },
    ...BY_ID,
    resolve: (_root, { id }, { crms, loaders }) => loaders.Person.load(parseId(String(id), 'Person', crms, 'id')),
  }),
  people: t.field({
    type: PersonConnection,
    description: 'People of all CRMs in one list, newest first.',
    args: {
      crms: t.arg.idList({ description: 'Only of these CRMs.' }),
      filter: t.arg({ type: PersonFilter, description: 'Only those that match.' }),
      ...pageArgs,
      onCrmFailure: t.arg({
        type: OnCrmFailure,
        required: true,
        defaultValue: 'FAIL',
        description: 'What to do when a CRM cannot answer.',
      }),
    },
    ...listing((args, context: GraphQLContext) => personList(args.filter, context)),
    resolve: (_root, args, context, info) => resolveList(personList(args.filter, context), args, context, info),
  }),
}));

import { parseId } from '../domain/crms.ts';
import type { Organization } from '../domain/organization.ts';
import { builder } from './builder.ts';
import { crmConnection, pageArgs } from './connection.ts';
import { AddressType } from './contact.ts';
import type { GraphQLContext } from './context.ts';
import { CustomFieldType, describeCustomFields } from './custom-field.ts';
import { follow, linkTo } from './link.ts';
import { resolveList } from './lists.ts';
import { OnCrmFailure } from './on-crm-failure.ts';
import { OrganizationFilter, organizationList } from './organization-list.ts';
import { PersonConnection, PersonType } from './person.ts';
import { personList } from './person-list.ts';
import { listing, someRecord } from './planned-lists.ts';
import { BY_ID, customFieldsOf } from './reads.ts';
import { recordInterfaces } from './record.ts';
import { UserType } from './user.ts';

export const OrganizationType = builder.objectRef<Organization>('Organization').implement({
  description: 'A company deals are made with.',
  interfaces: recordInterfaces,
  fields: (t) => ({
    name: t.exposeString('name', { nullable: false, description: 'What it is called.' }),
    address: t.field({
      type: AddressType,
      description: 'Where it is.',
      resolve: (organization) => organization.address,
    }),
    website: t.exposeString('website', { description: 'Its website, as the CRM has it.' }),
    owner: t.field({
      type: UserType,
      description: 'The user responsible.',
      ...linkTo('User'),
      resolve: (organization, _args, context, info) => follow('User', organization.owner, context, info),
    }),
    people: t.field({
      type: PersonConnection,
      description: 'The people who belong to it, newest first. One call per organization.',
      args: { ...pageArgs },
      ...listing((_args, context: GraphQLContext, crm) => personList(null, context, someRecord(crm, 'Organization'))),
      resolve: ({ ref }, args, context, info) =>
        resolveList(personList(null, context, ref), { ...args, crms: [ref.crm] }, context, info),
    }),
    customFields: t.field({
      type: [CustomFieldType],
      description: 'Fields the account added.',
      args: { keys: t.arg.stringList({ description: 'Only these; all by default.' }) },
      ...customFieldsOf('ORGANIZATION_FIELD'),
      resolve: (organization, { keys }, context) => describeCustomFields('Organization', organization, keys, context),
    }),
  }),
});

builder.objectField(PersonType, 'organization', (t) =>
  t.field({
    type: OrganizationType,
    description: 'The organization the person belongs to.',
    ...linkTo('Organization'),
    resolve: (person, _args, context, info) => follow('Organization', person.organization, context, info),
  }),
);

export const OrganizationConnection = crmConnection<Organization>('Organization', OrganizationType, 'organizations');

builder.queryFields((t) => ({
  organization: t.field({
    type: OrganizationType,
    description: 'An organization by global id; null when there is none.',
    args: { id: t.arg.id({ required: true, description: 'For example `pipedrive:Organization:41`.' }) },
    ...BY_ID,
    resolve: (_root, { id }, { crms, loaders }) =>
      loaders.Organization.load(parseId(String(id), 'Organization', crms, 'id')),
  }),
  organizations: t.field({
    type: OrganizationConnection,
    description: 'Organizations of all CRMs in one list, newest first.',
    args: {
      crms: t.arg.idList({ description: 'Only of these CRMs.' }),
      filter: t.arg({ type: OrganizationFilter, description: 'Only those that match.' }),
      ...pageArgs,
      onCrmFailure: t.arg({
        type: OnCrmFailure,
        required: true,
        defaultValue: 'FAIL',
        description: 'What to do when a CRM cannot answer.',
      }),
    },
    ...listing((args, context: GraphQLContext) => organizationList(args.filter, context)),
    resolve: (_root, args, context, info) => resolveList(organizationList(args.filter, context), args, context, info),
  }),
}));

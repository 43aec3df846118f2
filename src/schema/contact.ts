import type { Address, ContactPoint } from '../domain/record.ts';
import { builder } from './builder.ts';

export const ContactPointType = builder.objectRef<ContactPoint>('ContactPoint').implement({
  description: 'An e-mail address or phone number, as the CRM has it.',
  fields: (t) => ({
    value: t.exposeString('value', { nullable: false, description: 'The address or number.' }),
    label: t.exposeString('label', { description: 'What it is for: work, home, mobile.' }),
    isPrimary: t.exposeBoolean('isPrimary', { nullable: false, description: 'Whether it is the one to use.' }),
  }),
});

export const AddressType = builder.objectRef<Address>('Address').implement({
  description: 'A postal address, in as many parts as the CRM knows.',
  fields: (t) => ({
    formatted: t.exposeString('formatted', { description: 'On one line.' }),
    street: t.exposeString('street', { description: 'Street and number.' }),
    city: t.exposeString('city', { description: 'City or town.' }),
    region: t.exposeString('region', { description: 'State, county or province.' }),
    postalCode: t.exposeString('postalCode', { description: 'Postal code.' }),
    country: t.exposeString('country', { description: 'Country, as the CRM writes it.' }),
  }),
});

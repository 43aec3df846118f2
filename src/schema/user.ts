import type { User } from '../domain/user.ts';
import { builder } from './builder.ts';
import { recordInterfaces } from './record.ts';

export const UserType = builder.objectRef<User>('User').implement({
  description: 'A member of the sales team, with an account in the CRM.',
  interfaces: recordInterfaces,
  fields: (t) => ({
    name: t.exposeString('name', { nullable: false, description: 'Full name.' }),
    email: t.exposeString('email', { description: 'E-mail address, as the CRM has it.' }),
    isActive: t.exposeBoolean('isActive', { nullable: false, description: 'Whether the account is in use.' }),
  }),
});

import type { CrmRecord } from './record.ts';

/** A member of the sales team, with an account in the CRM. */
export interface User extends CrmRecord<'User'> {
  readonly name: string;
  readonly email: string | null;
  readonly isActive: boolean;
}

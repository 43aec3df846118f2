import type { Organization } from './organization.ts';
import type { Address, ContactPoint, CrmRecord, CustomValues } from './record.ts';
import type { Link } from './ref.ts';
import type { User } from './user.ts';

/** Someone a deal is made with. */
export interface Person extends CrmRecord<'Person'> {
  readonly name: string;
  readonly firstName: string | null;
  readonly lastName: string | null;
  /** Primary first. */
  readonly emails: readonly ContactPoint[];
  /** Primary first. */
  readonly phones: readonly ContactPoint[];
  /** At work first. */
  readonly addresses: readonly Address[];
  readonly jobTitle: string | null;
  readonly owner: Link<User> | null;
  readonly organization: Link<Organization> | null;
  readonly customValues: CustomValues;
}

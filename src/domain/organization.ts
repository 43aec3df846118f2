import type { Address, CrmRecord, CustomValues } from './record.ts';
import type { Link } from './ref.ts';
import type { User } from './user.ts';

/** A company a deal is made with. */
export interface Organization extends CrmRecord<'Organization'> {
  readonly name: string;
  readonly address: Address | null;
  readonly website: string | null;
  readonly owner: Link<User> | null;
  readonly customValues: CustomValues;
}

import type { Call } from '../../domain/call.ts';
import type { CrmAdapter } from '../../domain/crm-adapter.ts';
import type { Found, Table } from '../../domain/repository.ts';
import type { User } from '../../domain/user.ts';
import { id, instantOrNull, readRecord, textOrNull, type Wire, withoutSecrets } from '../wire.ts';
import type { Account } from './account.ts';
import { collection, member } from './api.ts';
import { fullName } from './links.ts';
import { KeptTable, readRows } from './table.ts';
import { parseTime } from './time.ts';

/** Users of `GET /users`, those who left included: deals go on naming them. */
export class Users implements Table<User> {
  readonly #account: Account;
  readonly #table: KeptTable<User>;

  constructor(account: Account) {
    this.#account = account;
    this.#table = new KeptTable(account, 'users', async (call) => {
      const query = [['conditions[including_inactive]', true]] as const;
      const values = await account.api.all(collection('users'), call, query);
      return readRows(account.crm, 'user', values, (wire) => toUser(account.crm, wire, false));
    });
  }

  all(call: Call): Promise<readonly User[]> {
    return this.#table.all(call);
  }

  getMany(ids: readonly string[], call: Call): Promise<Found<User>> {
    return this.#table.getMany(ids, call);
  }

  async getWhole(userId: string, call: Call): Promise<User | null> {
    const wire = await this.#account.api.one(member('users', userId), call);
    if (wire === null) return null;
    return readRecord(this.#account.crm, 'user', wire, (value) => toUser(this.#account.crm, value, true));
  }
}

/** The user whose API key the gateway uses (PipelineDeals API v3, GET /profile), read once and kept. */
export function createCurrentUser(account: Account): CrmAdapter['currentUser'] {
  const kept = account.keep('profile', async (call) => {
    const profile = await account.api.one(collection('profile'), call);
    return readRecord(account.crm, 'profile', profile, (wire) => id(wire));
  });
  return (call) => kept.get(call);
}

function toUser(crm: string, wire: Wire, whole: boolean): User {
  const email = textOrNull(wire, 'email');
  return {
    ref: { crm, type: 'User', id: id(wire) },
    createdAt: instantOrNull(wire, 'created_at', parseTime),
    updatedAt: instantOrNull(wire, 'updated_at', parseTime),
    raw: () => (whole ? withoutSecrets(wire) : undefined),
    name: fullName(wire) || email || '',
    email,
    isActive: wire.deleted_at === undefined || wire.deleted_at === null,
  };
}

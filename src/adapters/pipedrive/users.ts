import type { Found, Table } from '../../domain/repository.ts';
import type { User } from '../../domain/user.ts';
import type { KeptAnswers } from '../kept.ts';
import { boolean, id, instantOrNull, readRecord, text, textOrNull, type Wire, withoutSecrets } from '../wire.ts';
import type { PipedriveApi } from './api.ts';
import { ENDPOINTS } from './endpoints.ts';
import { isDeleted } from './records.ts';
import { createTable, readRows } from './tables.ts';
import { parseV1Time } from './times.ts';

/** Maps a user of v1. One who has left stays a user, inactive: deals still name them as owner. */
export function toUser(crm: string, wire: Wire): User {
  return {
    ref: { crm, type: 'User', id: id(wire) },
    createdAt: instantOrNull(wire, 'created', parseV1Time),
    updatedAt: instantOrNull(wire, 'modified', parseV1Time),
    raw: () => undefined,
    name: text(wire, 'name'),
    email: textOrNull(wire, 'email') || null,
    isActive: boolean(wire, 'active_flag', true) && !isDeleted(wire),
  };
}

/** All users, read once and kept. */
export function createUsers(api: PipedriveApi, answers: KeptAnswers): Table<User> {
  const kept = answers.keep<Found<User>>(ENDPOINTS.users.template, async (call) =>
    readRows(api.crm, 'user', await api.unpaged(ENDPOINTS.users, call), (wire) => toUser(api.crm, wire)),
  );
  return createTable(kept, async (userId, call) => {
    const value = await api.one(ENDPOINTS.user, userId, call);
    if (value === null) return null;
    return readRecord(api.crm, 'user', value, (wire) => ({
      ...toUser(api.crm, wire),
      raw: () => withoutSecrets(wire),
    }));
  });
}

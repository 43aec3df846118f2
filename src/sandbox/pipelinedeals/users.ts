import type { SimResponse } from '../kit/simulator.ts';
import { ACCOUNT_ID, type Call, CURRENCY_WITH_PLACES } from './account.ts';
import { empty, ok } from './answers.ts';
import { isTrue, like, oneOf, readConditions, testsOf } from './conditions.ts';
import { page } from './lists.ts';
import { fullName, type UserRecord } from './records.ts';
import { oldestFirst } from './subjects.ts';
import { formatInstant, ZONE } from './zone.ts';

/** Active users; inactive ones too where asked for. */
export function listUsers(call: Call): SimResponse {
  const { query } = call.request;
  const withInactive = readConditions(query).get('including_inactive')?.values[0] === 'true';
  const tests = testsOf<UserRecord>(query, {
    email: like((user) => [user.email]),
    admin: isTrue((user) => user.is_account_admin),
    user_level: oneOf((user) => [user.level]),
  });
  const users = [...call.store.users.values()]
    .filter((user) => (withInactive || user.deleted_at === null) && tests.every((test) => test(user)))
    .toSorted(oldestFirst);
  return ok(page(users, query, call.dialect, (user) => userView(call, user)));
}

export function getUser(call: Call): SimResponse {
  const user = call.store.users.get(Number(call.request.params.id));
  return user ? ok(userView(call, user)) : empty(404);
}

/** The user whose key was sent, with the secrets of the account. */
export function getProfile(call: Call): SimResponse {
  return ok({ ...userView(call, call.user), account_key: call.secrets.accountKey, w2lid: call.secrets.w2lid });
}

/** A user as the CRM shows it: with the key that acts in that user's name. */
function userView(call: Call, user: UserRecord): Record<string, unknown> {
  return {
    ...userSummary(user),
    account_id: ACCOUNT_ID,
    is_allowed_to_export: true,
    is_allowed_to_send_campaigns: true,
    is_backend_admin: false,
    name: null,
    last_seen_at: formatInstant(user.updated_at),
    w2lid: call.secrets.w2lid,
    mobile_number: null,
    work_phone: null,
    updated_at: formatInstant(user.updated_at),
    avatar_thumb_url: null,
    api_key: user.api_key,
    mfa_enabled: false,
    currency: CURRENCY_WITH_PLACES,
    can_change_company_owner: user.is_account_admin,
    visible_teams: [],
    language: 'en',
  };
}

/** The part of a user that the account's own answer shows too; without a key. */
export function userSummary(user: UserRecord): Record<string, unknown> {
  return {
    id: user.id,
    first_name: user.first_name,
    last_name: user.last_name,
    full_name: fullName(user),
    email: user.email,
    other_emails: [],
    level: user.level,
    is_account_admin: user.is_account_admin,
    is_allowed_to_delete: user.is_allowed_to_delete,
    is_allowed_to_merge_records: user.is_allowed_to_merge_records,
    read_only: user.read_only,
    team_id: user.team_id,
    manager_id: user.manager_id,
    time_zone: ZONE,
    date_format: 'us',
    time_format: 'US',
    commission_rate: 0,
    deleted_at: user.deleted_at === null ? null : formatInstant(user.deleted_at),
  };
}

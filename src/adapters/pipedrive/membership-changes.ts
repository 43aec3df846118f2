import type { Feed } from '../../domain/feed.ts';
import type { MembershipAction, MembershipChange } from '../../domain/membership-change.ts';
import type { Person } from '../../domain/person.ts';
import type { CrmRecord } from '../../domain/record.ts';
import type { Instant } from '../../domain/time.ts';
import type { User } from '../../domain/user.ts';
import { id, instantOrNull, oneOf, type Wire, WireError } from '../wire.ts';
import type { PipedriveApi } from './api.ts';
import { ENDPOINTS, type Endpoint, MAX_PAGE } from './endpoints.ts';
import { readAll } from './feeds.ts';
import { linkOrNull, linkTo } from './links.ts';
import { parseTime, parseV1Time } from './times.ts';

/** The documentation shows `added` alone. */
const ACTION: Readonly<Record<string, MembershipAction>> = { added: 'ADDED', removed: 'REMOVED', deleted: 'REMOVED' };

/** Who came to follow a deal or ceased to (v2, GET /deals/{id}/followers/changelog), in the CRM's order. */
export function followerChanges(api: PipedriveApi): Feed<MembershipChange<User>> {
  return membershipChanges<User>(api, ENDPOINTS.followerChanges, 'User', 'follower_user_id', parseTime);
}

/** Who came to take part in a deal or ceased to (v1, GET /deals/{id}/participantsChangelog), in the CRM's order. */
export function participantChanges(api: PipedriveApi): Feed<MembershipChange<Person>> {
  return membershipChanges<Person>(api, ENDPOINTS.participantChanges, 'Person', 'person_id', parseV1Time);
}

function membershipChanges<Who extends CrmRecord>(
  api: PipedriveApi,
  endpoint: Endpoint,
  type: Who['ref']['type'],
  key: string,
  parse: (text: string) => Instant,
): Feed<MembershipChange<Who>> {
  const map = (wire: Wire): MembershipChange<Who> => {
    const at = instantOrNull(wire, 'time', parse);
    if (at === null) throw new WireError('time is missing');
    return {
      action: oneOf(wire, 'action', ACTION),
      who: linkTo<Who>(api.crm, type, id(wire, key)),
      by: linkOrNull<User>(api.crm, 'User', wire, 'actor_user_id'),
      at,
    };
  };
  return {
    async read(deal, _options, { position, limit }, call) {
      const page = await api.page(endpoint, [], Math.min(limit, MAX_PAGE), position, call, { id: deal });
      return { items: readAll(api.crm, 'membership change', page.values, map), next: page.next };
    },
  };
}

import type { Follower } from '../../domain/follower.ts';
import type { User } from '../../domain/user.ts';
import { ids, list, type Wire } from '../wire.ts';
import { byId, fullName, link } from './links.ts';

/**
 * The users a deal is shared with; `null` when the record does not tell. `collaborators` has the names to the ids of
 * `shared_user_ids`.
 */
export function dealFollowers(crm: string, deal: Wire): readonly Follower[] | null {
  if (deal.shared_user_ids === undefined && deal.collaborators === undefined) return null;
  const known = byId(list(deal.collaborators ?? [], 'collaborators'));
  return [...new Set([...ids(deal, 'shared_user_ids'), ...known.keys()])].map((user) => {
    const name = fullName(known.get(user) ?? {});
    return { user: link<User>(crm, 'User', user, name === null ? {} : { name }), since: null };
  });
}

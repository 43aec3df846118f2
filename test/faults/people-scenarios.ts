import type { Account, Part } from './account.ts';
import { effect, missing, repeated } from './effect.ts';
import { remoteId } from './records.ts';
import { onBoth, type Scenario } from './scenario.ts';

/** Writes of who follows a deal and who takes part in it. */
export const PEOPLE_SCENARIOS: readonly Scenario[] = [
  ...(['follower', 'participant'] as const).flatMap((what) => {
    const { part, who, type, name } = {
      follower: { part: 'followers', who: 'user', type: 'User', name: 'DealFollower' },
      participant: { part: 'people', who: 'person', type: 'Person', name: 'DealParticipant' },
    }[what] as { part: Part; who: string; type: 'User' | 'Person'; name: string };
    return [
      ...onBoth(`add${name}`, async (account) => {
        const [deal, [, other, candidate]] = [await account.newDeal(), account.ids(type, 3)];
        await join(account, part, deal, other as string);
        const before = account.parts(part, deal);
        return {
          mutation: `add${name}`,
          input: { deal, [who]: candidate },
          named: () => [deal],
          effect: () => {
            const now = account.parts(part, deal);
            return effect([now.includes(String(remoteId(candidate as string)))], {
              duplicates: repeated(now),
              losses: missing(before, now),
            });
          },
        };
      }),
      ...onBoth(`delete${name}`, async (account) => {
        const [deal, [, other, candidate]] = [await account.newDeal(), account.ids(type, 3)];
        await join(account, part, deal, other as string);
        await join(account, part, deal, candidate as string);
        return {
          mutation: `delete${name}`,
          input: { deal, [who]: candidate },
          named: () => [deal],
          effect: () => {
            const now = account.parts(part, deal);
            return effect([!now.includes(String(remoteId(candidate as string)))], {
              losses: missing([String(remoteId(other as string))], now),
            });
          },
        };
      }),
    ];
  }),
];

/** Puts somebody on a deal. */
async function join(account: Account, part: Part, deal: string, who: string): Promise<void> {
  const [id, member] = [remoteId(deal), remoteId(who)];
  if (account.crm === 'pipedrive') {
    await (part === 'followers'
      ? account.own('POST', `/api/v2/deals/${id}/followers`, { user_id: member })
      : account.own('POST', `/v1/deals/${id}/participants`, { person_id: member }));
    return;
  }
  const own = account.parts(part, deal).map(Number);
  const primary = part === 'people' ? [remoteId(account.ids('Person', 1)[0] as string)] : [];
  const key = part === 'followers' ? 'shared_user_ids' : 'person_ids';
  await account.own('PUT', `/deals/${id}`, { deal: { [key]: [...primary, ...own, member] } });
}

import { expect } from 'vitest';
import { remoteId } from '../gateway/writes/support.ts';
import { byDeal, holds, ofDealWithMost, remotes, sortedIds } from './listed-part.ts';
import { type Data, type Operation, onBoth, onlyOn, v1, v2, v3, withdrawn } from './operation.ts';
import { type Place, pipedriveDeal, pipelineDealsDeal } from './place.ts';

/** Everybody on a deal, the primary contact included. */
function peopleOn(place: Place, deal: string): readonly number[] {
  if (place.crm === 'pipelinedeals') return pipelineDealsDeal(place, deal).person_ids;
  return [...place.gateway.pipedrive.store.peopleOf(pipedriveDeal(place, deal))];
}

const FOLLOWERS = [v2('GET /deals/:id/followers')];
const PARTICIPANTS = [v1('GET /deals/:id/participants')];

/** Who follows deals, takes part in them and may see them. */
export const PEOPLE_OF_DEALS: readonly Operation[] = [
  {
    name: 'deal: list its followers',
    api: [...FOLLOWERS, v3('GET /deals/:id')],
    covers: ['FOLLOWER LIST', 'FOLLOWER READ'],
    document: byDeal('followers { totalCount nodes { user { id } } }'),
    variables: ofDealWithMost('followers'),
    expected: onBoth((data, place, { id }) => {
      const { totalCount, nodes } = data.deal.followers;
      expect(totalCount).toBe(place.part('followers', String(id)).length);
      expect(remotes(nodes.map(({ user }: Data) => user))).toEqual(sortedIds(place.part('followers', String(id))));
    }),
  },
  {
    name: 'deal: read since when it is followed',
    api: FOLLOWERS,
    covers: ['FOLLOWER READ since'],
    document: byDeal('followers { nodes { since } }'),
    variables: ofDealWithMost('followers'),
    expected: onlyOn(
      'pipedrive',
      (data, { gateway }, { id }) => {
        const own = gateway.pipedrive.store.followersOf(remoteId(id)).map(({ add_time }) => add_time);
        expect(data.deal.followers.nodes.map(({ since }: Data) => since).toSorted()).toEqual(own.toSorted());
      },
      'ABSENT',
    ),
  },
  {
    name: 'deal: list its participants',
    api: [...PARTICIPANTS, v3('GET /deals/:id')],
    covers: ['PARTICIPANT LIST', 'PARTICIPANT READ'],
    document: byDeal('participants { totalCount nodes { person { id } } }'),
    variables: ofDealWithMost('participants'),
    expected: onBoth((data, place, { id }) => {
      const { totalCount, nodes } = data.deal.participants;
      expect(totalCount).toBe(place.part('participants', String(id)).length);
      expect(remotes(nodes.map(({ person }: Data) => person))).toEqual(
        sortedIds(place.part('participants', String(id))),
      );
    }),
  },
  {
    name: 'deal: read since when and through whom people take part in it',
    api: PARTICIPANTS,
    covers: ['PARTICIPANT READ since', 'PARTICIPANT READ addedBy'],
    document: byDeal('participants { nodes { since addedBy { id } } }'),
    variables: ofDealWithMost('participants'),
    expected: onlyOn(
      'pipedrive',
      (data, place, { id }) => {
        const { store } = place.gateway.pipedrive;
        const wanted = place.part('participants', String(id)).map((person) => {
          const { add_time, added_by_user_id } = store.participationOf(pipedriveDeal(place, id), person);
          return { since: add_time, addedBy: { id: place.id('User', added_by_user_id) } };
        });
        expect(data.deal.participants.nodes).toHaveLength(wanted.length);
        expect(data.deal.participants.nodes).toEqual(expect.arrayContaining(wanted));
      },
      'ABSENT',
    ),
  },
  ...(
    [
      ['FOLLOWER', 'followerChanges', 'user', 'User', v2('GET /deals/:id/followers/changelog')],
      ['PARTICIPANT', 'participantChanges', 'person', 'Person', v1('GET /deals/:id/participantsChangelog')],
    ] as const
  ).map(
    ([entity, field, who, type, api]): Operation => ({
      name: `deal: list its ${field}`,
      api: [api],
      covers: [`${entity} LIST changes`],
      document: byDeal(`${field} { nodes { action ${who} { id } } }`),
      variables: (place) => {
        const changed = [...place.gateway.pipedrive.store[field].values()].map(({ deal_id }) => deal_id);
        return { id: (place.listed().find(({ remoteId: id }) => changed.includes(id)) ?? place.sample()).id };
      },
      expected: onlyOn('pipedrive', (data, place, { id }) => {
        const own = [...place.gateway.pipedrive.store[field].values()].filter(
          ({ deal_id }) => deal_id === remoteId(id),
        );
        const wanted = own.map(({ action, member_id }) => ({
          action: action.toUpperCase(),
          [who]: { id: place.id(type, member_id) },
        }));
        expect(wanted.length).toBeGreaterThan(0);
        expect(data.deal[field].nodes).toHaveLength(wanted.length);
        expect(data.deal[field].nodes).toEqual(expect.arrayContaining(wanted));
      }),
    }),
  ),
  {
    name: 'deal: list everybody on it',
    api: [v2('GET /persons'), v3('GET /deals/:id'), withdrawn('GET /deals/:id/persons', 'v2 lists persons by deal')],
    covers: ['DEAL READ people', 'PERSON READ'],
    document: byDeal('people { nodes { id name } }'),
    variables: ofDealWithMost('participants'),
    expected: onBoth(holds('people', peopleOn)),
  },
  {
    name: 'deal: list the users who may see it',
    api: [v1('GET /deals/:id/permittedUsers'), v3('GET /deals/:id')],
    covers: ['PERMITTED_USER LIST', 'PERMITTED_USER READ'],
    document: byDeal('permittedUsers { nodes { id } }'),
    variables: (place) => ({ id: place.sample().id }),
    expected: onBoth(async (data, place, { id }) => {
      const wanted =
        place.crm === 'pipedrive'
          ? (await place.own(`/v1/deals/${remoteId(id)}/permittedUsers`)).data
          : (await place.own(`/deals/${remoteId(id)}`)).possible_notify_user_ids;
      expect(wanted.length).toBeGreaterThan(0);
      expect(remotes(data.deal.permittedUsers.nodes)).toEqual(sortedIds(wanted));
    }),
  },
];

import { expect } from 'vitest';
import { remoteId } from '../gateway/writes/support.ts';
import { byDeal, expectNewestFirst, holds, ofDealWithMost } from './listed-part.ts';
import { type Operation, onBoth, onlyOn, v2, v3, withdrawn } from './operation.ts';
import type { Place } from './place.ts';

/** Whether an activity of either store is done, by its id in the CRM. */
function isDone({ crm, gateway }: Place, id: number): boolean {
  const { pipedrive, pipelinedeals } = gateway;
  const activity =
    crm === 'pipedrive'
      ? pipedrive.store.activities.get(id)?.done
      : pipelinedeals.store.calendarEntries.get(id)?.complete;
  return activity === true;
}

const ACTIVITIES = [
  v2('GET /activities'),
  v3('GET /calendar_entries'),
  withdrawn('GET /deals/:id/activities', 'v2 lists activities by deal'),
];

/** Activities of deals. */
export const ACTIVITIES_OF_DEALS: readonly Operation[] = [
  {
    name: 'deal: list its activities, newest first',
    api: ACTIVITIES,
    covers: ['ACTIVITY LIST', 'ACTIVITY SORT CREATED_AT', 'ACTIVITY READ person'],
    document: byDeal('activities { nodes { id subject isDone createdAt person { id } } }'),
    variables: ofDealWithMost('activities'),
    expected: onBoth((data, place, variables) => {
      holds('activities', (_place, deal) => place.part('activities', deal))(data, place, variables);
      const { pipedrive, pipelinedeals } = place.gateway;
      expectNewestFirst(data.deal.activities.nodes);
      for (const { id, subject, isDone: done, person } of data.deal.activities.nodes) {
        const remote = remoteId(id);
        expect(done).toBe(isDone(place, remote));
        if (place.crm === 'pipedrive') {
          const activity = pipedrive.store.activities.get(remote);
          expect(subject).toBe(activity?.subject);
          expect(person?.id ?? null).toBe(activity?.person_id ? place.id('Person', activity.person_id) : null);
        } else {
          expect(subject).toBe(pipelinedeals.store.calendarEntries.get(remote)?.name);
          expect(person).toBeNull();
        }
      }
    }),
  },
  ...[true, false].map(
    (done): Operation => ({
      name: `deal: list its activities that are ${done ? 'done' : 'to be done'}`,
      api: ACTIVITIES,
      covers: ['ACTIVITY LIST', 'ACTIVITY FILTER done'],
      document: byDeal('activities(done: $done) { nodes { id } }', ', $done: Boolean'),
      variables: (place) => {
        const deal = place
          .listed()
          .find(({ id }) => new Set(place.part('activities', id).map((one) => isDone(place, one))).size === 2);
        return { id: deal?.id, done };
      },
      expected: onBoth(
        holds('activities', (place, deal) =>
          place.part('activities', deal).filter((activity) => isDone(place, activity) === done),
        ),
      ),
    }),
  ),
  {
    name: 'deal: list its activities without some',
    api: ACTIVITIES,
    covers: ['ACTIVITY LIST', 'ACTIVITY FILTER excludeIds'],
    document: byDeal('activities(excludeIds: $excludeIds) { nodes { id } }', ', $excludeIds: [ID!]'),
    variables: (place) => {
      const id = place.dealWithMost('activities');
      return { id, excludeIds: [place.id('Activity', place.part('activities', id)[0])] };
    },
    expected: onBoth(holds('activities', (place, deal) => place.part('activities', deal).slice(1))),
  },
  {
    name: 'activity: read',
    api: [v2('GET /activities/:id'), v3('GET /calendar_entries/:id')],
    covers: ['ACTIVITY READ'],
    document: 'query ($id: ID!) { node(id: $id) { ... on Activity { remoteId subject isDone deal { id } } } }',
    variables: (place) => {
      const [activity] = place.part('activities', place.dealWithMost('activities'));
      return { id: place.id('Activity', activity) };
    },
    expected: onBoth((data, place, { id }) => {
      const { pipedrive, pipelinedeals } = place.gateway;
      const remote = remoteId(id);
      const subject =
        place.crm === 'pipedrive'
          ? pipedrive.store.activities.get(remote)?.subject
          : pipelinedeals.store.calendarEntries.get(remote)?.name;
      const deal = { id: place.dealWithMost('activities') };
      expect(data.node).toEqual({ remoteId: String(remote), subject, isDone: isDone(place, remote), deal });
    }),
  },
  {
    name: 'activity: read where it takes place',
    api: [v2('GET /activities/:id')],
    covers: ['ACTIVITY READ location'],
    document: 'query ($id: ID!) { node(id: $id) { ... on Activity { location } } }',
    variables: (place) => {
      const [activity = 0] = place.part('activities', place.dealWithMost('activities'));
      const own = place.crm === 'pipedrive' ? place.gateway.pipedrive.store.activities.get(activity) : undefined;
      const [organization] = place.gateway.pipedrive.store.organizations.values();
      if (own && organization?.address) own.location = { ...organization.address, value: 'Sadama 1, Tallinn' };
      return { id: place.id('Activity', activity) };
    },
    expected: onlyOn('pipedrive', (data) => expect(data.node.location).toBe('Sadama 1, Tallinn'), 'ABSENT'),
  },
];

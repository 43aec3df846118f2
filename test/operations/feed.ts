import { expect } from 'vitest';
import { remoteId } from '../gateway/writes/support.ts';
import { byDeal, ofDealWithMost } from './listed-part.ts';
import { type Check, type Data, type Operation, onBoth, onlyOn, v1, v3 } from './operation.ts';
import type { Place } from './place.ts';

/** What the feed of a PipelineDeals deal is made of, by kind. */
function fedFrom(place: Place, deal: string): Readonly<Record<string, number>> {
  const { notes: all } = place.gateway.pipelinedeals.store;
  const mails = place.part('mailMessages', deal).length;
  const written = [...all.values()].filter(({ deal_id }) => deal_id === remoteId(deal)).length;
  return {
    NOTE: written - mails,
    MAIL_MESSAGE: mails,
    ACTIVITY: place.part('activities', deal).length,
    FILE: place.part('files', deal).length,
  };
}

/** What Pipedrive calls the kinds of a feed. */
const OBJECTS: Readonly<Record<string, string>> = {
  NOTE: 'note',
  FILE: 'file',
  ACTIVITY: 'activity',
  MAIL_MESSAGE: 'mailMessage',
  CHANGE: 'dealChange',
  FOLLOWER: 'dealFollower',
  PARTICIPANT: 'participant',
};

/** How many things of each kind a feed has to hold. */
async function feedOf(place: Place, deal: string, allChanges = false): Promise<Readonly<Record<string, number>>> {
  if (place.crm === 'pipelinedeals') return fedFrom(place, deal);
  const query = { limit: '500', ...(allChanges && { all_changes: '1' }) };
  const { data } = await place.own(`/v1/deals/${remoteId(deal)}/flow`, query);
  return Object.fromEntries(
    Object.entries(OBJECTS).map(([kind, object]) => [kind, data.filter((one: Data) => one.object === object).length]),
  );
}

/** A feed holds as many things of each of these kinds as the CRM has. */
function feeds(kinds?: readonly string[], allChanges = false): Check {
  return async (data, place, { id }) => {
    const all = await feedOf(place, String(id), allChanges);
    const wanted = Object.entries(all).filter(([kind, count]) => count > 0 && (kinds?.includes(kind) ?? true));
    const read = new Map<string, number>();
    for (const { kind } of data.deal.feed.nodes) read.set(kind, (read.get(kind) ?? 0) + 1);
    expect(Object.fromEntries(read)).toEqual(Object.fromEntries(wanted));
  };
}

const FLOW = [v1('GET /deals/:id/flow')];
const FEED = byDeal('feed(first: 500, kinds: $kinds) { nodes { kind } }', ', $kinds: [FeedKind!]');

/** What happened around deals. */
export const FEED_OF_DEALS: readonly Operation[] = [
  {
    name: 'deal: feed of everything around it',
    api: [...FLOW, v3('GET /notes'), v3('GET /calendar_entries'), v3('GET /documents')],
    covers: ['FEED LIST', 'FEED READ'],
    document: FEED,
    variables: ofDealWithMost('mailMessages'),
    expected: onBoth(feeds()),
  },
  ...(['NOTE', 'ACTIVITY', 'FILE', 'MAIL_MESSAGE'] as const).map(
    (kind): Operation => ({
      name: `deal: feed of kind ${kind}`,
      api: FLOW,
      covers: ['FEED LIST', `FEED FILTER kinds.${kind}`],
      document: FEED,
      variables: (place) => ({
        id: place.dealWithMost(
          ({ NOTE: 'notes', ACTIVITY: 'activities', FILE: 'files', MAIL_MESSAGE: 'mailMessages' } as const)[kind],
        ),
        kinds: [kind],
      }),
      expected: onBoth(async (data, place, variables) => {
        expect(data.deal.feed.nodes.length).toBeGreaterThan(0);
        await feeds([kind])(data, place, variables);
      }),
    }),
  ),
  ...(
    [
      'CHANGE',
      'FOLLOWER',
      'PARTICIPANT',
      'CALL',
      'COMMENT',
      'DEAL',
      'DOCUMENT',
      'INVOICE',
      'MARKETING',
      'OTHER',
    ] as const
  ).map(
    (kind): Operation => ({
      name: `deal: feed of kind ${kind}`,
      api: FLOW,
      covers: ['FEED FILTER', `FEED FILTER kinds.${kind}`],
      document: FEED,
      variables: (place) => ({ id: place.dealWithMost('followers'), kinds: [kind] }),
      expected: onlyOn('pipedrive', feeds([kind])),
    }),
  ),
  {
    name: 'deal: feed with the changes of custom fields',
    api: FLOW,
    covers: ['FEED FILTER includeCustomFieldChanges'],
    document: byDeal('feed(first: 500, includeCustomFieldChanges: true) { nodes { kind } }'),
    variables: (place) => {
      const changes = [...place.gateway.pipedrive.store.fieldChanges.values()].filter((one) => one.is_custom_field);
      const deal = place.listed().find(({ remoteId: id }) => changes.some(({ deal_id }) => deal_id === id));
      return { id: deal?.id ?? place.sample().id };
    },
    expected: onlyOn('pipedrive', async (data, place, variables) => {
      await feeds(undefined, true)(data, place, variables);
      const without = await feedOf(place, String(variables.id));
      const changes = data.deal.feed.nodes.filter(({ kind }: Data) => kind === 'CHANGE');
      expect(changes.length).toBeGreaterThan(without.CHANGE ?? 0);
    }),
  },
  {
    name: 'deal: list the changes of its fields',
    api: [v1('GET /deals/:id/changelog')],
    covers: ['CHANGE LIST', 'CHANGE READ'],
    document: byDeal('changes(first: 500) { nodes { field oldValue newValue changedAt } }'),
    variables: (place) => {
      const changed = [...place.gateway.pipedrive.store.fieldChanges.values()].map(({ deal_id }) => deal_id);
      return { id: (place.listed().find(({ remoteId: id }) => changed.includes(id)) ?? place.sample()).id };
    },
    expected: onlyOn('pipedrive', (data, { gateway }, { id }) => {
      const own = [...gateway.pipedrive.store.fieldChanges.values()].filter(({ deal_id }) => deal_id === remoteId(id));
      expect(own.length).toBeGreaterThan(0);
      expect(data.deal.changes.nodes.toReversed()).toEqual(
        own.map(({ field_key, old_value, new_value, time }) => ({
          field: field_key,
          oldValue: old_value,
          newValue: new_value,
          changedAt: time,
        })),
      );
    }),
  },
];

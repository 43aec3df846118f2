import { expect } from 'vitest';
import { remoteId } from '../gateway/writes/support.ts';
import type { Check } from './operation.ts';
import type { Part, Place } from './place.ts';

/** Ids in one order, to be compared as sets. */
export const sortedIds = (ids: readonly (string | number)[]) => ids.map(String).toSorted();
/** The ids in the CRM of records, in the same order. */
export const remotes = (nodes: readonly { id: string }[]) => sortedIds(nodes.map(({ id }) => remoteId(id)));

/** What is listed of a deal is what the store has, and there is something. */
export function holds(field: string, wanted: (place: Place, deal: string) => readonly number[]): Check {
  return (data, place, { id }) => {
    const ids = wanted(place, String(id));
    expect(ids.length).toBeGreaterThan(0);
    expect(remotes(data.deal[field].nodes)).toEqual(sortedIds(ids));
  };
}

/** Variables that name the deal with the most of something. */
export const ofDealWithMost = (part: Part) => (place: Place) => ({ id: place.dealWithMost(part) });
/** Expects records in order of creation, the last one first. */
export const expectNewestFirst = (nodes: readonly { createdAt: string }[]) => {
  const times = nodes.map(({ createdAt }) => createdAt);
  expect(times).toEqual(times.toSorted().toReversed());
};
/** A document about one deal. */
export const byDeal = (select: string, args = '') => `query ($id: ID!${args}) { deal(id: $id) { ${select} } }`;

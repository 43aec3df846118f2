import type { Strike } from './judge.ts';
import type { Lane } from './lane.ts';
import type { Position } from './positions.ts';
import type { ReadFault } from './read-fault.ts';
import { READ_FAULTS } from './read-faults.ts';
import type { ReadCase } from './run-reads.ts';

type Place = Lane['places'][number];

/** With how many others each fault comes together. */
const PARTNERS = 8;

/** Every fault at every request it can strike: every time, and only once where that has to leave no trace. */
export function singly(places: readonly Place[]): readonly ReadCase[] {
  return READ_FAULTS.flatMap((fault) =>
    places
      .filter(({ position }, index) => fits(fault, position) && isTurnOf(fault, index))
      .flatMap(({ query, position }) =>
        (fault.isTransient ? [true, false] : [true]).map((every) => ({ query, strikes: [{ position, fault, every }] })),
      ),
  );
}

function isTurnOf(fault: ReadFault, index: number): boolean {
  if (fault.turns === undefined) return true;
  const others = READ_FAULTS.filter(({ turns }) => turns === fault.turns);
  return index % others.length === others.indexOf(fault);
}

/** Connections refused from each request of each query on. */
export function refused(lane: Lane): readonly ReadCase[] {
  return [...lane.positions].flatMap(([query, positions]) =>
    (['pipedrive', 'pipelinedeals'] as const).flatMap((crm) => {
      const own = positions.filter((position) => position.crm === crm);
      return own.map((_position, after) => ({ query, strikes: [refusal(crm)], refuse: { crm, after } }));
    }),
  );
}

function refusal(crm: Position['crm']): Strike {
  const fault: ReadFault = {
    name: 'connection refused',
    isTransient: true,
    codes: () => ['UPSTREAM_UNAVAILABLE'],
    make: () => ({ kind: 'resetBefore' }),
  };
  return { position: { crm, target: 'every request from here on', kind: 'list', fields: ['*'] }, fault, every: true };
}

/** Each fault together with some others, at two requests of one query or at one request, one after the other. */
export function inPairs(places: readonly Place[]): readonly ReadCase[] {
  const faults = READ_FAULTS.filter(({ isSlow, leavesAccount }) => !isSlow && !leavesAccount);
  return faults.flatMap((fault, index) =>
    Array.from({ length: PARTNERS }, (_, step) => {
      const other = faults[(index + 1 + step * 11) % faults.length] as ReadFault;
      return paired(fault, other, places, index * PARTNERS + step);
    }).filter((one) => one !== null),
  );
}

function paired(first: ReadFault, second: ReadFault, places: readonly Place[], number: number): ReadCase | null {
  const one = rotated(places, number * 7).find(({ position }) => fits(first, position));
  if (one === undefined) return null;
  const beside = places.filter(({ query, position }) => query === one.query && position !== one.position);
  const two = rotated(beside, number).find(({ position }) => fits(second, position));
  if (two === undefined) return null;
  // What strikes both only once, and passes, has to be made good on both.
  const every = number % 3 !== 0;
  return {
    query: one.query,
    strikes: [
      { position: one.position, fault: first, every: every || !first.isTransient },
      { position: two.position, fault: second, every: every || !second.isTransient },
    ],
  };
}

/** A fixed share of all, in which each fault has its turn and few have to be waited for. */
export function share(lane: Lane): readonly ReadCase[] {
  const all = READ_FAULTS.flatMap((fault, index) => {
    if (!isQuick(fault) && index % 9 !== 0) return [];
    const place = rotated(lane.places, index * 13).find(({ position }) => fits(fault, position));
    if (place === undefined) return [];
    const every = !fault.isTransient || index % 2 === 0;
    return [{ query: place.query, strikes: [{ position: place.position, fault, every }] }];
  });
  const pairs = inPairs(lane.places).filter(({ strikes }, index) => index % 41 === 0 && strikes.every(isQuickStrike));
  return [...all, ...pairs, ...refused(lane).filter((_one, index) => index % 40 === 0)];
}

const isQuickStrike = ({ fault }: Strike) => isQuick(fault);

function isQuick({ isSlow, leavesAccount, name }: ReadFault): boolean {
  return !isSlow && !leavesAccount && !name.startsWith('429');
}

function fits(fault: ReadFault, position: Position): boolean {
  return fault.fits?.(position) ?? true;
}

function rotated<T>(all: readonly T[], by: number): readonly T[] {
  const at = all.length === 0 ? 0 : by % all.length;
  return [...all.slice(at), ...all.slice(0, at)];
}

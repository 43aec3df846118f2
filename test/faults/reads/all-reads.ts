import { inPairs, refused, singly } from './cases.ts';
import { CONNECTION_FAULTS } from './connection-faults.ts';
import { Lane } from './lane.ts';
import type { ReadFault } from './read-fault.ts';
import { type ReadCase, type ReadResult, runReads } from './run-reads.ts';

/** Which cases a lane runs. */
export type Cases = (lane: Lane) => readonly ReadCase[];

/** Long enough for one request that is never answered, and another try. */
const PATIENT_MS = 10_000;

export interface ReadsOptions {
  readonly lanes: number;
  readonly timeoutMs?: number;
  /** Only every so many-th of all cases, 1 for all. */
  readonly every?: number;
  readonly onCase?: (one: ReadResult) => void;
}

/** Every fault, singly and in pairs; then, with more time, requests that are not answered once. */
export async function runAllReads(options: ReadsOptions, only: string): Promise<readonly ReadResult[]> {
  const wanted: (cases: Cases) => Cases = (cases) => (lane) =>
    cases(lane).filter(({ strikes }) => strikes.some(({ fault }) => fault.name.includes(only)));
  const all: Cases = (lane) => [...singly(lane.places), ...refused(lane), ...inPairs(lane.places)];
  return [
    ...(await inReadLanes(options, wanted(all))),
    ...(await inReadLanes({ ...options, timeoutMs: PATIENT_MS }, wanted(patiently))),
  ];
}

/** Deals cases out to several gateways. */
export async function inReadLanes(
  { lanes, timeoutMs, onCase, every = 1 }: ReadsOptions,
  cases: Cases,
): Promise<readonly ReadResult[]> {
  const results = await Promise.all(
    Array.from({ length: lanes }, async (_, index) => {
      const lane = await Lane.start(timeoutMs);
      try {
        const chosen = cases(lane).filter((_one, number) => number % every === 0);
        const own = chosen.filter((_one, number) => number % lanes === index);
        return await runReads(lane, own, onCase);
      } finally {
        await lane.close();
      }
    }),
  );
  return results.flat();
}

const [unanswered] = CONNECTION_FAULTS.filter(({ name }) => name === 'no headers');
const ONCE: ReadFault = {
  ...(unanswered as ReadFault),
  name: 'no headers, with time for another try',
  isTransient: true,
};

function patiently(lane: Lane): readonly ReadCase[] {
  return lane.places
    .filter(({ query }) => !query.name.includes('PARTIAL'))
    .map(({ query, position }) => ({ query, strikes: [{ position, fault: ONCE, every: false }] }));
}

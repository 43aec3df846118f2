import type { Fault } from '../../src/sandbox/kit/faults.ts';
import type { WireFault } from '../support/fault-proxy.ts';
import type { Account } from './account.ts';
import type { Outcome } from './mutations.ts';
import { MUTATION_TIMEOUT_MS } from './rig.ts';

/** Which of the writes of a mutation is struck. */
export interface Struck {
  /** From 1. */
  readonly nth: number;
  /** How many requests come before it. */
  readonly after: number;
}

/** Something that goes wrong with one write of a mutation. */
export interface FaultPoint {
  readonly name: string;
  /** Has it go wrong with the next mutation. */
  arm(account: Account, struck: Struck): Promise<void> | void;
  /** What the mutation may answer. */
  allowed(struck: Struck): readonly Outcome[];
  /** Nothing reaches the CRM, so that the key of a write that begins with it is free again. */
  readonly isUnsent?: boolean;
  /** How long after the answer the effect may still come, in milliseconds. */
  readonly lateMs?: number;
}

/** Later than a mutation waits for its answer. */
const LATE_MS = MUTATION_TIMEOUT_MS + 1_000;
const SLOW_MS = 300;

/** No request that writes is a GET, on either CRM. */
const WRITES: readonly string[] = ['POST', 'PUT', 'PATCH', 'DELETE'];

/** The request never left the gateway: nothing of it can be in doubt, and nothing after it leaves either. */
const UNSENT: FaultPoint['allowed'] = ({ nth }) => (nth === 1 ? ['REJECTED'] : ['REJECTED', 'PARTIAL']);
/** Nothing of it is in doubt, and what does not depend on it goes on. */
const REFUSED = (): readonly Outcome[] => ['REJECTED', 'PARTIAL'];
/** The request was sent and had no effect, which nobody can tell from one that is still to come. */
const LOST = (): readonly Outcome[] => ['UNKNOWN', 'PARTIAL'];
/** The request had its effect, which may be found or not. */
const DONE = (): readonly Outcome[] => ['APPLIED', 'UNKNOWN', 'PARTIAL'];
const APPLIED = (): readonly Outcome[] => ['APPLIED'];
/** It was refused, and is sent again unless too many were of late; nothing of it is in doubt either way. */
const THROTTLED = (): readonly Outcome[] => ['APPLIED', 'REJECTED', 'PARTIAL'];

const atCrm = (name: string, fault: Omit<Fault, 'method' | 'skip' | 'times'>, allowed: FaultPoint['allowed']) => ({
  name,
  allowed,
  arm: ({ sandbox }: Account, { nth }: Struck) =>
    sandbox.faults.set({ ...fault, method: WRITES, skip: nth - 1, times: 1 }),
});
const onWire = (name: string, fault: WireFault, allowed: FaultPoint['allowed']): FaultPoint => ({
  name,
  allowed,
  arm: ({ proxy }, { nth }) => proxy.strike(fault, { of: 'write', nth }),
});

/**
 * In an order in which what leaves nothing open comes first, so that nothing is still looked into while requests are
 * counted.
 */
export const FAULT_POINTS: readonly FaultPoint[] = [
  {
    name: 'connection refused',
    allowed: UNSENT,
    isUnsent: true,
    arm: ({ proxy }, { after }) => proxy.refuseAfter(after),
  },
  atCrm('refused', { kind: 'status', status: 422, body: '{}' }, REFUSED),
  {
    name: '429 with a wait',
    allowed: THROTTLED,
    arm: ({ crm, sandbox }, { nth }) => {
      // Pipedrive states seconds from now, PipelineDeals the second itself.
      const reset = crm === 'pipedrive' ? 1 : Math.floor(Date.now() / 1_000) + 1;
      const headers = { 'x-ratelimit-reset': String(reset) };
      sandbox.faults.set({ method: WRITES, skip: nth - 1, times: 1, kind: 'status', status: 429, headers });
    },
  },
  atCrm('429 without a wait', { kind: 'status', status: 429 }, THROTTLED),
  onWire('slow answer', { kind: 'delay', ms: SLOW_MS }, APPLIED),
  onWire('answer in pieces', { kind: 'throttle', ms: SLOW_MS }, APPLIED),
  atCrm('dropped before the effect', { kind: 'drop' }, LOST),
  atCrm('no answer', { kind: 'hang' }, LOST),
  atCrm('500 before the effect', { kind: 'status', status: 500 }, LOST),
  atCrm('503 before the effect', { kind: 'status', status: 503, headers: { 'retry-after': '0' } }, LOST),
  atCrm('302', { kind: 'status', status: 302, headers: { location: '/elsewhere' } }, LOST),
  atCrm('HTML', { kind: 'html' }, LOST),
  onWire('reset before the effect', { kind: 'resetBefore' }, LOST),
  atCrm('answer lost after the effect', { kind: 'dropAfter' }, DONE),
  atCrm('no answer after the effect', { kind: 'hangAfter' }, DONE),
  atCrm('500 after the effect', { kind: 'statusAfter', status: 500 }, DONE),
  atCrm('503 after the effect', { kind: 'statusAfter', status: 503 }, DONE),
  atCrm('answer of another shape', { kind: 'garbageAfter' }, DONE),
  onWire('reset after the effect', { kind: 'resetAfter' }, DONE),
  onWire('answer swallowed', { kind: 'swallow' }, DONE),
  onWire('answer cut in half', { kind: 'cut' }, DONE),
  { ...atCrm('late effect', { kind: 'late', ms: LATE_MS }, DONE), lateMs: LATE_MS },
];

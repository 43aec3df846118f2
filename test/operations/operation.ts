import type { EntityKind, OperationKind } from '../../src/domain/capability.ts';
import type { CrmId } from '../gateway/writes/support.ts';
import type { Place } from './place.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers are read field by field by the rows that asked for them
export type Data = any;
export type Variables = Readonly<Record<string, unknown>>;

/** A row of the capability table: entity, operation and, where it is not the whole, field. */
export type CapabilityKey = `${EntityKind} ${OperationKind}` | `${EntityKind} ${OperationKind} ${string}`;

/** What a vendor took away, and what stands in its place. */
export interface Withdrawal {
  /** Since when it is unsupported; `null` where the vendor names no day. */
  readonly since: string | null;
  readonly reason: string;
}

/** An operation of a vendor's API as the vendor documents it today. */
export interface Endpoint {
  /** `v1` and `v2` of Pipedrive, `v3` of PipelineDeals. */
  readonly version: 'v1' | 'v2' | 'v3';
  /** Method and path below the version, `:name` for one part: `GET /deals/:id`. */
  readonly operation: string;
  readonly withdrawn: Withdrawal | null;
  /** Whether the gateway keeps what it answers for a while, so that it may have been asked before. */
  readonly isKept?: boolean;
}

/** Makes sure of an answer: what a row asked for has to be what the CRM's store holds, before or after. */
export type Check = (data: Data, place: Place, variables: Variables) => unknown;

/**
 * What a CRM has to make of an operation. `UNSUPPORTED`: refused, and nothing sent for it. `ABSENT`: answered with null,
 * since the CRM has no such attribute and the record that would carry it is read anyway.
 */
export type Expectation = Check | 'UNSUPPORTED' | 'ABSENT';

/** One operation on deals, how a client has it done, and what has to come of it on each CRM. */
export interface Operation {
  readonly name: string;
  /** What the vendors have for it. */
  readonly api: readonly Endpoint[];
  /** The rows of the capability table it exercises. */
  readonly covers: readonly CapabilityKey[];
  readonly document: string;
  /** Made from records the CRM's store holds. */
  readonly variables: (place: Place) => Variables | Promise<Variables>;
  readonly expected: Readonly<Record<CrmId, Expectation>>;
}

/** An operation a vendor has shut off without putting another in its place. */
export interface LostOperation extends Withdrawal {
  readonly name: string;
  readonly crm: CrmId;
  /** A request that would do it, and the status it is refused with. */
  readonly probe: {
    readonly method: string;
    readonly path: (place: Place) => string | Promise<string>;
    readonly body?: unknown;
    readonly status: number;
  };
}

const endpoint =
  (version: Endpoint['version']) =>
  (operation: string): Endpoint => ({ version, operation, withdrawn: null });

/** Pipedrive API v1, where v2 has no such operation. */
export const v1 = endpoint('v1');
/** Pipedrive API v2. */
export const v2 = endpoint('v2');
/** PipelineDeals API v3. */
export const v3 = endpoint('v3');

/** An operation whose answer the gateway keeps. */
export function kept(api: Endpoint): Endpoint {
  return { ...api, isKept: true };
}

/** An operation of Pipedrive API v1 that was withdrawn in favour of v2. */
export function withdrawn(operation: string, instead: string): Endpoint {
  return { version: 'v1', operation, withdrawn: { since: '2026-08-01', reason: `Out of support; ${instead}.` } };
}

/** An operation of Pipedrive API v1 that is still there, and documented as deprecated: the gateway does without. */
export function deprecated(operation: string, instead: string): Endpoint {
  return { version: 'v1', operation, withdrawn: { since: null, reason: `Deprecated; ${instead}.` } };
}

/** The same has to be so on both CRMs. */
export function onBoth(check: Check): Operation['expected'] {
  return { pipedrive: check, pipelinedeals: check };
}

/** Only one CRM can do it. */
export function onlyOn(
  crm: CrmId,
  check: Check,
  other: 'UNSUPPORTED' | 'ABSENT' = 'UNSUPPORTED',
): Operation['expected'] {
  return crm === 'pipedrive' ? { pipedrive: check, pipelinedeals: other } : { pipedrive: other, pipelinedeals: check };
}

/** A document that carries out a mutation, under the name `written`. */
export function mutation(name: string, select: string): string {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
  return `mutation ($input: ${type}!) { written: ${name}(input: $input) { outcome problems { code path } ${select} } }`;
}

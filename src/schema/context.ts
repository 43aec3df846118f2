import type { Call } from '../domain/call.ts';
import type { Caller } from '../domain/caller.ts';
import type { Crms } from '../domain/crms.ts';
import type { Loaders } from '../loaders/index.ts';

/** What resolvers get: one per GraphQL operation. */
export interface GraphQLContext {
  readonly crms: Crms;
  readonly caller: Caller;
  readonly call: Call;
  readonly loaders: Loaders;
  /** Whether the configuration lets callers send requests of their own to CRMs. */
  readonly allowCallCrm: boolean;
  /** Milliseconds since the epoch. */
  now(): number;
}

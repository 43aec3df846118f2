import type { Call } from '../domain/call.ts';
import type { Caller } from '../domain/caller.ts';
import type { Crms } from '../domain/crms.ts';
import type { Loaders } from '../loaders/index.ts';
import type { Operations } from '../writes/operations.ts';

/** What resolvers get: one per GraphQL operation. */
export interface GraphQLContext {
  readonly crms: Crms;
  readonly caller: Caller;
  readonly call: Call;
  readonly loaders: Loaders;
  /** Carries out mutations, and knows those of before. */
  readonly operations: Operations;
  /** Milliseconds since the epoch. */
  now(): number;
}

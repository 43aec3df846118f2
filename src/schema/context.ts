import type { Call } from '../domain/call.ts';
import type { Crms } from '../domain/crms.ts';
import type { Loaders } from '../loaders/index.ts';

/** What resolvers get: one per GraphQL operation. */
export interface GraphQLContext {
  readonly crms: Crms;
  readonly call: Call;
  readonly loaders: Loaders;
  /** Milliseconds since the epoch. */
  now(): number;
}

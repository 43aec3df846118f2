import type { Call } from '../domain/call.ts';
import type { Caller } from '../domain/caller.ts';
import type { Crms } from '../domain/crms.ts';
import type { Loaders } from '../loaders/index.ts';

/** What writes need of the operation they belong to. */
export interface WriteContext {
  readonly crms: Crms;
  readonly caller: Caller;
  readonly call: Call;
  readonly loaders: Loaders;
  now(): number;
}

export type Control = { readonly idempotencyKey?: string | null; readonly preview?: boolean | null } | null | undefined;

import type { Call } from '../domain/call.ts';
import type { Caller } from '../domain/caller.ts';
import type { CancelSignal } from '../domain/cancellation.ts';
import type { Crms } from '../domain/crms.ts';
import type { Loaders } from '../loaders/index.ts';

/** What writes need of the GraphQL operation they belong to. */
export interface WriteContext {
  readonly crms: Crms;
  readonly caller: Caller;
  readonly call: Call;
  readonly loaders: Loaders;
  now(): number;
}

export type Control =
  | {
      readonly idempotencyKey?: string | null | undefined;
      readonly preview?: boolean | null | undefined;
      readonly maxTokens?: number | null | undefined;
    }
  | null
  | undefined;

/** What waits and tells the time. */
export interface WriteClock {
  now(): number;
  sleep(ms: number, signal?: CancelSignal): Promise<void>;
}

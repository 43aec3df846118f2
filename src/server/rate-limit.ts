import type { Caller } from '../domain/caller.ts';
import { Refusal } from './refusal.ts';

export const RATE_WINDOW_SECONDS = 10;

/** Refuses what one caller sends beyond its share, and nothing of the others. */
export function createRateLimit(requests: number): (caller: Caller) => Promise<void> | void {
  if (requests === 0) return () => undefined;
  // Loaded only where there is a limit.
  const loading = import('rate-limiter-flexible').then(
    ({ RateLimiterMemory }) => new RateLimiterMemory({ points: requests, duration: RATE_WINDOW_SECONDS }),
  );
  return async (caller) => {
    const limiter = await loading;
    try {
      await limiter.consume(caller.id);
    } catch (rejection) {
      if (rejection instanceof Error) throw rejection;
      const { msBeforeNext } = rejection as { readonly msBeforeNext: number };
      throw new Refusal('CLIENT_RATE_LIMITED', 'too many requests', { status: 429 }, msBeforeNext);
    }
  };
}

import type { HttpSettings, LimitFacts } from '../../transport/settings.ts';

/** What the dearest operations cost: with as much left, no request is refused for the day's tokens. */
const MOST_TOKENS = 40;

/**
 * What Pipedrive's headers say about its limits. `x-ratelimit-reset` counts seconds from now. A 429 is about the
 * daily token budget when none of that is left, or when the burst window has room and what is left may not have been
 * enough; with more left it is about another window, such as that of searches.
 */
export const readLimits: HttpSettings['limits'] = (status, headers): LimitFacts => {
  const limit = count(headers['x-ratelimit-limit']);
  const remaining = count(headers['x-ratelimit-remaining']);
  const reset = count(headers['x-ratelimit-reset']);
  const tokensLeft = count(headers['x-daily-ratelimit-token-remaining']);
  const tokensLimit = count(headers['x-daily-ratelimit-token-limit']);
  const hasRoom = remaining !== undefined && remaining > 0;
  const quotaSpent = status === 429 && (tokensLeft === 0 || (hasRoom && (tokensLeft ?? 0) < MOST_TOKENS));
  return {
    ...(limit !== undefined && limit > 0 && { limit }),
    ...(remaining !== undefined && { remaining }),
    ...(reset !== undefined && { resetMs: reset * 1000 }),
    ...((tokensLimit !== undefined || tokensLeft !== undefined) && {
      quota: {
        ...(tokensLimit !== undefined && { limit: tokensLimit }),
        ...(tokensLeft !== undefined && { remaining: tokensLeft }),
      },
    }),
    ...(quotaSpent && { quotaSpent }),
  };
};

function count(header: string | undefined): number | undefined {
  return header !== undefined && /^\d{1,12}$/.test(header) ? Number(header) : undefined;
}

import type { LimitFacts } from '../../transport/settings.ts';

/**
 * Reads `X-RateLimit-Limit`, `-Remaining` and `-Reset`, which PipelineDeals sends with every answer. The reset is a
 * moment in seconds since the epoch, not a wait.
 */
export function rateLimits(
  _status: number,
  headers: Readonly<Record<string, string | undefined>>,
  now: number,
): LimitFacts {
  const limit = count(headers['x-ratelimit-limit']);
  const remaining = count(headers['x-ratelimit-remaining']);
  const reset = count(headers['x-ratelimit-reset']);
  return {
    ...(limit !== null && { limit }),
    ...(remaining !== null && { remaining }),
    ...(reset !== null && { resetMs: Math.max(0, reset * 1_000 - now) }),
  };
}

function count(header: string | undefined): number | null {
  return header !== undefined && /^\d{1,12}$/.test(header) ? Number(header) : null;
}

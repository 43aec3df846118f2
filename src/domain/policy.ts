/** What a plan is to save. */
export const POLICIES = ['BALANCED', 'TOKENS', 'REQUESTS'] as const;
export type Policy = (typeof POLICIES)[number];

/** What something costs a CRM. Without tokens, what a request costs is the request. */
export interface Cost {
  readonly requests: number;
  readonly tokens: number;
}

/** How many tokens a request is worth to `BALANCED`: it takes a place in the rate window, and its time. */
const TOKENS_PER_REQUEST = 2;

/** What a cost counts under a policy: the less the better. */
export function weight({ requests, tokens }: Cost, policy: Policy): number {
  switch (policy) {
    case 'BALANCED':
      return tokens + TOKENS_PER_REQUEST * requests;
    case 'TOKENS':
      return tokens;
    case 'REQUESTS':
      return requests;
  }
}

/** Negative where `a` is the better choice: the one that weighs less, of two that weigh the same the fewer requests. */
export function compareCosts(a: Cost, b: Cost, policy: Policy): number {
  return weight(a, policy) - weight(b, policy) || a.requests - b.requests || a.tokens - b.tokens;
}

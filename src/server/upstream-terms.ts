import type { IncomingHttpHeaders } from 'node:http';
import { GatewayError } from '../domain/errors.ts';
import { POLICIES, type Policy } from '../domain/policy.ts';

/** What the client of one operation asks of its plan, over what is configured. */
export interface UpstreamTerms {
  readonly policy: Policy;
  /** `null` for no ceiling. */
  readonly maxTokens: number | null;
}

const POLICY = 'x-upstream-policy';
const MAX_TOKENS = 'x-max-upstream-tokens';

/** Reads the headers of an operation. A client can lower the ceiling, not raise it. */
export function readTerms(headers: IncomingHttpHeaders, configured: UpstreamTerms): UpstreamTerms {
  const [policy, maxTokens] = [headers[POLICY], headers[MAX_TOKENS]];
  return {
    policy: policy === undefined ? configured.policy : readPolicy(String(policy)),
    maxTokens:
      maxTokens === undefined ? configured.maxTokens : lower(readTokens(String(maxTokens)), configured.maxTokens),
  };
}

function readPolicy(text: string): Policy {
  const policy = POLICIES.find((one) => one === text.trim().toUpperCase());
  if (policy !== undefined) return policy;
  throw new GatewayError('BAD_USER_INPUT', `${POLICY}: has to be one of ${POLICIES.join(', ')}`, { argument: POLICY });
}

function readTokens(text: string): number {
  if (/^\d{1,9}$/.test(text.trim())) return Number(text);
  throw new GatewayError('BAD_USER_INPUT', `${MAX_TOKENS}: has to be a whole number, 0 or more`, {
    argument: MAX_TOKENS,
  });
}

function lower(asked: number, configured: number | null): number {
  return configured === null ? asked : Math.min(asked, configured);
}

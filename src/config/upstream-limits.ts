import type { Environment } from './environment.ts';

/** How the gateway protects itself from CRMs, and CRMs from it, whatever their kind. */
export interface UpstreamLimits {
  /** How many tries in ten seconds it takes for a CRM that fails half of them to be left alone; 0: never. */
  readonly breakerCalls: number;
  /** How long nothing is sent to a CRM that blocks the account, in milliseconds. */
  readonly blockedMs: number;
  /** The most an answer of a CRM may hold, decoded. */
  readonly answerBytes: number;
}

export function readUpstreamLimits(env: Environment): UpstreamLimits {
  return {
    breakerCalls: env.integer('DEALGRAPH_BREAKER_CALLS', { min: 0, max: 1_000_000, default: 20 }),
    blockedMs: env.integer('DEALGRAPH_BLOCKED_PAUSE_SECONDS', { min: 1, max: 86_400, default: 300 }) * 1000,
    answerBytes: env.integer('DEALGRAPH_MAX_ANSWER_BYTES', {
      min: 1_024,
      max: 1_073_741_824,
      default: 5 * 1024 * 1024,
    }),
  };
}

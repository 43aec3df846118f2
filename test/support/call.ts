import type { Call, Receipt } from '../../src/domain/call.ts';
import type { WriteCall } from '../../src/domain/write-step.ts';
import { RecordedSteps } from './recorded-steps.ts';

/** What a receipt was told. */
export interface Noted {
  sent: number;
  tokens: number;
  coalesced: number;
  cached: number;
}

/**
 * A call that nobody gives up on and that may write, with what its receipt was told. Steps whose answer was lost stay
 * lost.
 */
export function aCall(over: Partial<Call> = {}): WriteCall & { readonly noted: Noted } {
  const noted: Noted = { sent: 0, tokens: 0, coalesced: 0, cached: 0 };
  const receipt: Receipt = {
    admit: () => () => undefined,
    sent(_crm, { tokens }) {
      noted.sent += 1;
      noted.tokens += tokens ?? 0;
    },
    coalesced() {
      noted.coalesced += 1;
    },
    cached() {
      noted.cached += 1;
    },
  };
  const steps = new RecordedSteps({ settles: false });
  const { signal } = new AbortController();
  const call: Call = {
    signal,
    deadline: Number.MAX_SAFE_INTEGER,
    receipt,
    priority: 'READ',
    policy: 'BALANCED',
    because: [],
    scanLimit: 2_000,
    ...over,
  };
  return { ...steps.callOf({ ...call, steps }), noted };
}

import type { Call, Receipt } from '../../src/domain/call.ts';
import type { WriteCall, WriteSteps } from '../../src/domain/write-step.ts';

/** What a receipt was told. */
export interface Noted {
  sent: number;
  tokens: number;
  coalesced: number;
  cached: number;
}

/** Sends each step as it comes. */
const steps: WriteSteps = { isPreview: false, take: (step) => step.send() };

/** A call that nobody gives up on and that may write, with what its receipt was told. */
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
  return {
    signal: new AbortController().signal,
    deadline: Number.MAX_SAFE_INTEGER,
    receipt,
    policy: 'BALANCED',
    because: [],
    steps,
    ...over,
    noted,
  };
}

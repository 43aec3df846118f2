import { vi } from 'vitest';

/** A guard against waiting for ever, on however busy a machine. */
const GUARD_MS = 60_000;

/** Waits until an assertion holds. */
export function eventually(assertion: () => unknown): Promise<unknown> {
  return vi.waitFor(assertion, { timeout: GUARD_MS, interval: 10 });
}

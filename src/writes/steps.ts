import type { WriteCall, WriteSteps } from '../domain/write-step.ts';
import type { WriteContext } from './context.ts';

/** Sends each step as it comes. */
const AT_ONCE: WriteSteps = {
  isPreview: false,
  async take(step) {
    await step.baseline?.();
    return step.send();
  },
};

/** The operation's call, for writes. */
export function writeCall({ call }: WriteContext): WriteCall {
  return { ...call, steps: AT_ONCE };
}

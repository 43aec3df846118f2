import type { WriteCall, WriteSteps } from '../domain/write-step.ts';
import type { WriteContext } from './context.ts';

/** Sends each step as it comes. */
const AT_ONCE: WriteSteps = {
  isPreview: false,
  take: (step) => step.send(),
};

/** The operation's call, for writes. */
export function writeCall({ call }: WriteContext): WriteCall {
  return { ...call, steps: AT_ONCE };
}

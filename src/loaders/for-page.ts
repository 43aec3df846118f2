import type { Call } from '../domain/call.ts';

/** More than anybody looks at at once: a page of 100, with what is read beyond it. */
const SCREENFUL = 125;

/** The call for one page of a list. Large pages after the first belong to a scan or an export, and make way for reads. */
export function forPage(call: Call, position: string | null, limit: number): Call {
  const isBulk = call.priority === 'READ' && position !== null && limit > SCREENFUL;
  return isBulk ? { ...call, priority: 'BULK' } : call;
}

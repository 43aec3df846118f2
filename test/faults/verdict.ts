import type { Effect } from './effect.ts';
import type { Answer, Outcome } from './mutations.ts';

/** What must never happen. */
export const VIOLATIONS = {
  FALSE_SUCCESS: 'said to be done, and is not',
  FALSE_FAILURE: 'said not to be done, and is',
  DUPLICATE: 'there twice',
  LOSS: 'lost',
  RESENT: 'sent twice',
  UNEXPECTED: 'not what this fault allows',
} as const;
export type ViolationKind = keyof typeof VIOLATIONS;

export interface Violation {
  readonly kind: ViolationKind;
  readonly what: string;
}

/** What is said of a write: by the mutation, or by the journal later. */
export type Said = Pick<Answer, 'outcome' | 'problems'>;

/** Whether what is said of a write is true of its effect, and whether the effect itself is harmless. */
export function judge({ outcome, problems }: Said, { done, of, duplicates, losses }: Effect): readonly Violation[] {
  const violations: Violation[] = [];
  const report = (kind: ViolationKind, what: string) => void violations.push({ kind, what });
  const codes = problems.map(({ code }) => code).join(', ');
  const share = `${outcome} (${codes}), and ${done} of ${of} are done`;
  const admitsDoubt = problems.some(({ code }) => code === 'OUTCOME_UNKNOWN');
  if (outcome === 'APPLIED' && done < of) report('FALSE_SUCCESS', share);
  if (outcome === 'REJECTED' && done > 0) report('FALSE_FAILURE', share);
  if (outcome === 'PARTIAL' && !admitsDoubt && done === 0) report('FALSE_SUCCESS', share);
  if (outcome === 'PARTIAL' && !admitsDoubt && done === of) report('FALSE_FAILURE', share);
  if ((outcome === 'APPLIED') !== (problems.length === 0)) {
    report('UNEXPECTED', `${outcome} with ${problems.length} problems`);
  }
  if (outcome === 'UNKNOWN' && !admitsDoubt) report('UNEXPECTED', `UNKNOWN with ${codes}`);
  for (const what of duplicates) report('DUPLICATE', what);
  for (const what of losses) report('LOSS', what);
  return violations;
}

/** Whether a fault leads to one of the outcomes it allows. */
export function expectOutcome(outcome: Outcome, allowed: readonly Outcome[]): readonly Violation[] {
  if (allowed.includes(outcome)) return [];
  return [{ kind: 'UNEXPECTED', what: `${outcome} instead of ${allowed.join(' or ')}` }];
}

interface Sent {
  readonly method: string;
  readonly target: string;
  readonly body: string;
  readonly status: number | null;
}

/** Writes that came to a CRM twice, but for those it refused for coming too fast. */
export function sentTwice(requests: readonly Sent[]): readonly Violation[] {
  const seen = new Set<string>();
  const violations: Violation[] = [];
  for (const { method, target, body, status } of requests) {
    if (method === 'GET' || status === 429) continue;
    const request = `${method} ${target.replace(/(app|api)_key=[^&]*&?/g, '')} ${body}`;
    if (seen.has(request)) violations.push({ kind: 'RESENT', what: request });
    seen.add(request);
  }
  return violations;
}

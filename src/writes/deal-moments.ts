import type { Instant } from '../domain/time.ts';
import type { InputCheck } from './input-check.ts';

const MOMENTS = ['createdAt', 'updatedAt', 'closedAt', 'wonAt', 'lostAt', 'archivedAt'] as const;

/** The times of a deal as an input has them, and what decides whether it can have them. */
export interface DealMomentsInput
  extends Readonly<Partial<Record<(typeof MOMENTS)[number], Instant | null | undefined>>> {
  readonly status?: 'OPEN' | 'WON' | 'LOST' | null | undefined;
  readonly isArchived?: boolean | null | undefined;
}

/** CRMs keep whole seconds, and a time of closing only for a deal that is closed that way. */
export function checkMoments(input: DealMomentsInput, check: InputCheck): void {
  for (const name of MOMENTS) {
    if ((input[name] ?? 0) % 1000 !== 0) check.invalid(['input', name], 'has to be a whole second');
  }
  const { status, closedAt, wonAt, lostAt, archivedAt, isArchived } = input;
  const contradicts = (name: string, what: unknown) => check.invalid(['input', name], `contradicts ${what}`);
  if (closedAt != null && status === 'OPEN') contradicts('closedAt', 'the status OPEN');
  if (wonAt != null && status != null && status !== 'WON') contradicts('wonAt', `the status ${status}`);
  if (lostAt != null && status != null && status !== 'LOST') contradicts('lostAt', `the status ${status}`);
  if (wonAt != null && lostAt != null) contradicts('lostAt', 'wonAt');
  if (archivedAt != null && isArchived === false) contradicts('archivedAt', 'isArchived');
}

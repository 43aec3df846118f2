import type { Deal } from '../domain/deal.ts';
import { GatewayError } from '../domain/errors.ts';
import type { Link, Ref } from '../domain/ref.ts';
import type { DealWriteReport } from '../domain/write-report.ts';
import type { NamedDeal } from './mutation.ts';
import type { DealResult } from './outcome.ts';
import type { RunningOperation } from './running-operation.ts';

/** A deal to be read for the answer. */
export function toRead(ref: Ref<'Deal'>): Link<Deal> {
  return { ref, known: {} };
}

/**
 * Runs a write on a deal. Its answer is the deal as it is read afterwards, or, where a guard refused the write, as it
 * was read for the guard. `subject` is the deal that existed before.
 */
export async function finishDeal(
  operation: RunningOperation,
  crm: string,
  subject: Ref<'Deal'> | null,
  path: readonly string[],
  write: () => Promise<DealWriteReport>,
): Promise<DealResult> {
  const { report, current, ...result } = await operation.attempt(write, path);
  if (current) return { ...result, deal: { ref: current.ref as Ref<'Deal'>, known: current as Deal } };
  if (operation.isPreview) return { ...result, deal: report && subject && toRead(subject) };
  return { ...result, deal: report && toRead({ crm, type: 'Deal', id: report.deal }) };
}

/** Deals as they are right before the first write. One the CRM does not have is `NOT_FOUND` at its place. */
export function dealsBefore(
  operation: RunningOperation,
  deals: readonly NamedDeal[],
  name = 'before',
): Promise<readonly Deal[]> {
  return operation.note(name, async () => {
    const found = await operation.loaders.Deal.loadMany(deals.map(({ ref }) => ref));
    return found.map((deal, index) => {
      if (deal instanceof Error) throw deal;
      const named = deals[index] as NamedDeal;
      if (deal === null) throw notFound(named.ref, named.path.slice(1));
      return deal;
    });
  });
}

export function notFound(ref: Ref, path?: readonly string[]): GatewayError {
  return new GatewayError('NOT_FOUND', `${ref.crm} has no deal ${ref.id}`, { crm: ref.crm, ...(path && { path }) });
}

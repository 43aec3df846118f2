import type { Deal, DealProduct } from '../domain/deal.ts';
import { GatewayError, type Problem, toProblem } from '../domain/errors.ts';
import type { Ref } from '../domain/ref.ts';
import { formatInstant } from '../domain/time.ts';
import { type FieldValue, inWords } from './deal-values.ts';
import { ChangedSince } from './outcome.ts';

const GUARD = ['ifUpdatedAt'];

/**
 * Refuses a write on a record that was changed since the moment its writer knows of. Whole seconds are compared, which
 * is what CRMs keep; a record that was never changed has its creation for it. `given` is what the writer wants to
 * change, with what the record has of it now.
 */
export function checkUnchanged(
  record: Deal | DealProduct,
  expected: number | null,
  given: readonly (FieldValue & { readonly path: readonly string[] })[] = [],
): void {
  if (expected === null) return;
  const { ref } = record;
  const changedAt = record.updatedAt ?? record.createdAt;
  if (changedAt === null) {
    throw new GatewayError('UNSUPPORTED', `${ref.crm} does not tell when this was last changed`, {
      crm: ref.crm,
      path: GUARD,
    });
  }
  if (seconds(changedAt) === seconds(expected)) return;
  const problems = [
    conflict(ref, `it was changed at ${formatInstant(changedAt)}`, ['input', ...GUARD]),
    ...given.map(({ field, value, path }) => conflict(ref, `it is ${inWords(field, value)} now`, path)),
  ];
  throw new ChangedSince(problems, record);
}

export function conflict({ crm }: Ref, message: string, path: readonly string[]): Problem {
  return { ...toProblem(new GatewayError('CONFLICT', message, { crm }), 0), path };
}

function seconds(instant: number): number {
  return Math.floor(instant / 1000);
}

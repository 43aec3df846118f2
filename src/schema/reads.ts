import type { EntityKind, OperationKind } from '../domain/capability.ts';
import type { NodeType } from '../domain/ref.ts';
import type { ReadSubject } from '../domain/tariff.ts';
import { type Args, reading } from '../plan/reads.ts';
import { fromReference } from './link.ts';

/** The note of a field that shows what hangs on deals; `leadsTo`: each item leads to a record of this type. */
export function ofDeals(subject: ReadSubject, leadsTo?: NodeType) {
  return reading({
    kind: 'ofDeals',
    subject,
    ...(leadsTo && { leadsTo, tells: (selected: ReadonlySet<string>) => fromReference(leadsTo, selected) }),
  });
}

/** The note of a field that needs what is read whole and kept. */
export function tables(...subjects: readonly ReadSubject[]) {
  return reading({ kind: 'tables', subjects });
}

/** The note of a field that shows custom fields. */
export function customFieldsOf(subject: ReadSubject) {
  return reading({ kind: 'tables', subjects: [subject], when: (args) => args.keys?.length !== 0 });
}

/** The note of a field that takes one global id. */
export const BY_ID = reading({ kind: 'ids', ids: (args) => [String(args.id)] });

/** The note of a mutation. `of` are the ids of what is written, or the ids of CRMs. */
export function writing(
  entity: EntityKind,
  operation: OperationKind,
  of: (input: Args) => readonly (string | number)[],
  isReadAfter = true,
) {
  return reading({
    kind: 'write',
    entity,
    operation,
    crmsOf: ({ input }) => of(input).map((id) => String(id).split(':', 1)[0] ?? ''),
    isReadAfter,
  });
}

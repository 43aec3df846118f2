import type { Capability, EntityKind, OperationKind } from '../domain/capability.ts';
import { capability } from '../domain/crm.ts';
import type { CrmAdapter } from '../domain/crm-adapter.ts';
import { GatewayError } from '../domain/errors.ts';
import type { GraphQLContext } from './context.ts';

/** What a field needs of a CRM, as the capability table names it. */
export interface Need {
  readonly entity: EntityKind;
  readonly operation: OperationKind;
  readonly field?: string;
  /** As the caller wrote it: `Deal.changes`, or the argument `feed(kinds)`. */
  readonly asked: string;
}

/** The CRM a record is of, which its capability table says can do all that is needed; else `UNSUPPORTED`, uncalled. */
export function adapterThatCan(
  { crms }: GraphQLContext,
  { crm }: { readonly crm: string },
  ...needs: readonly Need[]
): CrmAdapter {
  const adapter = crms.get(crm);
  if (!adapter) throw new Error(`a record of the unknown CRM ${crm}`);
  for (const need of needs) {
    const row = capability(adapter.crm, need.entity, need.operation, need.field ?? null);
    if (row.fidelity === 'UNSUPPORTED') throw unsupported(need, row, crm);
  }
  return adapter;
}

/** That a CRM cannot do what was asked, with the reason its capability table gives. */
export function unsupported({ asked }: Need, { note }: Capability, crm: string): GatewayError {
  return new GatewayError('UNSUPPORTED', `${asked} cannot be done by ${crm}${note === null ? '' : `: ${note}`}`, {
    crm,
  });
}

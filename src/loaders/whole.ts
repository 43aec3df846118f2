import type { Call } from '../domain/call.ts';
import type { CrmAdapter } from '../domain/crm-adapter.ts';
import type { Crms } from '../domain/crms.ts';
import type { CrmRecord } from '../domain/record.ts';
import type { NodeType, Ref } from '../domain/ref.ts';
import type { Repository } from '../domain/repository.ts';

const REPOSITORIES: Partial<Record<NodeType, (crm: CrmAdapter) => Repository<CrmRecord>>> = {
  Deal: (crm) => crm.deals,
  Person: (crm) => crm.people,
  Organization: (crm) => crm.organizations,
  Product: (crm) => crm.products,
  Stage: (crm) => crm.stages,
  Pipeline: (crm) => crm.pipelines,
  User: (crm) => crm.users,
  Activity: (crm) => crm.activities,
};

/** Reads one record from its own endpoint; `null` when there is none. */
export async function readWhole(crms: Crms, ref: Ref, call: Call): Promise<CrmRecord | null> {
  const crm = crms.get(ref.crm);
  const repository = crm && REPOSITORIES[ref.type]?.(crm);
  return repository ? repository.getWhole(ref.id, call) : null;
}

import type { PipedriveSandbox } from '../../../src/sandbox/pipedrive/index.ts';
import type { PipelineDealsSandbox } from '../../../src/sandbox/pipelinedeals/index.ts';
import type { ExpectedDeal } from '../../gateway/reads/oracle.ts';
import type { Rig } from '../rig.ts';
import type { Data } from './asked.ts';

/** The sandboxes, with their stores. */
export interface Stores {
  readonly pipedrive: PipedriveSandbox;
  readonly pipelinedeals: PipelineDealsSandbox;
}

export function storesOf({ accounts }: Rig): Stores {
  return {
    pipedrive: accounts.pipedrive.sandbox as PipedriveSandbox,
    pipelinedeals: accounts.pipelinedeals.sandbox as PipelineDealsSandbox,
  };
}

/** What a deal is told to be, as far as the stores have it in these words. */
export function told({ stage, owner, person, organization, ...deal }: Data): unknown {
  const { id, title, status, value, expectedCloseDate } = deal;
  const names = [stage, owner, person, organization].map((one) => one?.name ?? null);
  return { id, title, status, value, expectedCloseDate, names };
}

/** The same of a deal as it is stored. */
export function stored(stores: Stores): (deal: ExpectedDeal) => unknown {
  const { pipedrive, pipelinedeals } = names(stores);
  return ({ crm, id, title, status, value, expectedCloseDate, ...refs }) => {
    const nameOf = crm === 'pipedrive' ? pipedrive : pipelinedeals;
    const all = [refs.stage, refs.owner, refs.person, refs.organization].map((ref) => nameOf(ref));
    return { id, title, status, value, expectedCloseDate, names: all };
  };
}

interface Named {
  readonly id: number;
  readonly name?: string | null;
  readonly first_name?: string | null;
  readonly last_name?: string | null;
  readonly is_deleted?: boolean;
}

function names(stores: Stores) {
  const pipedrive = stores.pipedrive.store;
  const { people, companies, users, configuration } = stores.pipelinedeals.store;
  return {
    pipedrive: lookup({
      Stage: pipedrive.stages.values(),
      User: pipedrive.users.values(),
      Person: pipedrive.persons.values(),
      Organization: pipedrive.organizations.values(),
    }),
    pipelinedeals: lookup({
      Stage: configuration.stages,
      User: users.values(),
      Person: people.values(),
      Organization: companies.values(),
    }),
  };
}

/** Names by global id. */
function lookup(records: Readonly<Record<string, Iterable<Named>>>): (ref: string | null) => string | null {
  const known = new Map<string, string>();
  for (const [type, all] of Object.entries(records)) {
    for (const one of all) if (!one.is_deleted) known.set(`${type}:${one.id}`, nameOf(one));
  }
  return (ref) => (ref === null ? null : (known.get(ref.slice(ref.indexOf(':') + 1)) ?? null));
}

function nameOf({ name, first_name, last_name }: Named): string {
  return name ?? [first_name, last_name].filter((part) => part).join(' ');
}

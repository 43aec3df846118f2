import type { Call } from '../../domain/call.ts';
import type { CrmAdapter } from '../../domain/crm-adapter.ts';
import type { Deal } from '../../domain/deal.ts';
import { GatewayError } from '../../domain/errors.ts';
import type { Person } from '../../domain/person.ts';
import { compareRemoteIds, type Link } from '../../domain/ref.ts';
import { readRecords } from '../wire.ts';
import type { PipedriveApi } from './api.ts';
import { ENDPOINTS } from './endpoints.ts';
import { PERSON, toPerson } from './people.ts';
import { isDeleted } from './records.ts';

/**
 * Everyone linked to a deal, as primary contact or as participant, by `GET /persons?deal_id=`: the filter takes one
 * deal, so it is one call per deal. The records come whole, and no person needs to be read again.
 */
export function createDealPeople(api: PipedriveApi): CrmAdapter['dealPeople'] {
  return {
    async ofDeals(deals, call) {
      const found = await Promise.all(
        deals.map(async (deal) => [deal.ref.id, await peopleOf(api, deal, call).catch(gatewayError)] as const),
      );
      return new Map(found);
    },
  };
}

async function peopleOf(api: PipedriveApi, deal: Deal, call: Call): Promise<readonly Link<Person>[]> {
  const values = await api.all(ENDPOINTS.people, [['deal_id', deal.ref.id]], call);
  const { records, unreadable } = readRecords(api.crm, PERSON.what, values, (wire) =>
    isDeleted(wire) ? null : toPerson(api.crm, wire),
  );
  const [first] = unreadable;
  if (first) throw first;
  const primary = deal.person?.ref.id;
  return records
    .filter((person) => person !== null)
    .toSorted(
      (a, b) => Number(b.ref.id === primary) - Number(a.ref.id === primary) || compareRemoteIds(a.ref.id, b.ref.id),
    )
    .map((person) => ({ ref: person.ref, known: person }));
}

/** A failure stays with its deal. */
function gatewayError(error: unknown): GatewayError {
  if (!(error instanceof GatewayError)) throw error;
  return error;
}

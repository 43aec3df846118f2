import type { CrmAdapter } from '../../domain/crm-adapter.ts';
import type { Deal } from '../../domain/deal.ts';
import { GatewayError } from '../../domain/errors.ts';
import type { Participant, ParticipantWrites } from '../../domain/participant.ts';
import type { Wire } from '../wire.ts';
import { carriedBy } from './carried-by.ts';
import type { DealIdLists } from './deal-id-lists.ts';
import { primaryContactId } from './deal-people.ts';
import type { Deals } from './deals.ts';
import { conflict, invalid } from './write-errors.ts';

/** Everyone linked to a deal but its primary contact. The link tells nothing of itself. */
export function createParticipants(deals: Deals): CrmAdapter['participants'] {
  return { ofDeals: (known, call) => carriedBy(deals, known, participantsOf, call) };
}

function participantsOf({ people, person: primary }: Deal): readonly Participant[] | null {
  const others = people?.filter((person) => person.ref.id !== primary?.ref.id);
  return others?.map((person) => ({ linkId: null, person, since: null, addedBy: null })) ?? null;
}

export function createParticipantWrites(crm: string, lists: DealIdLists): ParticipantWrites {
  const change = (deal: string, id: string) => ({ deal, id, key: 'person_ids', argument: 'person' }) as const;
  return {
    add: (deal, person, call) =>
      lists.change(
        {
          ...change(deal, person),
          apply(current, wire) {
            if (isPrimary(wire, person)) {
              throw conflict(crm, `person ${person} is the primary contact of deal ${deal}`, ['person']);
            }
            if (current.includes(person)) {
              throw conflict(crm, `person ${person} takes part in deal ${deal} already`, ['person']);
            }
            return [...current, person];
          },
        },
        call,
      ),

    delete: (deal, participant, call) => {
      const person = participant.person.ref.id;
      return lists.change(
        {
          ...change(deal, person),
          apply(current, wire) {
            if (isPrimary(wire, person)) {
              throw invalid(crm, `person ${person} is the primary contact of deal ${deal} by now`, ['person']);
            }
            if (current.includes(person)) return current.filter((other) => other !== person);
            throw new GatewayError('NOT_FOUND', `${crm}: person ${person} takes no part in deal ${deal}`, {
              crm,
              path: ['person'],
            });
          },
        },
        call,
      );
    },
  };
}

function isPrimary(deal: Wire, person: string): boolean {
  return primaryContactId(deal) === person;
}

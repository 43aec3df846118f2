import type { Call } from '../../domain/call.ts';
import type { CrmAdapter } from '../../domain/crm-adapter.ts';
import { GatewayError } from '../../domain/errors.ts';
import type { Participant, ParticipantWrites } from '../../domain/participant.ts';
import type { Person } from '../../domain/person.ts';
import { compareRemoteIds, type Link } from '../../domain/ref.ts';
import type { User } from '../../domain/user.ts';
import type { WriteCall } from '../../domain/write-step.ts';
import { ofEachDeal } from '../each-deal.ts';
import { InTurn } from '../in-turn.ts';
import { STAND_IN_ID } from '../prepared-step.ts';
import { applied, appliedIf, unknown } from '../settling.ts';
import { id, idOrNull, instantOrNull, object, objectOrNull, readRecord, textOrNull, type Wire } from '../wire.ts';
import { type PipedriveApi, sameRecord } from './api.ts';
import { ENDPOINTS } from './endpoints.ts';
import { contactPoints } from './people.ts';
import { isDeleted } from './records.ts';
import { takePreparedStep, takeStep } from './steps.ts';
import { parseV1Time } from './times.ts';

/**
 * People who take part in a deal (v1, GET /deals/{id}/participants): one call per deal. Whether the list holds the
 * primary contact as well is not documented, so they are left out here.
 */
export function createParticipants(api: PipedriveApi): CrmAdapter['participants'] {
  return {
    ofDeals: (deals, call) =>
      ofEachDeal(deals, async (deal) => {
        const linked = await linkedTo(api, deal.ref.id, call);
        return linked.filter(({ person }) => person.ref.id !== deal.person?.ref.id);
      }),
  };
}

/** v1 adds a person and removes a link. */
export function createParticipantWrites(api: PipedriveApi): ParticipantWrites {
  const inTurn = new InTurn();

  /** What adding a person twice does is not documented, so it is never tried. */
  async function checkAddition(deal: string, person: string, call: Call): Promise<void> {
    const [wire, linked] = await Promise.all([api.one(ENDPOINTS.deal, deal, call), linkedTo(api, deal, call)]);
    if (wire === null || isDeleted(wire)) {
      throw new GatewayError('NOT_FOUND', `${api.crm} has no deal ${deal}`, { crm: api.crm, path: ['deal'] });
    }
    const primary = readRecord(api.crm, 'deal', wire, (value) => idOrNull(value, 'person_id'));
    if (person === primary) throw conflict(api.crm, `person ${person} is the primary contact of deal ${deal}`);
    if (linked.some((other) => other.person.ref.id === person)) {
      throw conflict(api.crm, `person ${person} takes part in deal ${deal} already`);
    }
  }

  function add(deal: string, person: string, call: WriteCall): Promise<string> {
    return takePreparedStep<string, string>(
      api,
      {
        name: 'add',
        endpoint: ENDPOINTS.addParticipant,
        ids: { id: deal },
        async prepare() {
          await checkAddition(deal, person, call);
          return { sent: { body: { person_id: Number(person) }, keys: { person_id: ['person'] } }, note: person };
        },
        read: (data) => id(object(data, 'data')),
        // They took no part right before it was sent.
        async settle(_note, settling) {
          const links = await linkedTo(api, deal, settling.call);
          const link = links.find((other) => other.person.ref.id === person);
          return link?.linkId ? applied(link.linkId) : unknown(`person ${person} takes no part in deal ${deal}`);
        },
        previewed: STAND_IN_ID,
      },
      call,
    );
  }

  return {
    async add(deal, person, call) {
      await inTurn.run(deal, () => add(deal, person, call));
      return { deal, problems: [] };
    },

    async delete(deal, { linkId }, call) {
      if (linkId === null) throw new Error('a participant of Pipedrive without the id of the link');
      await takeStep(
        api,
        {
          name: 'delete',
          endpoint: ENDPOINTS.deleteParticipant,
          ids: { id: deal, participant: linkId },
          read: (data) => sameRecord(data, linkId),
          async settle(settling) {
            const links = await linkedTo(api, deal, settling.call);
            const isThere = links.some((link) => link.linkId === linkId);
            return appliedIf(!isThere, linkId, 'the person takes part in the deal');
          },
          previewed: linkId,
        },
        call,
      );
      return { deal, problems: [] };
    },
  };
}

async function linkedTo(api: PipedriveApi, deal: string, call: Call): Promise<readonly Participant[]> {
  const values = await api.allByOffset(ENDPOINTS.participants, [], call, { id: deal });
  return values
    .map((value) => readRecord(api.crm, 'participant', value, (wire) => toParticipant(api.crm, wire)))
    .toSorted((a, b) => compareRemoteIds(a.linkId ?? '', b.linkId ?? ''));
}

/** Maps a participant of v1. It carries person and user, each as an object with the id under `value`. */
export function toParticipant(crm: string, wire: Wire): Participant {
  const addedBy = objectOrNull(wire, 'added_by_user_id');
  return {
    linkId: id(wire),
    person: personLink(crm, wire),
    since: instantOrNull(wire, 'add_time', parseV1Time),
    addedBy: addedBy && userLink(crm, addedBy),
  };
}

function personLink(crm: string, participant: Wire): Link<Person> {
  const person = object(participant.person_id, 'person_id');
  const name = textOrNull(person, 'name');
  return {
    ref: { crm, type: 'Person', id: id(person, 'value') },
    known: {
      ...(name !== null && { name }),
      ...(Array.isArray(person.email) && { emails: contactPoints(person.email) }),
      ...(Array.isArray(person.phone) && { phones: contactPoints(person.phone) }),
    },
  };
}

function userLink(crm: string, user: Wire): Link<User> {
  const name = textOrNull(user, 'name');
  return {
    ref: { crm, type: 'User', id: id(user, user.value === undefined ? 'id' : 'value') },
    known: name === null ? {} : { name, email: textOrNull(user, 'email') || null },
  };
}

function conflict(crm: string, message: string): GatewayError {
  return new GatewayError('CONFLICT', `${crm}: ${message}`, { crm, path: ['person'] });
}

import type { Feed } from '../../domain/feed.ts';
import type { Note, NoteQuery } from '../../domain/note.ts';
import type { Organization } from '../../domain/organization.ts';
import type { Person } from '../../domain/person.ts';
import { id, instantOrNull, textOrNull, type Wire } from '../wire.ts';
import type { PipedriveApi } from './api.ts';
import { ENDPOINTS, MAX_PAGE } from './endpoints.ts';
import { readAll } from './feeds.ts';
import { linkOrNull } from './links.ts';
import { parseV1Time } from './times.ts';
import { flagOrNull, v1User } from './v1-values.ts';

/** Maps a note of v1. Comments have an endpoint of their own for each note. */
export function toNote(crm: string, wire: Wire): Note {
  return {
    ref: { crm, type: 'Note', id: id(wire) },
    title: null,
    content: textOrNull(wire, 'content'),
    category: null,
    isSystem: false,
    isPinned: flagOrNull(wire, 'pinned_to_deal_flag'),
    createdAt: instantOrNull(wire, 'add_time', parseV1Time),
    updatedAt: instantOrNull(wire, 'update_time', parseV1Time),
    author: v1User(crm, wire, 'user_id'),
    person: linkOrNull<Person>(crm, 'Person', wire, 'person_id'),
    organization: linkOrNull<Organization>(crm, 'Organization', wire, 'org_id'),
    comments: null,
  };
}

/** The notes of a deal, newest first (v1, GET /notes). Pipedrive writes no notes itself. */
export function dealNotes(api: PipedriveApi): Feed<Note, NoteQuery> {
  return {
    async read(deal, _query, { position, limit }, call) {
      const query = [
        ['deal_id', deal],
        ['sort', 'add_time DESC'],
      ] as const;
      const page = await api.offsetPage(ENDPOINTS.notes, query, Math.min(limit, MAX_PAGE), position, call);
      const notes = readAll(api.crm, 'note', page.values, (wire) => (isActive(wire) ? toNote(api.crm, wire) : null));
      return { items: notes, next: page.next };
    },
  };
}

function isActive(wire: Wire): boolean {
  return flagOrNull(wire, 'active_flag') ?? true;
}

import type { Note, NoteComment } from '../../domain/note.ts';
import type { Organization } from '../../domain/organization.ts';
import type { Person } from '../../domain/person.ts';
import type { User } from '../../domain/user.ts';
import { id, instantOrNull, isWire, list, object, objectOrNull, textOrNull, type Wire } from '../wire.ts';
import type { DealList } from './deal-lists.ts';
import { embedded, namedLink } from './links.ts';
import { parseTime } from './time.ts';

const EMAIL = 'Email';

/** Categories of the notes that the server writes itself. */
const SYSTEM_CATEGORIES: ReadonlySet<string> = new Set([
  'CalendarTask',
  'CalendarEvent',
  'Company',
  'Customer',
  'Deal',
  EMAIL,
  'Person',
  'Trackable Email Action',
]);

/** A note of the API, which is an e-mail where its category says so. */
export interface WireNote extends Note {
  readonly wire: Wire;
  readonly isEmail: boolean;
}

/** The notes of a deal, e-mails and the server's own among them. */
export const DEAL_NOTES: DealList<WireNote> = {
  collection: 'notes',
  what: 'note',
  dealOf: (wire) => wire.deal_id,
  map: (crm, wire) => ({ ...toNote(crm, wire), isEmail: categoryOf(wire) === EMAIL, wire }),
};

function toNote(crm: string, wire: Wire): Note {
  const category = categoryOf(wire);
  return {
    ref: { crm, type: 'Note', id: id(wire) },
    title: textOrNull(wire, 'title') || null,
    content: textOrNull(wire, 'content'),
    category,
    isSystem: category !== null && SYSTEM_CATEGORIES.has(category),
    isPinned: null,
    createdAt: instantOrNull(wire, 'created_at', parseTime),
    updatedAt: instantOrNull(wire, 'updated_at', parseTime),
    author: namedLink<User>(crm, 'User', embedded(wire, 'created_by_user_id', 'created_by_user') ?? userOf(wire)),
    person: namedLink<Person>(crm, 'Person', embedded(wire, 'person_id', 'person')),
    organization: namedLink<Organization>(crm, 'Organization', embedded(wire, 'company_id', 'company')),
    comments: comments(crm, wire),
  };
}

function categoryOf(wire: Wire): string | null {
  const category = objectOrNull(wire, 'note_category');
  return category && textOrNull(category, 'name');
}

function userOf(wire: Wire) {
  return embedded(wire, 'user_id', 'user');
}

/** Comments come whole with their note, in an envelope as lists have it. */
function comments(crm: string, wire: Wire): readonly NoteComment[] {
  const entries = isWire(wire.comments) ? wire.comments.entries : wire.comments;
  if (entries === undefined || entries === null) return [];
  return list(entries, 'comments')
    .map((entry) => toComment(crm, object(entry, 'comments')))
    .toSorted((a, b) => (a.createdAt ?? 0) - (b.createdAt ?? 0));
}

function toComment(crm: string, wire: Wire): NoteComment {
  return {
    ref: { crm, type: 'NoteComment', id: id(wire) },
    content: textOrNull(wire, 'comment') ?? '',
    createdAt: instantOrNull(wire, 'created_at', parseTime),
    updatedAt: instantOrNull(wire, 'updated_at', parseTime),
    author: namedLink<User>(crm, 'User', userOf(wire)),
  };
}

import type { Call } from './account.ts';
import type { Issue } from './answers.ts';
import { assign, type Casts, ids, integer, type Patch, required, requiredText } from './casts.ts';
import { timeRange } from './conditions.ts';
import { existingSubjects, fillCompany } from './notes.ts';
import { type AssociationType, type DocumentRecord, fullName } from './records.ts';
import type { Resource, Shape } from './resource.ts';
import { companyName, dealName, personName, subjectExists, userName } from './subjects.ts';
import { formatInstant } from './zone.ts';

/** PipelineDeals API v3, Documents: files the CRM has fetched from a public address. */
export const documents: Resource<DocumentRecord> = {
  wrapper: 'document',
  records: (store) => store.documents,
  reachable: (store, document) => subjectExists(store, ...subjectOf(document)),
  associations: {
    deal_id: (_store, document, id) => document.deal_id === id,
    person_id: (_store, document, id) => document.person_id === id,
    company_id: (_store, document, id) => document.company_id === id,
    calendar_entry_id: (_store, document, id) => document.calendar_entry_id === id,
  },
  conditions: () => ({ document_modified: timeRange((document) => document.updated_at) }),
  order: (a, b) => b.id - a.id,
  view,
  draft: (call) => blankDocument(call.user.id, call.now),
  nextId: (store) => store.nextId('documents'),
  write,
};

function subjectOf(document: DocumentRecord): [AssociationType | null, number | null] {
  if (document.deal_id !== null) return ['Deal', document.deal_id];
  if (document.person_id !== null) return ['Person', document.person_id];
  return ['Company', document.company_id];
}

export function blankDocument(userId: number, now: number): DocumentRecord {
  return {
    id: 0,
    created_at: now,
    updated_at: now,
    title: '',
    url: '',
    deal_id: null,
    person_id: null,
    company_id: null,
    calendar_entry_id: null,
    owner_id: userId,
    document_tag_ids: [],
  };
}

const CASTS: Casts<DocumentRecord> = {
  title: requiredText,
  url: requiredText,
  deal_id: integer,
  person_id: integer,
  company_id: integer,
  document_tag_ids: ids,
};

function write({ store }: Call, document: DocumentRecord, patch: Patch): Issue[] {
  const issues = [
    ...assign(document, patch, CASTS),
    ...required(document, 'title'),
    ...required(document, 'url'),
    ...existingSubjects(store, document, patch),
  ];
  if (issues.length === 0) fillCompany(store, document, patch);
  return issues;
}

/** The file is fetched after the answer to the write, so only that answer shows it as pending. */
function view(call: Call, document: DocumentRecord, shape: Shape): Record<string, unknown> {
  const pending = shape === 'created';
  const owner = call.store.users.get(document.owner_id);
  const tags = call.store.configuration.documentTags.filter((tag) => document.document_tag_ids.includes(tag.id));
  return {
    id: document.id,
    title: document.title,
    created_at: formatInstant(document.created_at),
    updated_at: formatInstant(document.updated_at),
    owner_id: document.owner_id,
    person_id: document.person_id,
    deal_id: document.deal_id,
    company_id: document.company_id,
    calendar_entry_id: document.calendar_entry_id,
    document_type: document.title.endsWith('.pdf') ? 'pdfs' : 'others',
    upload_status: pending ? 1 : 2,
    upload_status_error_message: null,
    public_link: publicLink(call, document),
    size_in_k: pending ? 0 : 12.95,
    upload_state: pending ? 'pending' : 'complete',
    etag: pending ? null : document.id.toString(16).padStart(32, '0'),
    document_tag_ids: document.document_tag_ids,
    owner_name: owner ? fullName(owner) : null,
    owner: userName(call, document.owner_id),
    deal: dealName(call, document.deal_id),
    company: companyName(call, document.company_id),
    person: personName(call, document.person_id),
    calendar_entry: calendarEntryName(call, document),
    document_tags: tags.map(({ id, name }) => ({ id, name })),
  };
}

/** A link that works for six hours without a key, and is another one in every second. */
function publicLink(call: Call, document: DocumentRecord): string {
  const signed = new Date(call.now).toISOString().replace(/[-:]|\.\d+/g, '');
  const path = `uploaded_documents/${document.id}/${encodeURIComponent(document.title)}`;
  return `https://files.sandbox.example/${path}?X-Amz-Date=${signed}&X-Amz-Expires=21600&X-Amz-Signature=${call.secrets.linkSignature}`;
}

function calendarEntryName(call: Call, document: DocumentRecord): Record<string, unknown> | null {
  const id = document.calendar_entry_id;
  const entry = id === null ? undefined : call.store.calendarEntries.get(id);
  return entry ? { id: entry.id, name: entry.name } : null;
}

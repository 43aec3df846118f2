import type { SimRequest, SimResponse } from '../kit/simulator.ts';
import { type CustomFieldsView, presentCustomFields } from './custom-fields.ts';
import { notFound, ruleViolation } from './failure.ts';
import { type Page, type PageQuery, paginate } from './paging.ts';
import type { CustomFields, EntityKind } from './records.ts';
import { booleanText, csvOf, oneOf, readPathId, string } from './schema.ts';
import type { Store } from './store.ts';

/** What deals, persons, organizations and products have in common. */
interface Entity {
  readonly id: number;
  readonly is_deleted: boolean;
  readonly custom_fields: CustomFields;
  readonly label_ids?: readonly number[];
}

/** Columns sent only on request (`include_fields`), by name. */
export type OptionalColumns<T> = Readonly<Record<string, (store: Store, record: T) => unknown>>;

/** The parameters that shape a record without choosing it. */
export interface View extends CustomFieldsView {
  readonly include_fields?: readonly string[];
  readonly include_labels?: boolean;
}

/** At most this many custom fields can be asked for by name. */
const MAX_CUSTOM_FIELDS = 15;

export const customFieldsParameter = csvOf(string, MAX_CUSTOM_FIELDS);

/** The parameters of a `View`. */
export function viewRules<T>(columns: OptionalColumns<T>) {
  return {
    include_fields: csvOf(oneOf(...Object.keys(columns))),
    custom_fields: customFieldsParameter,
    include_option_labels: booleanText,
    include_labels: booleanText,
  };
}

/** A record as it is answered. */
export function present<T extends Entity>(
  store: Store,
  kind: EntityKind,
  record: T,
  view: View = {},
  columns: OptionalColumns<T> = {},
): object {
  const labels = store.fields[kind].find((field) => field.field_code === 'label_ids')?.options ?? [];
  return {
    ...record,
    custom_fields: presentCustomFields(store.fields[kind], record.custom_fields, view),
    ...(view.include_labels && {
      labels: labels.filter(({ id }) => record.label_ids?.includes(id)).map(({ id, label }) => ({ id, label })),
    }),
    ...Object.fromEntries((view.include_fields ?? []).map((name) => [name, columns[name]?.(store, record) ?? null])),
  };
}

export function success(data: unknown, status = 200): SimResponse {
  return { status, body: { success: true, data } };
}

/** A v2 list: one page of what fits, and the cursor of the next. */
export function listReply<T extends { readonly id: number }>(
  rows: Iterable<T>,
  query: PageQuery,
  show: (row: T) => unknown,
): SimResponse {
  const page: Page<T> = paginate(rows, query);
  return {
    status: 200,
    body: { success: true, data: page.rows.map(show), additional_data: { next_cursor: page.nextCursor } },
  };
}

/** The record named in the path, deleted or not. Throws 404. */
export function readRecord<T>(collection: ReadonlyMap<number, T>, request: SimRequest, what: string, name = 'id'): T {
  const record = collection.get(readPathId(request, name));
  if (!record) throw notFound(what);
  return record;
}

/** The record named in the path, for a change. Throws 404, for deleted ones too. */
export function readLiveRecord<T extends { readonly is_deleted: boolean }>(
  collection: ReadonlyMap<number, T>,
  request: SimRequest,
  what: string,
): T {
  const record = readRecord(collection, request, what);
  if (record.is_deleted) throw notFound(what);
  return record;
}

/** The answer to a deletion; 410 with the same body where the record had been deleted before. */
export function deletionReply(id: number, wasDeleted: boolean): SimResponse {
  return success({ id }, wasDeleted ? 410 : 200);
}

/** Throws 400 unless the record referred to exists and is not deleted. */
export function requireReference(
  collection: ReadonlyMap<number, { readonly is_deleted: boolean }>,
  id: number | null | undefined,
  what: string,
): void {
  if (id === null || id === undefined) return;
  if (collection.get(id)?.is_deleted !== false) throw ruleViolation(`${what} with id ${id} does not exist.`);
}

/** Throws 400 unless every label is one of the entity's. */
export function requireLabels(store: Store, kind: EntityKind, labels: readonly number[] | undefined): void {
  const options = store.fields[kind].find((field) => field.field_code === 'label_ids')?.options ?? [];
  const unknown = labels?.find((id) => !options.some((option) => option.id === id));
  if (unknown !== undefined) throw ruleViolation(`Label with id ${unknown} does not exist.`);
}

/** Throws 400 unless the account has the currency. */
export function requireCurrency(store: Store, code: string | undefined): void {
  if (code !== undefined && !store.currencies.some((currency) => currency.code === code)) {
    throw ruleViolation(`Currency ${code} does not exist.`);
  }
}

/** What the filters common to v2 lists look at. */
interface Listed {
  readonly id: number;
  readonly owner_id: number;
  readonly is_deleted: boolean;
  readonly update_time: string | null;
}

/** Whether a record fits the filters common to v2 lists; deleted ones never do. */
export function fits(
  record: Listed,
  query: { ids?: number[]; owner_id?: number; updated_since?: string; updated_until?: string },
): boolean {
  return !record.is_deleted && matches(record, query);
}

/** `fits` for lists that decide about deleted records themselves. */
export function matches(
  record: Listed,
  query: { ids?: number[]; owner_id?: number; updated_since?: string; updated_until?: string },
): boolean {
  const { update_time: updated } = record;
  return (
    (query.ids === undefined || query.ids.includes(record.id)) &&
    (query.owner_id === undefined || query.owner_id === record.owner_id) &&
    (query.updated_since === undefined || (updated !== null && updated >= query.updated_since)) &&
    (query.updated_until === undefined || (updated !== null && updated < query.updated_until))
  );
}

/** Only deals have saved filters here. Throws 404 where one is asked for. */
export function refuseFilter(id: number | undefined): void {
  if (id !== undefined) throw notFound('Filter');
}

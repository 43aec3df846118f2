import type { SimRequest, SimResponse } from '../kit/simulator.ts';
import { ruleViolation } from './failure.ts';
import type { Deal, Organization, Person, User } from './records.ts';
import { integerText, isObject, Mismatch, oneOf, type Rule, type Rules, type Values } from './schema.ts';
import type { Store } from './store.ts';
import { COMPANY } from './users.ts';

/** Habits of API v1: lenient queries, `start` and `limit`, nested references, times without zone. */

const MAX_PAGE = 500;

/** A time as v1 writes it: UTC without saying so. */
export function spaced(time: string): string;
export function spaced(time: string | null): string | null;
export function spaced(time: string | null): string | null {
  return time?.replace('T', ' ').replace('Z', '') ?? null;
}

/** A time as mail has it, with milliseconds. */
export function withMilliseconds(time: string): string {
  return time.replace('Z', '.000Z');
}

/** The parameters that v1 knows; it ignores others, and empty ones. Throws 400 for wrong values. */
export function readV1Query<const R extends Rules>(
  request: SimRequest,
  rules: R,
  required: readonly (keyof R & string)[] = [],
): Values<R> {
  const values: Record<string, unknown> = {};
  for (const [name, rule] of Object.entries(rules)) {
    const given = request.query.get(name);
    if (given === null || given === '') {
      if (required.includes(name)) throw ruleViolation(`${name} must be given.`);
      continue;
    }
    try {
      values[name] = rule(given);
    } catch (error) {
      if (!(error instanceof Mismatch)) throw error;
      throw ruleViolation(`${name} ${error.problems[0]?.message}`);
    }
  }
  return values as Values<R>;
}

/** 0 or 1. */
export const flag: Rule<boolean> = (value) => oneOf('0', '1')(value) === '1';

const natural: Rule<number> = (value) => {
  const whole = integerText(value);
  if (whole < 0) throw new Mismatch('must be >= 0');
  return whole;
};

/** A page size up to `max`. */
export function limitUpTo(max: number): Rule<number> {
  return (value) => {
    const size = natural(value);
    if (size < 1 || size > max) throw new Mismatch(`must be from 1 to ${max}`);
    return size;
  };
}

/** The paging parameters of a v1 list. */
export const offsetRules = { start: natural, limit: limitUpTo(MAX_PAGE) };

/** The paging parameters of a v1 list that goes by cursor. */
export const cursorRules = { cursor: ((value) => value as string) as Rule<string>, limit: limitUpTo(MAX_PAGE) };

export interface OffsetQuery {
  readonly start?: number;
  readonly limit?: number;
}

export interface OffsetPage<T> {
  readonly rows: readonly T[];
  readonly pagination: Record<string, unknown>;
}

/** The page from `start` on; `next_start` is only there where more follows. */
export function offsetPage<T>(rows: readonly T[], { start = 0, limit = 100 }: OffsetQuery): OffsetPage<T> {
  const more = start + limit < rows.length;
  return {
    rows: rows.slice(start, start + limit),
    pagination: { start, limit, more_items_in_collection: more, ...(more && { next_start: start + limit }) },
  };
}

/** A v1 list: one page, and what its rows refer to. */
export function offsetReply<T>(
  rows: readonly T[],
  query: OffsetQuery,
  show: (row: T) => unknown,
  related: (rows: readonly T[]) => Record<string, unknown> = () => ({}),
): SimResponse {
  const page = offsetPage(rows, query);
  return {
    status: 200,
    body: {
      success: true,
      data: page.rows.map(show),
      additional_data: { pagination: page.pagination },
      ...related(page.rows),
    },
  };
}

/** A v1 list newest first, by cursor: the documented ones hold the last id. Throws 400 for other cursors. */
export function newestFirstReply<T extends { readonly id: number }>(
  rows: readonly T[],
  query: { readonly cursor?: string; readonly limit?: number },
  show: (row: T) => unknown,
): SimResponse {
  const before = query.cursor === undefined ? Number.POSITIVE_INFINITY : decodeCursor(query.cursor);
  const left = rows.filter(({ id }) => id < before).sort((a, b) => b.id - a.id);
  const page = left.slice(0, query.limit ?? 100);
  const last = page.at(-1);
  const next = last && page.length < left.length ? Buffer.from(`id:${last.id}`).toString('base64url') : null;
  return { status: 200, body: { success: true, data: page.map(show), additional_data: { next_cursor: next } } };
}

function decodeCursor(cursor: string): number {
  const [, id] =
    Buffer.from(cursor, 'base64url')
      .toString('utf8')
      .match(/^id:(\d+)$/) ?? [];
  if (id === undefined) throw ruleViolation('cursor is invalid');
  return Number(id);
}

/** Sorts by `field ASC, field2 DESC` over these fields, by ascending id where that says nothing. Throws 400. */
export function sortBy<T extends { readonly id: number }>(
  rows: readonly T[],
  sort: string | undefined,
  sortable: readonly (keyof T & string)[],
): T[] {
  const keys = (sort ?? 'id').split(',').map((part) => {
    const [name = '', direction = 'ASC', ...rest] = part.trim().split(/\s+/);
    const field = sortable.find((one) => one === name);
    const sign = { ASC: 1, DESC: -1 }[direction.toUpperCase()];
    if (!field || sign === undefined || rest.length > 0) throw ruleViolation(`sort by "${part.trim()}" is invalid`);
    return { field, sign };
  });
  return rows.toSorted((a, b) => {
    for (const { field, sign } of keys) {
      const [x, y] = [a[field] ?? '', b[field] ?? ''];
      if (x !== y) return x < y ? -sign : sign;
    }
    return a.id - b.id;
  });
}

/** A whole number in a v1 body, as number or as text. Throws 400. */
export function readV1Id(request: SimRequest, name: string): number {
  const given = isObject(request.body) ? request.body[name] : undefined;
  const id = Number(given);
  if (given === undefined || given === null || !Number.isSafeInteger(id)) {
    throw ruleViolation(`${name} must be given.`);
  }
  return id;
}

/** A user as v1 nests it. */
export function userOf(store: Store, id: number) {
  const user = store.users.get(id) as User;
  return { id, name: user.name, email: user.email, has_pic: 0, pic_hash: null, active_flag: user.active_flag };
}

/** A person as v1 nests it. */
export function personOf(store: Store, id: number) {
  const { name, emails, phones, owner_id, is_deleted } = store.persons.peek(id) as Person;
  return {
    active_flag: !is_deleted,
    id,
    name,
    email: emails.map(({ label, value, primary }) => ({ label, value, primary })),
    phone: phones.map(({ label, value, primary }) => ({ label, value, primary })),
    owner_id,
  };
}

/** An organization as v1 nests it. */
export function organizationOf(store: Store, id: number) {
  const { name, owner_id, address, is_deleted } = store.organizations.peek(id) as Organization;
  return {
    id,
    name,
    people_count: [...store.persons.values()].filter((person) => person.org_id === id && !person.is_deleted).length,
    owner_id,
    address: address?.value ?? null,
    active_flag: !is_deleted,
    cc_email: `${COMPANY.company_domain}@pipedrivemail.com`,
  };
}

/** A reference as v1 nests it: `value` in place of `id`. */
export function asReference<T extends { readonly id: number }>({ id, ...rest }: T): Omit<T, 'id'> & { value: number } {
  return { ...rest, value: id };
}

/** `related_objects`: what rows refer to, by kind and id. */
export function relatedObjects(
  store: Store,
  ids: { users?: Iterable<number>; persons?: Iterable<number | null>; organizations?: Iterable<number | null> },
  deals: readonly Deal[] = [],
): Record<string, unknown> {
  const byId = <T>(given: Iterable<number | null> | undefined, show: (store: Store, id: number) => T) =>
    given && Object.fromEntries([...new Set(given)].filter((id) => id !== null).map((id) => [id, show(store, id)]));
  const user = byId(ids.users, userOf);
  const person = byId(ids.persons, personOf);
  const organization = byId(ids.organizations, organizationOf);
  return {
    related_objects: {
      ...(user && { user }),
      ...(person && { person }),
      ...(organization && { organization }),
      ...(deals.length > 0 && {
        deal: Object.fromEntries(
          deals.map(({ id, title, status, value, currency, stage_id, pipeline_id }) => [
            id,
            { id, title, status, value, currency, stage_id, pipeline_id },
          ]),
        ),
      }),
    },
  };
}

import type { SimResponse } from '../kit/simulator.ts';
import type { Call } from './account.ts';
import { empty, failed, type Issue, invalid, ok } from './answers.ts';
import type { Patch } from './casts.ts';
import { type Conditions, testsOf } from './conditions.ts';
import { page, type Sorts, sorted } from './lists.ts';
import { recordAssignment, recordReassignment } from './mails.ts';
import type { Stamped, Store } from './records.ts';

/** In which answer a record is shown; each shows a few keys of its own. */
export type Shape = 'list' | 'single' | 'created' | 'updated';

/** What a list can be narrowed to by a parameter of that name. */
export type Association = 'deal_id' | 'person_id' | 'company_id' | 'calendar_entry_id';

/** A kind of record with the five usual operations. */
export interface Resource<T extends Stamped> {
  /** The key around the record in a request body. */
  readonly wrapper: string;
  readonly records: (store: Store) => Map<number, T>;
  /** Whether what the record hangs on still exists; a record that hangs on nothing is reachable. */
  readonly reachable?: (store: Store, record: T) => boolean;
  readonly associations: { readonly [A in Association]?: (store: Store, record: T, id: number) => boolean };
  readonly conditions: (call: Call) => Conditions<T>;
  /** What a list leaves out before any condition is looked at. */
  readonly hidden?: (call: Call, record: T) => boolean;
  /** Sort names; without any, `sort` is ignored. */
  readonly sorts?: Sorts<T>;
  /** The order of a list that asks for none. */
  readonly order: (a: T, b: T) => number;
  readonly totals?: (call: Call, records: readonly T[]) => object;
  readonly view: (call: Call, record: T, shape: Shape) => Record<string, unknown>;
  /** A new record before anything is written to it; its id is given when it is kept. */
  readonly draft: (call: Call) => T;
  readonly nextId: (store: Store) => number;
  /** To whom the record is assigned; a change of it is told to that user by mail. */
  readonly owner?: (record: T) => number | null;
  /** Writes what was sent to a copy and derives what follows; the copy is kept only if there are no issues. */
  readonly write: (call: Call, record: T, patch: Patch, before: T | null) => Issue[];
  readonly written?: (call: Call, record: T, before: T | null) => void;
  readonly removed?: (call: Call, record: T) => void;
  /** The answer to a GET of an id nothing has; 404 by default. */
  readonly missing?: (call: Call) => SimResponse;
}

export function find<T extends Stamped>(resource: Resource<T>, store: Store, id: string): T | undefined {
  const record = /^\d+$/.test(id) ? resource.records(store).get(Number(id)) : undefined;
  return record && (resource.reachable?.(store, record) ?? true) ? record : undefined;
}

/** GET of the list, narrowed to what belongs to `parent` where it is a nested path. */
export function listRecords<T extends Stamped>(
  resource: Resource<T>,
  call: Call,
  parent?: { readonly association: Association; readonly id: number },
): SimResponse {
  const { query } = call.request;
  const tests = testsOf(query, resource.conditions(call));
  for (const association of Object.keys(resource.associations) as Association[]) {
    const belongs = resource.associations[association];
    const id = query.get(association);
    if (belongs && id) tests.push((record) => belongs(call.store, record, Number(id)));
    if (belongs && parent?.association === association) {
      tests.push((record) => belongs(call.store, record, parent.id));
    }
  }
  const records = [...resource.records(call.store).values()].filter(
    (record) =>
      (resource.reachable?.(call.store, record) ?? true) &&
      !resource.hidden?.(call, record) &&
      tests.every((test) => test(record)),
  );
  const sort = resource.sorts && query.get('sort');
  const ordered = sort && resource.sorts ? sorted(records, sort, resource.sorts) : records.toSorted(resource.order);
  // A sort name it does not know makes the CRM fail rather than refuse.
  if (!ordered) return failed(500, 'Internal server error');
  const body = page(ordered, query, call.dialect, (record) => sparse(call, resource.view(call, record, 'list')));
  const totals = query.get('totals') === 'true' ? resource.totals?.(call, ordered) : undefined;
  return ok(totals ? { ...body, totals } : body);
}

export function getRecord<T extends Stamped>(resource: Resource<T>, call: Call, id: string): SimResponse {
  const record = find(resource, call.store, id);
  if (!record) return resource.missing?.(call) ?? empty(404);
  return ok(sparse(call, resource.view(call, record, 'single')));
}

export function createRecord<T extends Stamped>(resource: Resource<T>, call: Call): SimResponse {
  const record = resource.draft(call);
  const issues = resource.write(call, record, patchOf(call, resource.wrapper), null);
  if (issues.length > 0) return invalid(issues);
  record.id = resource.nextId(call.store);
  resource.records(call.store).set(record.id, record);
  resource.written?.(call, record, null);
  recordAssignment(call, resource.wrapper, record.id, resource.owner?.(record) ?? null);
  return ok(resource.view(call, record, 'created'));
}

export function updateRecord<T extends Stamped>(resource: Resource<T>, call: Call, id: string): SimResponse {
  const before = find(resource, call.store, id);
  if (!before) return empty(404);
  const shown = resource.view(call, before, 'updated');
  const record = structuredClone(before);
  record.updated_at = call.now;
  const issues = resource.write(call, record, patchOf(call, resource.wrapper), before);
  if (issues.length > 0) return invalid(issues);
  resource.records(call.store).set(record.id, record);
  resource.written?.(call, record, before);
  recordReassignment(
    call,
    resource.wrapper,
    record.id,
    resource.owner?.(record) ?? null,
    resource.owner?.(before) ?? null,
  );
  const fresh = resource.view(call, record, 'updated');
  return ok(call.switches.staleNestedOnPut ? withNestedOf(shown, fresh) : fresh);
}

export function deleteRecord<T extends Stamped>(resource: Resource<T>, call: Call, id: string): SimResponse {
  const record = find(resource, call.store, id);
  if (!record) return empty(404);
  if (!call.user.is_allowed_to_delete) return failed(403, 'Not allowed');
  resource.records(call.store).delete(record.id);
  resource.removed?.(call, record);
  return empty(call.dialect === 'seed' ? 200 : 204);
}

/** The keys that `attrs` names, where the account honours it. */
function sparse(call: Call, shown: Record<string, unknown>): Record<string, unknown> {
  const wanted = call.switches.sparseAttributes && call.request.query.get('attrs')?.split(',');
  return wanted ? Object.fromEntries(Object.entries(shown).filter(([key]) => wanted.includes(key))) : shown;
}

/** What the body writes, from JSON `{"deal":{…}}` or from form fields `deal[name]=…`. */
function patchOf(call: Call, wrapper: string): Patch {
  const { body } = call.request;
  if (!isObject(body)) return {};
  const wrapped = body[wrapper];
  if (isObject(wrapped)) return wrapped;
  const patch: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(body)) {
    const [, key, inner, list] = /^\w+\[(\w+)\](?:\[(\w+)\])?(\[\])?$/.exec(field) ?? [];
    if (key === undefined || !field.startsWith(`${wrapper}[`)) continue;
    const item = list ? [value] : value;
    if (inner === undefined) patch[key] = item;
    else patch[key] = { ...(patch[key] as object | undefined), [inner]: item };
  }
  return patch;
}

/** The quirk of PUT answers: ids are new, the objects beside them are those from before. */
function withNestedOf(before: Record<string, unknown>, after: Record<string, unknown>): Record<string, unknown> {
  const answer = { ...after };
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (key === 'custom_fields' || !(isObject(before[key]) || isObject(after[key]))) continue;
    if (Object.hasOwn(before, key)) answer[key] = before[key];
    else delete answer[key];
  }
  return answer;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !('isLosslessNumber' in value);
}

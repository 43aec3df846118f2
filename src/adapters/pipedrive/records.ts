import type { Call } from '../../domain/call.ts';
import type { CustomFieldKeys } from '../../domain/custom-field-wants.ts';
import { GatewayError } from '../../domain/errors.ts';
import type { CrmRecord, CustomValues } from '../../domain/record.ts';
import type { Found, Repository } from '../../domain/repository.ts';
import type { Instant } from '../../domain/time.ts';
import type { Lot } from '../lot.ts';
import {
  answeredAnother,
  boolean,
  id,
  idOf,
  instantOrNull,
  objectOrNull,
  readRecord,
  type Wire,
  withoutSecrets,
} from '../wire.ts';
import type { PipedriveApi, Query } from './api.ts';
import { type Endpoint, MAX_BATCH } from './endpoints.ts';
import { CUSTOM_KEY } from './known-keys.ts';
import { parseTime } from './times.ts';

/** How records of one kind are read. */
export interface RecordKind<T> {
  /** What they are called in messages. */
  readonly what: string;
  readonly one: Endpoint;
  readonly list: Endpoint;
  /** What both are asked beside the ids. */
  readonly query?: Query;
  map(crm: string, wire: Wire): T;
  /** What it shows of records, where that is not everything there is. */
  readonly shows?: string;
}

/** Maps a record that may lack all but these custom fields. */
export type Mapping<T> = (crm: string, wire: Wire, customFields?: CustomFieldKeys) => T;

/** What every record of v2 carries. */
export function recordFacts(wire: Wire): {
  readonly createdAt: Instant | null;
  readonly updatedAt: Instant | null;
  raw(): unknown;
} {
  return { createdAt: createdAt(wire), updatedAt: updatedAt(wire), raw: rawOf(wire) };
}

// One by one for records of which many are read: an object put together from parts costs several times as much.

export function createdAt(wire: Wire): Instant | null {
  return instantOrNull(wire, 'add_time', parseTime);
}

export function updatedAt(wire: Wire): Instant | null {
  return instantOrNull(wire, 'update_time', parseTime);
}

/** The CRM's object, which is let go where only some custom fields are asked for: nobody asks for the whole then. */
export function rawOf(wire: Wire, customFields: CustomFieldKeys = null): () => unknown {
  return customFields === null ? () => withoutSecrets(wire) : notWhole;
}

function notWhole(): undefined {}

/** The custom fields a record brings; none where none are asked for. */
export function customValues(wire: Wire, customFields: CustomFieldKeys): CustomValues {
  const values = objectOrNull(wire, 'custom_fields');
  return values === null || customFields?.length === 0 ? NO_VALUES : values;
}

const NO_VALUES: CustomValues = {};

/** Pipedrive keeps what was deleted for 30 days, marked; read by id it is not there. */
export function isDeleted(wire: Wire): boolean {
  return boolean(wire, 'is_deleted', false);
}

/** What reading a single record needs of its kind. */
type SingleKind<T> = Omit<RecordKind<T>, 'list'>;

/** Records read by id: one by its own endpoint, several by `ids=`, whichever is cheaper. */
export function createRepository<T extends CrmRecord>(
  api: PipedriveApi,
  kind: RecordKind<T> & { readonly map: Mapping<T> },
): Repository<T> {
  const lots = new Lots<T>((narrow) => lotOf(api, narrow));
  return {
    getMany: (ids, call, customFields = null) =>
      api.loads.read(lots.of(withCustomFields(api, kind, customFields)), ids, call),
    getWhole: (id, call) => readOne(api, kind, id, call),
  };
}

/** One record by its own endpoint; `null` when Pipedrive does not have it, or has it no more. */
export async function readOne<T>(api: PipedriveApi, kind: SingleKind<T>, id: string, call: Call): Promise<T | null> {
  const record = (await readSingly(api, kind, id, call)).get(id) ?? null;
  if (record instanceof GatewayError) throw record;
  return record;
}

/** The most keys `custom_fields=` may name. */
const MAX_KEYS = 15;

/**
 * The kind, with no more custom fields than are asked for, where Pipedrive can leave out the others: it takes up to 15
 * keys. Such a record is not the CRM's whole object.
 */
export function withCustomFields<T extends CrmRecord>(
  api: PipedriveApi,
  kind: RecordKind<T> & { readonly map: Mapping<T> },
  keys: CustomFieldKeys,
): RecordKind<T> {
  if (keys === null) return kind;
  const instead = keys.length === 0 ? api.customKeys.of(kind.what) : '';
  const name = `${instead}\n${keys.join(' ')}`;
  const known = narrowed.get(kind)?.get(name);
  if (known) return known as RecordKind<T>;
  const fresh: RecordKind<T> = {
    ...kind,
    query: [...(kind.query ?? []), ...(customFieldsQuery(api, kind.what, keys) ?? [])],
    map: (crm, wire) => kind.map(crm, wire, keys),
    shows: `only ${keys.join(' ')}`,
  };
  if (keys.length <= MAX_KEYS) keep(kind, name, fresh);
  return fresh;
}

/** Clients ask for a few selections of custom fields again and again. */
const MAX_NARROWED = 64;
// biome-ignore lint/suspicious/noExplicitAny: each kind has its own type of records
const narrowed = new WeakMap<object, Map<string, RecordKind<any>>>();

function keep<T>(kind: RecordKind<T>, name: string, fresh: RecordKind<T>): void {
  const kept = narrowed.get(kind) ?? new Map();
  if (kept.size < MAX_NARROWED) narrowed.set(kind, kept.set(name, fresh));
}

/** `custom_fields=` for records of a kind, or `null` where all there are have to come: one is asked for instead of none. */
export function customFieldsQuery({ customKeys }: PipedriveApi, what: string, wanted: CustomFieldKeys): Query | null {
  const keys = wanted?.length === 0 ? [customKeys.of(what) ?? ''] : wanted;
  if (keys === null || keys.length > MAX_KEYS) return null;
  return keys.every((key) => CUSTOM_KEY.test(key)) ? [['custom_fields', keys.join(',')]] : null;
}

/** The lots of kinds, each made once. */
export class Lots<T> {
  readonly #make: (kind: RecordKind<T>) => Lot<T>;
  readonly #known = new WeakMap<RecordKind<T>, Lot<T>>();

  constructor(make: (kind: RecordKind<T>) => Lot<T>) {
    this.#make = make;
  }

  of(kind: RecordKind<T>): Lot<T> {
    const known = this.#known.get(kind);
    if (known !== undefined) return known;
    const lot = this.#make(kind);
    this.#known.set(kind, lot);
    return lot;
  }
}

/** Records by id, of `list` where they are several. */
export function lotOf<T>(api: PipedriveApi, kind: RecordKind<T>, list = kind.list): Lot<T> {
  return {
    key: keyOf(kind, list),
    what: kind.what,
    costs: { one: kind.one.tokens, many: list.tokens, limit: MAX_BATCH },
    readRun: (ids, call) => readRun(api, kind, list, ids, call),
  };
}

const lotKeys = new WeakMap<object, Map<Endpoint, string>>();

/** Names what is read, once for each kind. */
function keyOf<T>(kind: RecordKind<T>, list: Endpoint): string {
  const ofKind = lotKeys.get(kind) ?? new Map<Endpoint, string>();
  const known = ofKind.get(list);
  if (known !== undefined) return known;
  const query = (kind.query ?? []).map(([name, value]) => `${name}=${value}`);
  const key = [list.template, ...query, kind.shows].join('\n');
  lotKeys.set(kind, ofKind.set(list, key));
  return key;
}

/** What one request can read: a single record by its own endpoint, several by `ids=` of a collection. */
async function readRun<T>(
  api: PipedriveApi,
  kind: RecordKind<T>,
  list: Endpoint,
  ids: readonly string[],
  call: Call,
): Promise<Found<T>> {
  const [only] = ids;
  if (ids.length === 1 && only !== undefined) return readSingly(api, kind, only, call);
  const values = await api.all(list, [['ids', ids.join(',')], ...(kind.query ?? [])], call);
  api.customKeys.learn(kind.what, values[0]);
  return placeRecords(api.crm, kind, ids, values);
}

async function readSingly<T>(api: PipedriveApi, kind: SingleKind<T>, id: string, call: Call): Promise<Found<T>> {
  const value = await api.one(kind.one, id, call, kind.query);
  if (value === null) return new Map();
  api.customKeys.learn(kind.what, value);
  if (idOf(value) !== id) {
    throw new GatewayError('UPSTREAM_INVALID_RESPONSE', `${api.crm} answered with another ${kind.what} than ${id}`, {
      crm: api.crm,
    });
  }
  return placeRecords(api.crm, kind, [id], [value]);
}

/** What hangs on deals, by an endpoint that takes up to a hundred of them and costs the same for one. */
export function lotOfDeals<T>(endpoint: Endpoint, what: string, readRun: Lot<T>['readRun']): Lot<T> {
  const { template, tokens } = endpoint;
  return { key: template, what, costs: { one: tokens, many: tokens, limit: MAX_BATCH }, readRun };
}

/**
 * Puts records at the ids that were asked for; deleted ones are absent. With a record whose id cannot be read, which may
 * be any of those still missing, or one that was not asked for, none of the others counts as absent.
 */
function placeRecords<T>(
  crm: string,
  kind: Pick<RecordKind<T>, 'what' | 'map'>,
  ids: readonly string[],
  values: readonly unknown[],
): Map<string, T | GatewayError> {
  const asked = new Set(ids);
  const map = (wire: Wire) => {
    if (!isDeleted(wire)) return kind.map(crm, wire);
    id(wire);
    return null;
  };
  const found = new Map<string, T | GatewayError>();
  let doubt: GatewayError | null = null;
  for (const value of values) {
    const valueId = idOf(value);
    if (valueId !== null && !asked.has(valueId)) {
      doubt = answeredAnother(crm, `another ${kind.what} than asked for`);
      continue;
    }
    try {
      const record = readRecord(crm, kind.what, value, map);
      if (record !== null && valueId !== null) found.set(valueId, record);
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      if (valueId === null) doubt = error;
      else found.set(valueId, error);
    }
  }
  if (doubt === null) return found;
  const answered = new Set(values.map(idOf));
  for (const missing of ids) if (!answered.has(missing)) found.set(missing, doubt);
  return found;
}

import type { Call } from '../../domain/call.ts';
import { GatewayError } from '../../domain/errors.ts';
import type { Found, Repository } from '../../domain/repository.ts';
import { idOf, readRecord, type Wire } from '../wire.ts';
import type { Account } from './account.ts';
import { collection, type ListPage, MAX_PAGE_SIZE, member } from './api.ts';

/** Encoded ids that fit into a URL of less than 4 KB with everything else in it. */
const MAX_IDS_LENGTH = 3_300;
/** A comma takes three characters in a URL. */
const SEPARATOR_LENGTH = 3;

/** Records with a collection of their own: deals, people, companies. */
export interface RecordKind<T> {
  /** As in the path: `deals`. */
  readonly collection: string;
  /** As in messages: `deal`. */
  readonly what: string;
  /** The condition that lists records by id, `deal_id`. */
  readonly idCondition: string;
  /** Whether the API documents that condition; one that is not is tried before it is relied on. */
  readonly idConditionDocumented: boolean;
  /** Prepares the mapping of these values; asks the CRM only for what they leave open. */
  mapper(values: readonly unknown[], call: Call): Promise<RecordMapper<T>>;
}

/** `whole`: the record comes from its own endpoint, so that it can be shown as the CRM's own object. */
export type RecordMapper<T> = (wire: Wire, whole: boolean) => T;

/** One value of a list: its id as far as it has one, and the record or why it cannot be read. */
interface ReadValue<T> {
  readonly id: string | null;
  readonly record: T | GatewayError;
}

/** Reads records of one kind by id, and maps those that lists bring. */
export class Records<T> implements Repository<T> {
  readonly #account: Account;
  readonly #kind: RecordKind<T>;
  /** Whether the server honours the id condition; `null` until it was tried. */
  #batches: boolean | null;
  #trial: Promise<unknown> | null = null;

  constructor(account: Account, kind: RecordKind<T>) {
    this.#account = account;
    this.#kind = kind;
    this.#batches = kind.idConditionDocumented ? true : null;
  }

  async getWhole(id: string, call: Call): Promise<T | null> {
    const wire = await this.wire(id, call);
    if (wire === null) return null;
    const map = await this.#kind.mapper([wire], call);
    return readRecord(this.#account.crm, this.#kind.what, wire, (value) => map(value, true));
  }

  /** The CRM's own object, or `null` when it has none of this id. */
  async wire(id: string, call: Call): Promise<Wire | null> {
    const wire = await this.#account.api.one(member(this.#kind.collection, id), call);
    if (wire !== null && idOf(wire) !== id) {
      throw new GatewayError(
        'UPSTREAM_INVALID_RESPONSE',
        `${this.#account.crm} answered with another ${this.#kind.what} than ${id}`,
        { crm: this.#account.crm },
      );
    }
    return wire;
  }

  async getMany(ids: readonly string[], call: Call): Promise<Found<T>> {
    if (ids.length <= 1) return this.#singly(ids, call);
    const parts = await Promise.all(chunksOfIds(ids).map((chunk) => this.#chunk(chunk, call)));
    return new Map(parts.flatMap((part) => [...part]));
  }

  /** Maps the entries of a page of a list. */
  async read(values: readonly unknown[], call: Call): Promise<{ records: T[]; unreadable: GatewayError[] }> {
    const records: T[] = [];
    const unreadable: GatewayError[] = [];
    for (const { record } of await this.#readEach(values, call)) {
      if (record instanceof GatewayError) unreadable.push(record);
      else records.push(record);
    }
    return { records, unreadable };
  }

  async #chunk(ids: readonly string[], call: Call): Promise<Found<T>> {
    if (ids.length === 1) return this.#singly(ids, call);
    // Whoever comes while the condition is being tried waits for the verdict instead of trying it as well.
    if (this.#trial !== null) await this.#trial;
    if (this.#batches === false) return this.#singly(ids, call);
    const reading = this.#batch(ids, call);
    if (this.#batches === null) {
      const settled = reading.catch(() => undefined);
      this.#trial = settled;
      await settled;
      this.#trial = null;
    }
    const found = await reading;
    const missing = ids.filter((id) => !found.has(id));
    // What a list leaves out, because it hides archived records or ignores the condition, a single read still finds.
    return missing.length === 0 ? found : new Map([...found, ...(await this.#singly(missing, call))]);
  }

  /** Records of a list by ids. Contains none but those asked for; nothing when the server ignores the condition. */
  async #batch(ids: readonly string[], call: Call): Promise<Found<T>> {
    const wanted = new Set(ids);
    const first = await this.#page(ids, 1, call);
    if (first === null || !this.#isHonoured(first, wanted)) {
      // An undocumented condition that was refused once is not sent again.
      this.#batches ??= first === null ? false : null;
      return new Map();
    }
    const entries = [...first.entries];
    for (let page = 2; page <= first.pages && entries.length < ids.length; page += 1) {
      const next = await this.#page(ids, page, call);
      if (next === null || next.entries.length === 0) break;
      entries.push(...next.entries);
    }
    const asked = entries.filter((entry) => wanted.has(idOf(entry) ?? ''));
    const found = new Map<string, T | GatewayError>();
    for (const { id, record } of await this.#readEach(asked, call)) if (id !== null) found.set(id, record);
    return found;
  }

  #page(ids: readonly string[], page: number, call: Call): Promise<ListPage | null> {
    const query = [[`conditions[${this.#kind.idCondition}]`, ids.join(',')]] as const;
    return this.#account.api.pageIfAccepted(
      collection(this.#kind.collection),
      query,
      { page, perPage: MAX_PAGE_SIZE },
      call,
    );
  }

  /**
   * Judges an undocumented condition by its first answer that says something: unknown conditions are ignored by the
   * server, which then answers with everything.
   */
  #isHonoured(first: ListPage, wanted: ReadonlySet<string>): boolean {
    if (this.#batches !== null) return this.#batches;
    if (first.entries.length === 0) return false;
    this.#batches = first.entries.every((entry) => wanted.has(idOf(entry) ?? ''));
    return this.#batches;
  }

  async #singly(ids: readonly string[], call: Call): Promise<Found<T>> {
    const found = new Map<string, T | GatewayError>();
    await Promise.all(
      ids.map(async (id) => {
        try {
          const record = await this.getWhole(id, call);
          if (record !== null) found.set(id, record);
        } catch (error) {
          if (!(error instanceof GatewayError)) throw error;
          found.set(id, error);
        }
      }),
    );
    return found;
  }

  async #readEach(values: readonly unknown[], call: Call): Promise<readonly ReadValue<T>[]> {
    if (values.length === 0) return [];
    const map = await this.#kind.mapper(values, call);
    return values.map((value) => {
      const id = idOf(value);
      try {
        return { id, record: readRecord(this.#account.crm, this.#kind.what, value, (wire) => map(wire, false)) };
      } catch (error) {
        if (!(error instanceof GatewayError)) throw error;
        return { id, record: error };
      }
    });
  }
}

/** Ids in groups that fit into one page and one URL. */
export function chunksOfIds(ids: readonly string[]): readonly (readonly string[])[] {
  const groups: string[][] = [];
  let group: string[] = [];
  let length = 0;
  for (const id of ids) {
    if (group.length === MAX_PAGE_SIZE || length + id.length > MAX_IDS_LENGTH) {
      groups.push(group);
      group = [];
      length = 0;
    }
    group.push(id);
    length += id.length + SEPARATOR_LENGTH;
  }
  if (group.length > 0) groups.push(group);
  return groups;
}

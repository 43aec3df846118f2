import { GatewayError } from '../domain/errors.ts';
import type { Operation, StepRecord } from '../domain/operation.ts';
import type { Instant } from '../domain/time.ts';
import { JournalError } from './journal-error.ts';
import type { Store } from './open-store.ts';
import { operationIds, timePrefix } from './operation-id.ts';

export interface JournalRules {
  /** How long operations are kept that are over, in milliseconds. */
  readonly retentionMs: number;
  /** How long an idempotency key stands for the operation it was used for, in milliseconds. */
  readonly idempotencyMs: number;
  now(): Instant;
}

/** An id that leads to another record now. */
export interface Move {
  readonly from: string;
  readonly to: string;
  /** The credentials under which that is so, where it is not so for all. */
  readonly credentials?: string;
}

/** What an operation writes beside itself when something is sure. */
export interface Effects {
  /** Names of records that it made, and that no other operation can have made. */
  readonly made?: readonly string[];
  readonly moved?: readonly Move[];
  /** The operation it reversed. */
  readonly undid?: string;
  /** The claim of an idempotency key that stands for nothing again. */
  readonly released?: string;
}

interface Claim {
  readonly operation: string;
  readonly expiresAt: Instant;
}

/** An operation as it is kept: its steps have keys of their own, so that a step costs no more than itself. */
type Header = Omit<Operation, 'steps' | 'notes'>;

type Write = { type: 'put'; key: string; value: string } | { type: 'del'; key: string };

/** Behind every key that begins with the prefix before it. */
const END = '\uffff';

/**
 * The durable record of operations. What it was told is on the disk when the promise resolves; while it cannot
 * write, it refuses with `JOURNAL_UNAVAILABLE`.
 *
 * | key | value |
 * | --- | --- |
 * | `operation/<id>` | the operation without notes and steps |
 * | `note/<id>/<name>` | what it noted |
 * | `step/<id>/<number>` | one of its steps |
 * | `open/<id>` | nothing: it is not over |
 * | `claim/<claim>` | the operation an idempotency key was used for, and until when |
 * | `made/<name>` | the operation that made a record |
 * | `effect/<id>/<key>` | nothing: `made/…` and `moved/…` that go when the operation goes |
 * | `moved/<global id>` | the global id it leads to |
 */
export class Journal {
  readonly nextId: () => string;
  readonly #store: Store;
  readonly #rules: JournalRules;
  /** Operations that are not over, by id. */
  readonly #open = new Map<string, Operation>();
  /** The names of notes of open operations that are on the disk already. */
  readonly #noted = new Map<string, Set<string>>();

  readonly #onClosed: () => Promise<void>;

  private constructor(store: Store, rules: JournalRules, onClosed: () => Promise<void>) {
    this.#store = store;
    this.#rules = rules;
    this.#onClosed = onClosed;
    this.nextId = operationIds(rules.now);
  }

  /** Reads what is not over, and forgets what has been kept long enough. */
  static async on(store: Store, rules: JournalRules, onClosed = async () => {}): Promise<Journal> {
    const journal = new Journal(store, rules, onClosed);
    try {
      for await (const key of store.keys(below('open/'))) {
        const operation = await journal.find(key.slice('open/'.length));
        if (operation) journal.#remember(operation);
      }
    } catch (error) {
      throw new JournalError(store.location, 'cannot be read: restore it from a backup', error);
    }
    await journal.sweep();
    return journal;
  }

  /** The operations that are not over, oldest first: under way, or with an outcome nobody knows. */
  get unsettled(): readonly Operation[] {
    return [...this.#open.values()];
  }

  /** Writes down an operation, or what became of it since it was last written down. */
  async save(operation: Operation, step?: StepRecord, effects: Effects = {}): Promise<void> {
    const { steps, notes, ...header } = operation;
    const { id } = operation;
    const isOver = operation.state === 'DONE';
    const noted = this.#noted.get(id) ?? new Set();
    const fresh = Object.entries(notes).filter(([name]) => !noted.has(name));
    const made = (effects.made ?? []).map((name) => put(`made/${name}`, id));
    const moved = (effects.moved ?? []).map(({ from, to, credentials }) => put(movedKey(from, credentials), to));
    const undid = effects.undid === undefined ? null : await this.find(effects.undid);
    await this.#write([
      put(`operation/${id}`, json(header)),
      ...fresh.map(([name, value]) => put(`note/${id}/${name}`, json(value))),
      ...(step
        ? [
            put(
              stepKey(
                id,
                steps.findIndex(({ name }) => name === step.name),
              ),
              json(step),
            ),
          ]
        : []),
      isOver ? { type: 'del' as const, key: `open/${id}` } : put(`open/${id}`, ''),
      ...[...made, ...moved].flatMap((write) => [write, put(`effect/${id}/${write.key}`, '')]),
      ...(operation.claim === null ? [] : [put(`claim/${operation.claim}`, json(this.#claimOf(operation)))]),
      ...(effects.released === undefined ? [] : [{ type: 'del' as const, key: `claim/${effects.released}` }]),
      ...(undid ? [put(`operation/${undid.id}`, json({ ...headerOf(undid), undoneBy: id }))] : []),
    ]);
    for (const [name] of fresh) noted.add(name);
    if (isOver) {
      this.#open.delete(id);
      this.#noted.delete(id);
    } else {
      this.#open.set(id, operation);
      this.#noted.set(id, noted);
    }
  }

  async find(id: string): Promise<Operation | null> {
    const open = this.#open.get(id);
    if (open) return open;
    const header = await this.#store.get(`operation/${id}`);
    return header === undefined ? null : this.#whole(JSON.parse(header) as Header);
  }

  /** Operations from the newest to the oldest; `before` begins behind that one. */
  async *newestFirst(before: string | null): AsyncGenerator<Operation> {
    const range = { gte: 'operation/', lt: `operation/${before ?? END}`, reverse: true };
    for await (const value of this.#store.values(range)) {
      const header = JSON.parse(value) as Header;
      yield this.#open.get(header.id) ?? (await this.#whole(header));
    }
  }

  /** The operation an idempotency key stands for. */
  claimed(claim: string): string | null {
    const text = this.#store.getSync(`claim/${claim}`);
    if (text === undefined) return null;
    const { operation, expiresAt } = JSON.parse(text) as Claim;
    return expiresAt > this.#rules.now() || this.#open.has(operation) ? operation : null;
  }

  /** The operation that made the record of this name. */
  makerOf(name: string): string | null {
    return this.#store.getSync(`made/${name}`) ?? null;
  }

  /** Where an id leads by now, over as many moves as there were; `null` for one that never moved. */
  async movedTo(id: string, credentials = ''): Promise<string | null> {
    const seen = new Set([id]);
    let current = id;
    for (;;) {
      const next = await this.#store.get(movedKey(current, credentials));
      if (next === undefined || seen.has(next)) return current === id ? null : current;
      seen.add(next);
      current = next;
    }
  }

  /** Forgets operations that have been over for long enough, with all that hangs on them, and old keys. */
  async sweep(): Promise<void> {
    const { retentionMs, idempotencyMs, now } = this.#rules;
    const oldest = timePrefix(now() - Math.max(retentionMs, idempotencyMs));
    for await (const key of this.#store.keys({ gte: 'operation/', lt: `operation/${oldest}` })) {
      const id = key.slice('operation/'.length);
      if (!this.#open.has(id)) await this.#forget(id);
    }
    for await (const [key, value] of this.#store.iterator(below('claim/'))) {
      const { operation, expiresAt } = JSON.parse(value) as Claim;
      if (expiresAt <= now() && !this.#open.has(operation)) await this.#write([{ type: 'del', key }]);
    }
  }

  async close(): Promise<void> {
    await this.#store.close();
    await this.#onClosed();
  }

  async #forget(id: string): Promise<void> {
    const prefix = `effect/${id}/`;
    const keys = [`operation/${id}`];
    for await (const key of this.#store.keys(below(prefix))) keys.push(key, key.slice(prefix.length));
    for await (const key of this.#store.keys(below(`note/${id}/`))) keys.push(key);
    for await (const key of this.#store.keys(below(`step/${id}/`))) keys.push(key);
    await this.#write(keys.map((key) => ({ type: 'del', key })));
  }

  async #whole(header: Header): Promise<Operation> {
    const prefix = `note/${header.id}/`;
    const notes: Record<string, Operation['notes'][string]> = {};
    for await (const [key, value] of this.#store.iterator(below(prefix))) {
      notes[key.slice(prefix.length)] = JSON.parse(value) as Operation['notes'][string];
    }
    const steps: StepRecord[] = [];
    for await (const value of this.#store.values(below(`step/${header.id}/`))) {
      steps.push(JSON.parse(value) as StepRecord);
    }
    return { ...header, notes, steps };
  }

  #remember(operation: Operation): void {
    this.#open.set(operation.id, operation);
    this.#noted.set(operation.id, new Set(Object.keys(operation.notes)));
  }

  #claimOf({ id, startedAt }: Operation): Claim {
    return { operation: id, expiresAt: startedAt + this.#rules.idempotencyMs };
  }

  async #write(writes: readonly Write[]): Promise<void> {
    try {
      await this.#store.batch([...writes], { sync: true });
    } catch (error) {
      throw new GatewayError('JOURNAL_UNAVAILABLE', 'the journal cannot be written, so nothing is sent to a CRM', {
        cause: error,
      });
    }
  }
}

function headerOf({ steps: _steps, notes: _notes, ...header }: Operation): Header {
  return header;
}

function put(key: string, value: string): { type: 'put'; key: string; value: string } {
  return { type: 'put', key, value };
}

/** Steps sort in the order in which they were begun. */
function stepKey(id: string, index: number): string {
  return `step/${id}/${String(index).padStart(6, '0')}`;
}

function below(prefix: string): { gte: string; lt: string } {
  return { gte: prefix, lt: prefix + END };
}

function json(value: unknown): string {
  return JSON.stringify(value);
}

function movedKey(id: string, credentials = ''): string {
  return credentials === '' ? `moved/${id}` : `moved/${credentials}/${id}`;
}

import type { HttpRequest } from '../../transport/http-client.ts';
import { isWire } from '../wire.ts';

type Query = NonNullable<HttpRequest['query']>;

/** What the key of a custom field looks like. */
export const CUSTOM_KEY = /^[0-9a-f]{40}$/;

/**
 * One custom field's key of each kind of record, learned from the account's own answers. No way of asking for records
 * without custom fields is documented; asking for a single one leaves out all others, often a third of what is sent.
 */
export class KnownKeys {
  readonly #keys = new Map<string, string>();

  /** Of records of this kind, or `null` until one has told. */
  of(what: string): string | null {
    return this.#keys.get(what) ?? null;
  }

  /** Looks at one record of an answer for the key that adds the least to it. */
  learn(what: string, record: unknown): void {
    if (this.#keys.has(what) || !isWire(record) || !isWire(record.custom_fields)) return;
    const fields = Object.entries(record.custom_fields).filter(([name]) => CUSTOM_KEY.test(name));
    const [shortest] = fields.sort(([, one], [, other]) => sizeOf(one) - sizeOf(other));
    if (shortest !== undefined) this.#keys.set(what, shortest[0]);
  }

  /**
   * What to ask instead of a query that was refused: the field may have been deleted, and what Pipedrive makes of keys
   * it does not know is not documented. `null` where no learned key was in it.
   */
  without(query: Query): Query | null {
    const kind = [...this.#keys].find(([, key]) => query.some(([name, value]) => name === PARAMETER && value === key));
    if (kind === undefined) return null;
    this.#keys.delete(kind[0]);
    return query.filter(([name]) => name !== PARAMETER);
  }
}

const PARAMETER = 'custom_fields';

/** What a value takes in an answer. A field that is empty in one record is likely to be so in others. */
function sizeOf(value: unknown): number {
  return value === null ? 0 : JSON.stringify(value).length;
}

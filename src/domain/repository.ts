import type { Call } from './call.ts';
import type { CustomFieldKeys } from './custom-field-wants.ts';
import type { GatewayError } from './errors.ts';

/**
 * What reading several things at once gave, by remote id: the thing, or why just this one could not be read. What
 * the CRM does not have is absent. A failure that concerns all of them is thrown instead.
 */
export type Found<T> = ReadonlyMap<string, T | GatewayError>;

/** Records that are read by id. */
export interface Repository<T> {
  /**
   * Any number of distinct ids, in the requests that are cheapest under the call's policy. Where `customFields` names
   * keys, the records may lack all other custom fields; one that lacks some has no `raw()`.
   */
  getMany(ids: readonly string[], call: Call, customFields?: CustomFieldKeys): Promise<Found<T>>;
  /** One record as its own endpoint gives it, with `raw()` whole; `null` when the CRM does not have it. */
  getWhole(id: string, call: Call): Promise<T | null>;
}

/** Records few enough to be read whole and kept for a while. */
export interface Table<T> extends Repository<T> {
  /** All of them, in the CRM's order. */
  all(call: Call): Promise<readonly T[]>;
}

import type { CustomFieldKeys } from '../domain/custom-field-wants.ts';
import { GatewayError } from '../domain/errors.ts';
import type { Ref } from '../domain/ref.ts';
import { type Wire, WireError } from './values.ts';

/** Reads what the CRM's object tells of an attribute, and makes nothing of it. Throws a `WireError` where it cannot. */
export type Told<T> = (wire: Wire) => T;

/** An attribute that is made of what is told each time somebody asks for it. */
export interface Made<T, Raw = unknown> {
  readonly told: Told<Raw>;
  make(told: Raw, crm: string, wire: Wire, customFields: CustomFieldKeys): T;
}

/** An attribute that is the same for all records. */
export interface Constant<T> {
  readonly always: T;
}

// biome-ignore lint/suspicious/noExplicitAny: what is told of an attribute is between `told` and `make`
type Attribute<T> = Told<T> | Made<T, any> | Constant<T>;

/** How the attributes of a type are read, but for the reference. */
export type AttributesOf<T> = { readonly [Name in keyof T as Exclude<Name, 'ref'>]: Attribute<T[Name]> };

/**
 * Maps records of which few attributes are asked for. A whole one is looked at whole when it is made, and fails with a
 * `WireError` where something cannot be read. Of one that need not have all custom fields only what is told of `vital`
 * attributes is, those by which records are filtered and put in order; another attribute that cannot be read fails when
 * somebody asks for it, and alone, as `UPSTREAM_INVALID_RESPONSE`.
 * The attributes are not a record's own: `copyOf` copies one, and `{ ...record }` does not.
 */
export function mapperOf<T extends { readonly ref: Ref }>(
  vital: readonly Exclude<keyof T, 'ref'>[],
  attributes: AttributesOf<T>,
): (ref: T['ref'], wire: Wire, customFields?: CustomFieldKeys) => T {
  const all: Told<unknown>[] = [];
  const ofVital: Told<unknown>[] = [];

  class OfKind extends MappedRecord {
    constructor(ref: Ref, wire: Wire, customFields: CustomFieldKeys) {
      for (const check of customFields === null ? all : ofVital) check(wire);
      super(ref, wire, customFields);
    }
  }

  for (const [name, attribute] of Object.entries<Attribute<unknown>>(attributes)) {
    if (typeof attribute !== 'function' && 'always' in attribute) {
      Object.defineProperty(OfKind.prototype, name, { enumerable: true, value: attribute.always });
      continue;
    }
    const told = typeof attribute === 'function' ? attribute : attribute.told;
    all.push(told);
    if (vital.includes(name as Exclude<keyof T, 'ref'>)) ofVital.push(told);
    Object.defineProperty(OfKind.prototype, name, { enumerable: true, get: MappedRecord.getter(attribute) });
  }
  return (ref, wire, customFields = null) => new OfKind(ref, wire, customFields) as unknown as T;
}

class MappedRecord {
  readonly ref: Ref;
  readonly #wire: Wire;
  readonly #customFields: CustomFieldKeys;

  constructor(ref: Ref, wire: Wire, customFields: CustomFieldKeys) {
    this.ref = ref;
    this.#wire = wire;
    this.#customFields = customFields;
  }

  static getter(attribute: Told<unknown> | Made<unknown>): (this: MappedRecord) => unknown {
    if (typeof attribute === 'function') {
      return function (this: MappedRecord) {
        try {
          return attribute(this.#wire);
        } catch (error) {
          throw this.#unreadable(error);
        }
      };
    }
    return function (this: MappedRecord) {
      try {
        return attribute.make(attribute.told(this.#wire), this.ref.crm, this.#wire, this.#customFields);
      } catch (error) {
        throw this.#unreadable(error);
      }
    };
  }

  #unreadable(error: unknown): unknown {
    if (!(error instanceof WireError)) return error;
    const { crm, type, id } = this.ref;
    const message = `${crm} sent a ${type} ${id} of which something cannot be read: ${error.message}`;
    return new GatewayError('UPSTREAM_INVALID_RESPONSE', message, { crm, cause: error });
  }
}

import type { AddressParts } from '../../domain/deal-writes.ts';
import type { Address } from '../../domain/record.ts';
import { textOrNull, type Wire } from '../wire.ts';

/** The address under keys that begin alike; `null` where none of its parts is filled. */
export function toAddress(wire: Wire, prefix: '' | 'work_' | 'home_' = ''): Address | null {
  const part = (key: string) => textOrNull(wire, `${prefix}${key}`)?.trim() || null;
  const street = joined([part('address_1'), part('address_2')]);
  const [city, region, postalCode, country] = [part('city'), part('state'), part('postal_code'), part('country')];
  const formatted = joined([street, city, region, postalCode, country]);
  return formatted === null ? null : { formatted, street, city, region, postalCode, country };
}

/** The keys of a deal that hold its address; `null` empties them all. */
export function addressToWrite(address: AddressParts | null): Readonly<Record<string, string | null>> {
  return {
    address_1: address?.street ?? null,
    address_2: null,
    city: address?.city ?? null,
    state: address?.region ?? null,
    postal_code: address?.postalCode ?? null,
    country: address?.country ?? null,
  };
}

function joined(parts: readonly (string | null)[]): string | null {
  return parts.filter((part) => part !== null).join(', ') || null;
}

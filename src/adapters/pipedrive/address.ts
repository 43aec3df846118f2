import type { Address } from '../../domain/record.ts';
import { textOrNull, type Wire } from '../wire.ts';

/** An address of which every part is empty is none. */
export function toAddress(wire: Wire): Address | null {
  const part = (key: string) => textOrNull(wire, key) || null;
  const address: Address = {
    formatted: part('value'),
    street: [part('route'), part('street_number')].filter((word) => word !== null).join(' ') || null,
    city: part('locality'),
    region: part('admin_area_level_1'),
    postalCode: part('postal_code'),
    country: part('country'),
  };
  return Object.values(address).every((value) => value === null) ? null : address;
}

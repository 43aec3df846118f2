import type { Address } from '../../domain/record.ts';
import { asTextOrNull, type Wire } from '../values.ts';

/** Throws what `toAddress` would throw. */
export function checkAddress(wire: Wire): Wire {
  asTextOrNull(wire.value, 'value');
  asTextOrNull(wire.route, 'route');
  asTextOrNull(wire.street_number, 'street_number');
  asTextOrNull(wire.locality, 'locality');
  asTextOrNull(wire.admin_area_level_1, 'admin_area_level_1');
  asTextOrNull(wire.postal_code, 'postal_code');
  asTextOrNull(wire.country, 'country');
  return wire;
}

/** An address of which every part is empty is none. */
export function toAddress(wire: Wire): Address | null {
  const part = (key: string) => asTextOrNull(wire[key], key) || null;
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

import type { ContactPoint } from '../../domain/record.ts';
import { textOrNull, type Wire } from '../wire.ts';

/** Where a person's addresses are, primary first, and what they are for. */
export const EMAIL_KEYS = { email: 'work', email2: 'other', home_email: 'home' } as const;
export const PHONE_KEYS = { phone: 'work', mobile: 'mobile', home_phone: 'home', fax: 'fax' } as const;

/** The contact points a record has under these keys; the first one is the primary. */
export function contactPoints(wire: Wire, keys: Readonly<Record<string, string>>): readonly ContactPoint[] {
  return Object.entries(keys)
    .map(([key, label]) => ({ value: textOrNull(wire, key)?.trim() ?? '', label }))
    .filter(({ value }) => value !== '')
    .map(({ value, label }, index) => ({ value, label, isPrimary: index === 0 }));
}

/** Whether an object tells all of these, so that what it leaves empty is known to be empty. */
export function tellsAll(wire: Wire, keys: Readonly<Record<string, string>>): boolean {
  return Object.keys(keys).every((key) => key in wire);
}

import { randomBytes } from 'node:crypto';
import type { Instant } from '../domain/time.ts';

/** Crockford's base 32, in which ULIDs are written: it sorts as numbers do. */
const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const TIME_DIGITS = 10;
const RANDOM_DIGITS = 16;
const ID = new RegExp(`^[0-7][${DIGITS}]{${TIME_DIGITS + RANDOM_DIGITS - 1}}$`);

/** Makes ids that sort by the time they were made at, each after all before it. */
export function operationIds(now: () => Instant): () => string {
  let last = '';
  return () => {
    const id = timePrefix(now()) + randomDigits();
    last = id > last ? id : successor(last);
    return last;
  };
}

/** Whether a text can be an operation's id. */
export function isOperationId(text: string): boolean {
  return ID.test(text);
}

/** What the ids begin with that are made at a time; those made before sort before it, and all later ones behind. */
export function timePrefix(instant: Instant): string {
  let rest = Math.max(0, Math.floor(instant));
  let digits = '';
  for (let index = 0; index < TIME_DIGITS; index += 1) {
    digits = DIGITS.charAt(rest % 32) + digits;
    rest = Math.floor(rest / 32);
  }
  return digits;
}

function randomDigits(): string {
  return Array.from(randomBytes(RANDOM_DIGITS), (byte) => DIGITS.charAt(byte % 32)).join('');
}

/** The next id in order. */
function successor(id: string): string {
  const index = id.search(/[^Z]Z*$/);
  const digit = DIGITS.charAt(DIGITS.indexOf(id.charAt(index)) + 1);
  return id.slice(0, index) + digit + '0'.repeat(id.length - index - 1);
}

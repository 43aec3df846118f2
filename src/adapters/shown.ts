import { type Decimal, formatDecimal, isDecimal, parseDecimal } from '../domain/decimal.ts';
import type { JsonValue } from '../domain/write-step.ts';
import { isWire } from './wire.ts';

/** Whether a CRM writes two texts, such as times, for the same value. */
type SameText = (shown: string, sent: string) => boolean;

/**
 * Whether a CRM shows what was sent to it: every key of an object, every entry of a list in any order, numbers by
 * their value, and nothing, an empty text and an empty list alike. What else it shows does not matter.
 */
export function isShown(shown: unknown, sent: unknown, sameText: SameText): boolean {
  if (isBlank(sent)) return isBlank(shown);
  if (Array.isArray(sent)) {
    return (
      Array.isArray(shown) &&
      shown.length === sent.length &&
      sent.every((one) => shown.some((other) => isShown(other, one, sameText)))
    );
  }
  if (isDecimal(sent)) return isSameNumber(shown, sent);
  if (isWire(sent)) {
    return isWire(shown) && Object.entries(sent).every(([key, value]) => isShown(shown[key], value, sameText));
  }
  if (shown === sent) return true;
  if (typeof sent === 'boolean') return false;
  if (typeof sent === 'string' && typeof shown === 'string' && isSameText(shown, sent, sameText)) return true;
  return isSameNumber(shown, sent);
}

/** The same for all texts that a CRM may show for one another: see `isShown`. */
export function textLikeness(text: string): string {
  const number = decimalOf(text);
  return number === null ? text.trim().normalize('NFC') : formatDecimal(number);
}

/** A body as it can be noted down; decimals become their text. */
export function noteOf(sent: unknown): JsonValue {
  if (isDecimal(sent)) return formatDecimal(sent);
  if (Array.isArray(sent)) return sent.map(noteOf);
  if (isWire(sent)) {
    const given = Object.entries(sent).filter(([, value]) => value !== undefined);
    return Object.fromEntries(given.map(([key, value]) => [key, noteOf(value)]));
  }
  return (sent ?? null) as JsonValue;
}

export function isBlank(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

function isSameText(shown: string, sent: string, sameText: SameText): boolean {
  const [a, b] = [shown, sent].map((text) => text.trim().normalize('NFC'));
  return a === b || sameText(shown, sent);
}

function isSameNumber(shown: unknown, sent: unknown): boolean {
  const [a, b] = [decimalOf(shown), decimalOf(sent)];
  return a !== null && b !== null && a.eq(b);
}

function decimalOf(value: unknown): Decimal | null {
  if (isDecimal(value)) return value;
  if (typeof value !== 'number' && typeof value !== 'string') return null;
  try {
    return parseDecimal(String(value));
  } catch {
    return null;
  }
}

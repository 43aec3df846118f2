/** How deep an answer may be nested. What is deeper than any API's answers is made to exhaust whoever looks at it. */
export const MAX_DEPTH = 100;

/** From this size on, parsing what is nested without end takes long enough to look before. */
const LARGE_BYTES = 512 * 1024;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** `[` and `{`, `]` and `}` differ in this bit only. */
const BRACE = 0x20;
const OPEN = 0x7b;
const CLOSE = 0x7d;

/** Whether a large text of JSON is nested too deep to be parsed. Small ones are looked at when they are parsed. */
export function opensTooDeep(bytes: Uint8Array): boolean {
  const { length } = bytes;
  if (length < LARGE_BYTES) return false;
  let depth = 0;
  for (let at = 0; at < length; at += 1) {
    const byte = bytes[at] as number;
    if (byte === QUOTE) {
      at = endOfString(bytes, at);
    } else if ((byte | BRACE) === OPEN) {
      depth += 1;
      if (depth > MAX_DEPTH) return true;
    } else if ((byte | BRACE) === CLOSE) {
      depth -= 1;
    }
  }
  return false;
}

/** Whether a value of JSON is nested too deep to be looked through. */
export function isTooDeep(value: unknown, left = MAX_DEPTH): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (left === 0) return true;
  for (const key in value) {
    const inner = (value as Record<string, unknown>)[key];
    if (typeof inner === 'object' && inner !== null && isTooDeep(inner, left - 1)) return true;
  }
  return false;
}

function endOfString(bytes: Uint8Array, from: number): number {
  let at = from + 1;
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return at;
}

/** A binary double keeps every decimal number of this many significant digits. */
export const SAFE_DIGITS = 15;
const LONG = SAFE_DIGITS + 1;

const MINUS = 0x2d;

/**
 * Whether a text of JSON has 16 digits in a row but for a point, where a value can begin. A run of that length covers
 * one of every 16 places, and the place 8 before that or the one 8 behind it, so nearly no other has to be looked at.
 * It also finds some of them inside strings, which costs time and nothing else.
 */
export function hasLongDigits(bytes: Uint8Array): boolean {
  const { length } = bytes;
  for (let at = SAFE_DIGITS; at < length; at += LONG) {
    if (!isInRun(bytes[at])) continue;
    if (!isInRun(bytes[at - LONG / 2]) && !isInRun(bytes[at + LONG / 2])) continue;
    let start = at;
    while (isInRun(bytes[start - 1])) start -= 1;
    let end = at + 1;
    while (isInRun(bytes[end])) end += 1;
    if (end - start >= LONG && mayBeginValue(bytes, start)) return true;
    // What lies between here and the end of the run is known.
    at = Math.max(at, end - LONG);
  }
  return false;
}

/** Whether a byte is a digit or a point. False beyond the ends of a text. */
function isInRun(byte: number | undefined): boolean {
  return byte !== undefined && ((byte >= 0x30 && byte <= 0x39) || byte === 0x2e);
}

/**
 * Whether what stands before a digit can stand before a number: nothing, a byte order mark, white space or punctuation.
 * In keys, and in most strings, it cannot.
 */
function mayBeginValue(bytes: Uint8Array, at: number): boolean {
  const before = bytes[at - 1] === MINUS ? at - 2 : at - 1;
  return before < 0 || /[\s[:,\x80-\xff]/.test(String.fromCharCode(bytes[before] as number));
}

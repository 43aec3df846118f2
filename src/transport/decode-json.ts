import { isAscii, isUtf8, transcode } from 'node:buffer';

/** Set in a byte beyond ASCII, and in any of four bytes. */
const HIGH = 0x80;
const ANY_HIGH = 0x80808080;
const BACKSLASH = 0x5c;
const LETTER_U = 0x75;
/** The first characters that a string cannot hold in one byte each. */
const FIRST_WIDE = 0x100;
/** The first characters that take two units of UTF-16. */
const FIRST_OF_TWO = 0x10000;
const BYTE_ORDER_MARK = 0xfeff;
/** How many bytes there have to be for each run beyond ASCII that is worth writing apart. */
const BYTES_PER_RUN = 128;

/**
 * The text of JSON in UTF-8, without a byte order mark; `null` for other bytes. A single wide character doubles what a
 * whole text takes and what parsing it takes, so where there are few they are given as the escapes JSON has for them:
 * the same JSON, if not the same text.
 */
export function decodeJson(bytes: Buffer): string | null {
  if (isAscii(bytes)) return bytes.toString('latin1');
  if (!isUtf8(bytes)) return null;
  return narrowText(bytes) ?? wholeText(bytes);
}

/** Goes the way Node is fastest at. */
function wholeText(bytes: Buffer): string {
  const text = transcode(bytes, 'utf8', 'utf16le').toString('utf16le');
  return text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text;
}

/**
 * The text with its wide characters escaped; `null` where there are too many, or one in a place of its own. Written as
 * bytes first: a text put together from pieces would be copied once more before it is parsed.
 */
function narrowText(bytes: Buffer): string | null {
  const { length } = bytes;
  const source = new DataView(bytes.buffer, bytes.byteOffset, length);
  const narrow = roomFor(length + (length >> 3) + 2 * MAX_NARROW);
  let runsLeft = 1 + length / BYTES_PER_RUN;
  let size = 0;
  let at = 0;
  for (;;) {
    const from = at;
    while (at + STRIDE <= length && !hasHigh(source, at)) at += STRIDE;
    while (at < length && (bytes[at] as number) < HIGH) at += 1;
    size += bytes.copy(narrow, size, from, at);
    if (at === length) return narrow.toString('latin1', 0, size);
    runsLeft -= 1;
    // At the beginning it is a byte order mark or no JSON, and behind a backslash an escape would mean something else.
    if (runsLeft < 0 || at === 0 || bytes[at - 1] === BACKSLASH) return null;
    while (at < length && (bytes[at] as number) >= HIGH) {
      // What is left has to fit in as well.
      if (size + MAX_NARROW + length - at > narrow.length) return null;
      const width = widthAt(bytes, at);
      size = putNarrow(codeAt(bytes, at, width), narrow, size);
      at += width;
    }
  }
}

/** How many bytes are looked at together. */
const STRIDE = 32;

function hasHigh(view: DataView, at: number): boolean {
  const first = view.getInt32(at, true) | view.getInt32(at + 4, true) | view.getInt32(at + 8, true);
  const second = view.getInt32(at + 12, true) | view.getInt32(at + 16, true) | view.getInt32(at + 20, true);
  const third = view.getInt32(at + 24, true) | view.getInt32(at + 28, true);
  return ((first | second | third) & ANY_HIGH) !== 0;
}

/** How long the escapes of one character are at most. */
const MAX_NARROW = 12;
/** What is kept to be written to again. */
const MAX_KEPT_BYTES = 1 << 20;

let kept = Buffer.allocUnsafe(0);

function roomFor(length: number): Buffer {
  if (kept.length >= length) return kept;
  const fresh = Buffer.allocUnsafe(length);
  if (length <= MAX_KEPT_BYTES) kept = fresh;
  return fresh;
}

/** How many bytes a character beyond ASCII takes. */
function widthAt(bytes: Buffer, at: number): number {
  const lead = bytes[at] as number;
  return lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

/** The code point of a character beyond ASCII: its lead byte's own bits, and six of each byte that follows. */
function codeAt(bytes: Buffer, at: number, width: number): number {
  let code = (bytes[at] as number) & (0x7f >> width);
  for (let next = at + 1; next < at + width; next += 1) code = (code << 6) | ((bytes[next] as number) & 0x3f);
  return code;
}

/** Writes a character as the one byte a string can hold it in, or else as its escapes. Answers where it ends. */
function putNarrow(code: number, narrow: Buffer, size: number): number {
  if (code < FIRST_WIDE) {
    narrow[size] = code;
    return size + 1;
  }
  if (code < FIRST_OF_TWO) return putEscape(code, narrow, size);
  const beyond = code - FIRST_OF_TWO;
  return putEscape(0xdc00 | (beyond & 0x3ff), narrow, putEscape(0xd800 | (beyond >> 10), narrow, size));
}

/** Writes the escape of a unit of UTF-16. Answers where it ends. */
function putEscape(unit: number, narrow: Buffer, size: number): number {
  narrow[size] = BACKSLASH;
  narrow[size + 1] = LETTER_U;
  narrow[size + 2] = HEX.charCodeAt(unit >> 12);
  narrow[size + 3] = HEX.charCodeAt((unit >> 8) & 0xf);
  narrow[size + 4] = HEX.charCodeAt((unit >> 4) & 0xf);
  narrow[size + 5] = HEX.charCodeAt(unit & 0xf);
  return size + 6;
}

const HEX = '0123456789abcdef';

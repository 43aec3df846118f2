import { isAscii, isUtf8, transcode } from 'node:buffer';

/** Set in a byte beyond ASCII, and in any of four bytes. */
const HIGH = 0x80;
const ANY_HIGH = 0x80808080;
const BACKSLASH = 0x5c;
/** The first characters that a string cannot hold in one byte each. */
const FIRST_WIDE = 0x100;
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
  const view = new DataView(bytes.buffer, bytes.byteOffset, length);
  const narrow = bufferOf(length + (length >> 3) + 2 * MAX_NARROW);
  let runsLeft = 1 + length / BYTES_PER_RUN;
  let size = 0;
  let from = 0;
  for (let at = 0; ; from = at) {
    while (at + STRIDE <= length && !hasHigh(view, at)) at += STRIDE;
    while (at < length && (bytes[at] as number) < HIGH) at += 1;
    size += bytes.copy(narrow, size, from, at);
    if (at === length) return narrow.toString('latin1', 0, size);
    runsLeft -= 1;
    // At the beginning it is a byte order mark or no JSON, and behind a backslash an escape would mean something else.
    if (runsLeft < 0 || at === 0 || bytes[at - 1] === BACKSLASH) return null;
    for (; at < length && (bytes[at] as number) >= HIGH; at += sizeAt(bytes, at)) {
      // What is left has to fit in as well.
      if (size + MAX_NARROW + length - at > narrow.length) return null;
      const code = latinAt(bytes, at);
      if (code === null) size += narrow.write(escapesAt(bytes, at), size, 'latin1');
      else narrow[size++] = code;
    }
  }
}

/** How many bytes are looked at together. */
const STRIDE = 16;

function hasHigh(view: DataView, at: number): boolean {
  const low = view.getInt32(at, true) | view.getInt32(at + 4, true);
  const high = view.getInt32(at + 8, true) | view.getInt32(at + 12, true);
  return ((low | high) & ANY_HIGH) !== 0;
}

/** How long the escapes of one character are at most. */
const MAX_NARROW = 12;
/** What is kept to be written to again. */
const MAX_KEPT_BYTES = 1 << 20;
let kept = Buffer.allocUnsafe(0);

function bufferOf(length: number): Buffer {
  if (kept.length >= length) return kept;
  const fresh = Buffer.allocUnsafe(length);
  if (length <= MAX_KEPT_BYTES) kept = fresh;
  return fresh;
}

/** How many bytes a character beyond ASCII takes. */
function sizeAt(bytes: Buffer, at: number): number {
  const lead = bytes[at] as number;
  return lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

/** A character that a string can hold in one byte; `null` for another. */
function latinAt(bytes: Buffer, at: number): number | null {
  if (sizeAt(bytes, at) !== 2) return null;
  const code = (((bytes[at] as number) & 0x1f) << 6) | ((bytes[at + 1] as number) & 0x3f);
  return code < FIRST_WIDE ? code : null;
}

function escapesAt(bytes: Buffer, at: number): string {
  let text = '';
  const char = bytes.toString('utf8', at, at + sizeAt(bytes, at));
  for (let unit = 0; unit < char.length; unit += 1) {
    text += `\\u${char.charCodeAt(unit).toString(16).padStart(4, '0')}`;
  }
  return text;
}

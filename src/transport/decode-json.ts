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
    while (at + 4 <= length && (view.getInt32(at) & ANY_HIGH) === 0) at += 4;
    while (at < length && (bytes[at] as number) < HIGH) at += 1;
    size += bytes.copy(narrow, size, from, at);
    if (at === length) return narrow.toString('latin1', 0, size);
    runsLeft -= 1;
    // At the beginning it is a byte order mark or no JSON, and behind a backslash an escape would mean something else.
    if (runsLeft < 0 || at === 0 || bytes[at - 1] === BACKSLASH) return null;
    for (; at < length && (bytes[at] as number) >= HIGH; at += sizeAt(bytes, at)) {
      // What is left has to fit in as well.
      if (size + MAX_NARROW + length - at > narrow.length) return null;
      size += narrow.write(narrowAt(bytes, at), size, 'latin1');
    }
  }
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

function narrowAt(bytes: Buffer, at: number): string {
  const size = sizeAt(bytes, at);
  if (size === 2) return narrow((((bytes[at] as number) & 0x1f) << 6) | ((bytes[at + 1] as number) & 0x3f));
  let text = '';
  const char = bytes.toString('utf8', at, at + size);
  for (let unit = 0; unit < char.length; unit += 1) text += narrow(char.charCodeAt(unit));
  return text;
}

function narrow(code: number): string {
  return code < FIRST_WIDE ? String.fromCharCode(code) : `\\u${code.toString(16).padStart(4, '0')}`;
}

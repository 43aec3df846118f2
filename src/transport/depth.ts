/** How deep an answer may be nested. What is deeper than any API's answers is made to exhaust whoever looks at it. */
export const MAX_DEPTH = 100;

/** Texts of so many opening brackets are looked at before they are parsed: parsing what has no end takes long. */
const MANY = 100_000;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** `[` and `{`, `]` and `}` differ in this bit only. */
const BRACE = 0x20;
const OPEN = 0x7b;
const CLOSE = 0x7d;

/** Whether a text of JSON is nested too deep to be parsed. Where it cannot be by much, the value is to be looked at. */
export function opensTooDeep(text: string): boolean {
  return hasMany(text) && isTextTooDeep(text);
}

/** Whether a text is large and full of brackets, wherever they stand. */
function hasMany(text: string): boolean {
  if (text.length < MANY) return false;
  let left = MANY;
  for (const bracket of ['[', '{']) {
    for (let at = text.indexOf(bracket); at !== -1; at = text.indexOf(bracket, at + 1)) {
      left -= 1;
      if (left === 0) return true;
    }
  }
  return false;
}

function isTextTooDeep(text: string): boolean {
  const { length } = text;
  let depth = 0;
  for (let at = 0; at < length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      at = endOfString(text, at);
    } else if ((code | BRACE) === OPEN) {
      depth += 1;
      if (depth > MAX_DEPTH) return true;
    } else if ((code | BRACE) === CLOSE) {
      depth -= 1;
    }
  }
  return false;
}

function endOfString(text: string, from: number): number {
  let at = from + 1;
  while (at < text.length && text.charCodeAt(at) !== QUOTE) at += text.charCodeAt(at) === BACKSLASH ? 2 : 1;
  return at;
}

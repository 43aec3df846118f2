/** What a value of JSON may hold that has to be seen to: flags. */
export const Found = {
  NOTHING: 0,
  /** Something below the level that was looked at. */
  TOO_DEEP: 1,
  /** A number beyond the largest double. */
  HUGE: 2,
  /** Zero, or what is so near to it that a double has lost digits: maybe what has become of a smaller number. */
  SMALL: 4,
  /** A key `__proto__`. */
  PROTO: 8,
} as const;

const MIN_NORMAL = 2 ** -1022;
const MAX_NORMAL = Number.MAX_VALUE;

/** Looks at all of a value, so many levels down. It is quicker than to look for the same in its text. */
export function lookThrough(value: unknown, levels: number): number {
  if (typeof value === 'number') return lookAt(value);
  return typeof value === 'object' && value !== null ? lookInto(value, levels) : Found.NOTHING;
}

// Most values are texts and null, for which no function is called.
function lookInto(value: object, levels: number): number {
  if (levels === 0) return Found.TOO_DEEP;
  let found: number = Found.NOTHING;
  if (Array.isArray(value)) {
    for (let at = 0; at < value.length; at += 1) {
      const item: unknown = value[at];
      if (typeof item === 'number') found |= lookAt(item);
      else if (typeof item === 'object' && item !== null) found |= lookInto(item, levels - 1);
    }
    return found;
  }
  for (const key in value) {
    if (key === '__proto__') found |= Found.PROTO;
    const inner = (value as Record<string, unknown>)[key];
    if (typeof inner === 'number') found |= lookAt(inner);
    else if (typeof inner === 'object' && inner !== null) found |= lookInto(inner, levels - 1);
  }
  return found;
}

function lookAt(number: number): number {
  const size = Math.abs(number);
  if (size > MAX_NORMAL) return Found.HUGE;
  return size < MIN_NORMAL ? Found.SMALL : Found.NOTHING;
}

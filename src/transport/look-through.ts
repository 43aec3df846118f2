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
  if (typeof value !== 'object' || value === null) return Found.NOTHING;
  if (levels === 0) return Found.TOO_DEEP;
  let found: number = Found.NOTHING;
  if (Array.isArray(value)) {
    for (let at = 0; at < value.length; at += 1) found |= lookThrough(value[at], levels - 1);
    return found;
  }
  for (const key in value) {
    if (key === '__proto__') found |= Found.PROTO;
    found |= lookThrough((value as Record<string, unknown>)[key], levels - 1);
  }
  return found;
}

function lookAt(number: number): number {
  const size = Math.abs(number);
  if (size > MAX_NORMAL) return Found.HUGE;
  return size < MIN_NORMAL ? Found.SMALL : Found.NOTHING;
}

export type Path = readonly (string | number)[];

/** A place where an answer is not what is true. */
export interface Difference {
  readonly path: Path;
  readonly given: unknown;
  readonly wanted: unknown;
}

/** Where an answer differs from what is true; lists of another length differ as a whole. */
export function differences(given: unknown, wanted: unknown, at: Path = []): readonly Difference[] {
  if (Array.isArray(given) && Array.isArray(wanted) && given.length === wanted.length) {
    return given.flatMap((one, index) => differences(one, wanted[index], [...at, index]));
  }
  if (isObject(given) && isObject(wanted)) {
    return Object.keys(wanted).flatMap((key) => differences(given[key], wanted[key], [...at, key]));
  }
  return Object.is(given, wanted) ? [] : [{ path: at, given, wanted }];
}

/** Whether a path leads to a place, or to one within it. */
export function isWithin(path: Path, place: Path): boolean {
  return path.length >= place.length && place.every((part, index) => path[index] === part);
}

/** The value at a path, or `null` where something on the way is. */
export function valueAt(data: unknown, path: Path): unknown {
  let value = data;
  for (const part of path) {
    if (value === null || value === undefined) return null;
    value = (value as Record<string | number, unknown>)[part];
  }
  return value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

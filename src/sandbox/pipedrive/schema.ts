import { isLosslessNumber, type LosslessNumber } from 'lossless-json';
import { isJsonNumber } from '../kit/json.ts';
import type { SimRequest } from '../kit/simulator.ts';
import type { Amount } from './amount.ts';
import { type Problem, schemaViolation } from './failure.ts';

/** Reads one value as API v2 does: no coercion. Throws `Mismatch`. */
export type Rule<T> = (value: unknown) => T;

export type Rules = Readonly<Record<string, Rule<unknown>>>;

/** What was given, by name; nothing was given for absent names. */
export type Values<R extends Rules> = { -readonly [K in keyof R]?: ReturnType<R[K]> };

/** A value that breaks its rule. */
export class Mismatch extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: string | readonly Problem[]) {
    super('mismatch');
    this.problems = typeof problems === 'string' ? [{ path: '', message: problems }] : problems;
  }
}

function check<T>(fits: (value: unknown) => value is T, message: string): Rule<T> {
  return (value) => {
    if (!fits(value)) throw new Mismatch(message);
    return value;
  };
}

export const boolean = check((value) => typeof value === 'boolean', 'must be boolean');
export const string = check((value) => typeof value === 'string', 'must be string');
export const number: Rule<Amount> = check(
  (value): value is number | LosslessNumber => isJsonNumber(value),
  'must be number',
);

/** A whole number that a double holds exactly. */
export const integer: Rule<number> = (value) => {
  const whole = isLosslessNumber(value) ? Number(value.value) : value;
  if (typeof whole !== 'number' || !Number.isSafeInteger(whole)) throw new Mismatch('must be integer');
  if (isLosslessNumber(value) && String(whole) !== value.value) throw new Mismatch('must be integer');
  return whole;
};

/** A text with something in it. */
export const filled: Rule<string> = (value) => {
  const text = string(value);
  if (text.trim() === '') throw new Mismatch('must NOT have fewer than 1 characters');
  return text;
};

export function atMost(max: number): Rule<string> {
  return (value) => {
    const text = string(value);
    if (text.length > max) throw new Mismatch(`must NOT have more than ${max} characters`);
    return text;
  };
}

export function oneOf<const T extends string | number>(...allowed: readonly T[]): Rule<T> {
  return check(
    (value): value is T => allowed.includes(value as T),
    `must be equal to one of the allowed values: ${allowed.join(', ')}`,
  );
}

export function nullable<T>(rule: Rule<T>): Rule<T | null> {
  return (value) => (value === null ? null : rule(value));
}

/** A list of `min` to `max` items. */
export function listOf<T>(rule: Rule<T>, { min = 0, max = Number.POSITIVE_INFINITY } = {}): Rule<T[]> {
  return (value) => {
    if (!Array.isArray(value)) throw new Mismatch('must be array');
    if (value.length < min) throw new Mismatch(`must NOT have fewer than ${min} items`);
    if (value.length > max) throw new Mismatch(`must NOT have more than ${max} items`);
    const problems: Problem[] = [];
    const items = value.map((item, index) => attempt(rule, item, String(index), problems));
    if (problems.length > 0) throw new Mismatch(problems);
    return items as T[];
  };
}

/** An object with these keys and no others. */
export function objectOf<const R extends Rules>(
  rules: R,
  required: readonly (keyof R & string)[] = [],
): Rule<Values<R>> {
  return (value) => {
    if (!isObject(value)) throw new Mismatch('must be object');
    const problems: Problem[] = required
      .filter((key) => value[key] === undefined)
      .map((key) => ({ path: key, message: 'is required' }));
    const values: Record<string, unknown> = {};
    for (const [key, given] of Object.entries(value)) {
      const rule = Object.hasOwn(rules, key) ? rules[key] : undefined;
      if (rule) values[key] = attempt(rule, given, key, problems);
      else problems.push({ path: key, message: `Parameter '${key}' is not allowed for this request` });
    }
    if (problems.length > 0) throw new Mismatch(problems);
    return values as Values<R>;
  };
}

function attempt<T>(rule: Rule<T>, value: unknown, at: string, problems: Problem[]): T | undefined {
  try {
    return rule(value);
  } catch (error) {
    if (!(error instanceof Mismatch)) throw error;
    problems.push(
      ...error.problems.map(({ path, message }) => ({ path: path === '' ? at : `${at}.${path}`, message })),
    );
    return undefined;
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isLosslessNumber(value);
}

/** `YYYY-MM-DD`, a day that exists. */
export const date: Rule<string> = (value) => {
  const day = string(value);
  const time = /^\d{4}-\d{2}-\d{2}$/.test(day) ? Date.parse(`${day}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== day) {
    throw new Mismatch('must match format "date" (YYYY-MM-DD)');
  }
  return day;
};

/** RFC 3339 with whole seconds; read as UTC. */
export const dateTime: Rule<string> = (value) => {
  const text = string(value);
  const time = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(Z|[+-]\d{2}:\d{2})$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time)) throw new Mismatch('must match format RFC3339 (YYYY-MM-DDTHH:MM:SSZ)');
  return toTime(time);
};

/** `YYYY-MM-DD HH:MM:SS` in UTC, the one time of v2 that is not RFC 3339: `archive_time`. */
export const spacedDateTime: Rule<string> = (value) => {
  const text = string(value);
  const time = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/.test(text)
    ? Date.parse(`${text.replace(' ', 'T')}Z`)
    : Number.NaN;
  if (Number.isNaN(time)) throw new Mismatch('must match format YYYY-MM-DD HH:MM:SS');
  return toTime(time);
};

/** `HH:MM:SS`. */
export const timeOfDay: Rule<string> = (value) => {
  const text = string(value);
  if (!/^([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/.test(text)) throw new Mismatch('must match format HH:MM:SS');
  return text;
};

export const visibleTo = oneOf(1, 3, 5, 7);

/** Milliseconds since the epoch as v2 writes times. */
export function toTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** A whole number in a query or a path. */
export const integerText: Rule<number> = (value) => {
  const whole = /^-?\d+$/.test(string(value)) ? Number(value) : Number.NaN;
  if (!Number.isSafeInteger(whole)) throw new Mismatch('must be integer');
  return whole;
};

export const booleanText: Rule<boolean> = (value) => oneOf('true', 'false')(value) === 'true';

/** Comma-separated items; spaces around them are not part of them. */
export function csvOf<T>(rule: Rule<T>, max = Number.POSITIVE_INFINITY): Rule<T[]> {
  return (value) => {
    const items = string(value).split(',');
    if (items.length > max) throw new Mismatch(`must NOT have more than ${max} items`);
    return items.map((item) => rule(item.trim()));
  };
}

/** Up to 100 comma-separated ids. */
export const ids = csvOf(integerText, 100);

/** A page size. */
export const limit: Rule<number> = (value) => {
  const size = integerText(value);
  if (size < 1) throw new Mismatch('must be >= 1');
  if (size > 500) throw new Mismatch('must be <= 500');
  return size;
};

/** The body of a v2 request; v2 knows JSON only. Throws the 400 of a schema violation. */
export function readBody<const R extends Rules>(
  request: SimRequest,
  rules: R,
  required: readonly (keyof R & string)[] = [],
): Values<R> {
  const json = (request.headers['content-type'] ?? '').includes('json');
  return orRefuse(() => objectOf(rules, required)(json && !request.malformed ? request.body : undefined), 'body');
}

/** The query of a v2 request. Throws the 400 of a schema violation. */
export function readQuery<const R extends Rules>(
  request: SimRequest,
  rules: R,
  required: readonly (keyof R & string)[] = [],
): Values<R> {
  const given: Record<string, unknown> = {};
  for (const key of new Set(request.query.keys())) {
    const values = request.query.getAll(key);
    given[key] = values.length === 1 ? values[0] : values;
  }
  return orRefuse(() => objectOf(rules, required)(given), 'query');
}

/** A whole number in the path. Throws the 400 of a schema violation. */
export function readPathId(request: SimRequest, name = 'id'): number {
  return orRefuse(() => objectOf({ [name]: integerText })({ [name]: request.params[name] })[name] as number, name);
}

function orRefuse<T>(read: () => T, whole: string): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Mismatch)) throw error;
    throw schemaViolation(error.problems.map(({ path, message }) => ({ path: path === '' ? whole : path, message })));
  }
}

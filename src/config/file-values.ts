import type { Environment, Report } from './environment.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Reports every key that is not one of those known. */
export function knownKeysOnly(object: JsonObject, known: readonly string[], place: string, report: Report): void {
  for (const key of Object.keys(object)) if (!known.includes(key)) report(`${place}.${key}: is not a known key`);
}

/** The variable that `{ "env": "NAME" }` names and what it holds, or `null` once the problem is reported. */
export function referredTo(
  value: JsonObject,
  key: string,
  env: Environment,
  report: Report,
): { readonly variable: string; readonly text: string } | null {
  const [variable, ...others] = Object.values(value);
  if (!Object.hasOwn(value, 'env') || others.length > 0 || typeof variable !== 'string' || variable === '') {
    report(`${key}: must be a value or {"env": "NAME"}`);
    return null;
  }
  const text = env.text(variable);
  if (text === undefined) {
    report(`${key}: the environment variable ${variable} is not set`);
    return null;
  }
  return { variable, text };
}

/** A text, given as it is or as `{ "env": "NAME" }`; `null` once the problem is reported. */
export function textOf(value: unknown, key: string, env: Environment, report: Report): string | null {
  if (isObject(value)) return referredTo(value, key, env, report)?.text ?? null;
  if (typeof value === 'string' && value.trim() !== '') return value.trim();
  report(`${key}: must be a text`);
  return null;
}

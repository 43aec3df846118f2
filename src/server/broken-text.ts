/** Half of a character that takes two units of UTF-16: no CRM can be sent it, and none has it. */
const HALF = /\p{Surrogate}/u;

/** The path to a text within a value that is not well-formed Unicode; `null` where there is none. */
export function brokenTextIn(value: unknown, path: string): string | null {
  if (typeof value === 'string') return HALF.test(value) ? path : null;
  if (typeof value !== 'object' || value === null) return null;
  for (const [key, inner] of Object.entries(value)) {
    const broken = brokenTextIn(inner, `${path}.${key}`);
    if (broken !== null) return broken;
  }
  return null;
}

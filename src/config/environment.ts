/** Environment variables as they come from `process.env`. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** Takes one problem with the configuration; all of them are told at once in the end. */
export type Report = (problem: string) => void;

/** Reads environment variables. A variable that is set to nothing counts as absent. */
export class Environment {
  readonly #variables: Variables;
  readonly #report: Report;

  constructor(variables: Variables, report: Report) {
    this.#variables = variables;
    this.#report = report;
  }

  text(name: string): string | undefined {
    const value = this.#variables[name]?.trim();
    return value === '' ? undefined : value;
  }

  /** Words divided by commas or spaces; none where it is not set. */
  list(name: string): readonly string[] {
    return (
      this.text(name)
        ?.split(/[\s,]+/)
        .filter((word) => word !== '') ?? []
    );
  }

  integer(name: string, range: { readonly min: number; readonly max: number; readonly default: number }): number {
    const text = this.text(name);
    if (text === undefined) return range.default;
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= range.min && value <= range.max) return value;
    this.#report(`${name}: must be a whole number from ${range.min} to ${range.max}`);
    return range.default;
  }

  oneOf<const Value extends string>(name: string, values: readonly Value[], absent: Value): Value {
    const text = this.text(name);
    if (text === undefined) return absent;
    const value = values.find((candidate) => candidate === text.toLowerCase());
    if (value === undefined) this.#report(`${name}: must be one of ${values.join(', ')}`);
    return value ?? absent;
  }

  /** `undefined` where it is not set. */
  flag(name: string): boolean | undefined {
    const text = this.text(name)?.toLowerCase();
    if (text === undefined) return undefined;
    if (text === '1' || text === 'true') return true;
    if (text === '0' || text === 'false') return false;
    this.#report(`${name}: must be 1 or 0`);
    return undefined;
  }
}

/** A reference that a list can be narrowed by, to one value at a time. */
export interface Dimension<Name extends string> {
  readonly name: Name;
  /** The values asked for; `null` for "has none", which no list can be narrowed to. */
  readonly values: readonly (string | null)[];
}

/** One reading of a list, narrowed to one value; `null`: of everything. */
export type Run<Name extends string> = { readonly name: Name; readonly value: string } | null;

/**
 * The lists, one per value, that a condition with several values is read as. They bring nothing but what is asked for,
 * at a request each, so there are up to `most` of them, over the dimension that needs the fewest.
 */
export function runsOver<Name extends string>(
  dimensions: readonly Dimension<Name>[],
  most: number,
): readonly Run<Name>[] {
  const [best] = dimensions
    .map(({ name, values }) => ({ name, values: [...new Set(values)] }))
    .filter(({ values }) => values.length > 1 && values.length <= most && !values.includes(null))
    .sort((a, b) => a.values.length - b.values.length);
  return best === undefined ? [null] : best.values.map((value) => ({ name: best.name, value: value as string }));
}

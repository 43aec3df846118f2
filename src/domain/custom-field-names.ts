/** What a custom field is called by. */
export interface Named {
  readonly key: string;
  readonly label: string;
}

/** The fields a name stands for: by key, else by an exact label, which several may have. */
export function named<Definition extends Named>(
  definitions: readonly Definition[],
  name: string,
): readonly Definition[] {
  const byKey = definitions.filter(({ key }) => key === name);
  return byKey.length > 0 ? byKey : definitions.filter(({ label }) => label === name);
}

const { RUNS = '1' } = process.env;

/** How often a property is tried in a run of all tests; `RUNS=10` tries it ten times as often. */
export function runs(count: number): { readonly numRuns: number } {
  return { numRuns: Math.round(count * Number(RUNS)) };
}

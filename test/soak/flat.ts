/** What a process holds at a moment. */
export interface Sample {
  readonly minute: number;
  readonly rssMb: number;
  /** After collecting garbage. */
  readonly heapMb: number;
  readonly handles: number;
  readonly files: number;
}

/** The most that each may grow by in a minute, over the last half of all samples. */
export const MOST_PER_MINUTE = { rssMb: 3, heapMb: 0.5, handles: 2, files: 2 } as const;
export type Measure = keyof typeof MOST_PER_MINUTE;

/** By how much each grows in a minute: the slope of a straight line through the last half of the samples. */
export function growth(samples: readonly Sample[]): Readonly<Record<Measure, number>> {
  const half = samples.slice(Math.floor(samples.length / 2));
  const of = (measure: Measure) => slope(half.map((sample) => [sample.minute, sample[measure]]));
  return { rssMb: of('rssMb'), heapMb: of('heapMb'), handles: of('handles'), files: of('files') };
}

/** What grows faster than it may. */
export function growing(samples: readonly Sample[]): readonly Measure[] {
  const perMinute = growth(samples);
  return (Object.keys(MOST_PER_MINUTE) as Measure[]).filter((name) => !(perMinute[name] <= MOST_PER_MINUTE[name]));
}

function slope(points: readonly (readonly [number, number])[]): number {
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const [x, y] = [mean(points.map(([at]) => at)), mean(points.map(([, value]) => value))];
  const spread = points.reduce((sum, [at]) => sum + (at - x) ** 2, 0);
  return points.reduce((sum, [at, value]) => sum + (at - x) * (value - y), 0) / spread;
}

import type { CaseResult } from './case.ts';
import { type Rig, type RigOptions, startRig } from './rig.ts';
import type { Scenario } from './scenario.ts';

/** Runs scenarios against several gateways side by side. */
export async function inLanes(
  count: number,
  scenarios: readonly Scenario[],
  run: (rig: Rig, scenarios: readonly Scenario[]) => Promise<readonly CaseResult[]>,
): Promise<readonly CaseResult[]> {
  const lanes = Array.from({ length: count }, (_, lane) =>
    scenarios.filter((_scenario, index) => index % count === lane),
  );
  const results = await Promise.all(
    lanes.filter((lane) => lane.length > 0).map((lane) => withRig((rig) => run(rig, lane))),
  );
  return results.flat();
}

/** Starts a rig for as long as it is used. */
export async function withRig<T>(use: (rig: Rig) => Promise<T>, options?: RigOptions): Promise<T> {
  const rig = await startRig(options);
  try {
    return await use(rig);
  } finally {
    await rig.close();
  }
}

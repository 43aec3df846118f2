import { setTimeout as sleep } from 'node:timers/promises';
import { type Account, CRMS } from './account.ts';
import { answerTo, askAgain, type CaseResult, judgeNow, type OpenCase, prepare, saidBy, settle } from './case.ts';
import { FAULT_POINTS, type FaultPoint, type Struck } from './fault-points.ts';
import { isAtWork, type Outcome } from './mutations.ts';
import type { Rig } from './rig.ts';
import type { Scenario } from './scenario.ts';
import { expectOutcome, type Violation } from './verdict.ts';

/** A scenario whose writes have been counted. */
export interface Surveyed {
  readonly scenario: Scenario;
  readonly writes: readonly Struck[];
}

const QUIET_MS = 200;
const SETTLED_WITHIN_MS = 3_000;

/** Which of all cases are run. */
export type Choice = (scenario: Scenario, point: FaultPoint, struck: Struck) => boolean;

/** Runs the chosen cases of some scenarios, on both CRMs at a time, one after the other on each. */
export async function runMatrix(
  rig: Rig,
  scenarios: readonly Scenario[],
  choice: Choice,
  onCase: (one: OpenCase) => void = () => undefined,
): Promise<readonly CaseResult[]> {
  const open = await Promise.all(
    CRMS.map((crm) =>
      runOn(
        rig,
        rig.accounts[crm],
        scenarios.filter((scenario) => scenario.crm === crm),
        choice,
        onCase,
      ),
    ),
  );
  return settle(rig, open.flat());
}

async function runOn(
  rig: Rig,
  account: Account,
  scenarios: readonly Scenario[],
  choice: Choice,
  onCase: (one: OpenCase) => void,
): Promise<readonly OpenCase[]> {
  const cases: OpenCase[] = [];
  const surveyed: Surveyed[] = [];
  const run = async (scenario: Scenario, point: FaultPoint, struck: Struck) => {
    const one = await runCase(rig, account, scenario, point, struck);
    onCase(one);
    cases.push(one);
    if (one.said.outcome === 'UNKNOWN' || one.said.outcome === 'PARTIAL') await quiet(account);
  };
  for (const scenario of scenarios) {
    // This fills what the gateway keeps of the account, so that the one that is counted is like all others.
    await run(scenario, NO_FAULT, { nth: 0, after: 0 });
    surveyed.push(await survey(rig, account, scenario));
  }
  for (const point of FAULT_POINTS) {
    for (const { scenario, writes } of surveyed) {
      for (const struck of writes) {
        if (!choice(scenario, point, struck)) continue;
        await run(scenario, point, struck);
      }
    }
  }
  return cases;
}

const NO_FAULT: FaultPoint = { name: 'none', arm: () => undefined, allowed: () => ['APPLIED'] };

/** Counts the writes of a scenario, and the requests before each; anew where it did not go through at once. */
export async function survey(rig: Rig, account: Account, scenario: Scenario): Promise<Surveyed> {
  for (let tries = 3; ; tries -= 1) {
    await settled(rig, account);
    const sent = await prepare(rig, scenario);
    const before = account.proxy.passed.length;
    const { outcome } = await answerTo(rig, sent);
    const passed = account.proxy.passed.slice(before);
    const after = passed.flatMap(({ method }, index) => (method === 'GET' ? [] : [index]));
    if (outcome === 'APPLIED' || tries === 1) {
      return { scenario, writes: after.map((count, index) => ({ nth: index + 1, after: count })) };
    }
  }
}

/** Waits for operations that go on in the background: until there are none, or some time for those that stay. */
async function settled(rig: Rig, account: Account): Promise<void> {
  const giveUpAt = performance.now() + SETTLED_WITHIN_MS;
  while (performance.now() < giveUpAt && (await isAtWork(rig.url, account.crm))) await quiet(account);
}

/** Waits until nothing is written any more. */
async function quiet({ proxy }: Account): Promise<void> {
  const writes = () => proxy.passed.filter(({ method }) => method !== 'GET').length;
  let before: number;
  do {
    before = writes();
    await sleep(QUIET_MS);
  } while (writes() > before);
}

async function runCase(
  rig: Rig,
  account: Account,
  scenario: Scenario,
  point: FaultPoint,
  struck: Struck,
): Promise<OpenCase> {
  const label = { crm: account.crm, scenario: scenario.name, fault: point.name, nth: struck.nth };
  const sent = await prepare(rig, scenario);
  await point.arm(account, struck);
  const askedAt = Date.now();
  const answer = await answerTo(rig, sent);
  const saidAt = Date.now();
  account.sandbox.faults.set();
  await account.proxy.heal();
  // On a busy computer any mutation may take until its time is over.
  const isOverdue = saidAt - askedAt >= rig.mutationTimeoutMs;
  const allowed = [...point.allowed(struck), ...(isOverdue ? (['UNKNOWN', 'PARTIAL'] as const) : [])];
  const violations: Violation[] = [...expectOutcome(answer.outcome, allowed), ...judgeNow(answer, sent.write)];
  if (point.lateMs !== undefined) await sleep(point.lateMs);

  const again = await askAgain(rig, sent);
  violations.push(...expectOutcome(again.outcome, repeatedly(answer.outcome, point, struck)));
  violations.push(...judgeNow(again, sent.write), ...account.sentAgain());
  const said = { operation: again.operation, ...saidBy(again) };
  return { label, sent, answered: answer.outcome, said, saidAt, violations };
}

/** What the same write under the same key may answer: what was answered first, unless nothing was done then. */
function repeatedly(first: Outcome, { isUnsent }: FaultPoint, { nth }: Struck): readonly Outcome[] {
  if (first !== 'REJECTED') return ['REPLAYED'];
  return isUnsent && nth === 1 ? ['APPLIED'] : ['APPLIED', 'REPLAYED'];
}

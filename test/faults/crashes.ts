import type { WireFault } from '../support/fault-proxy.ts';
import { askAgain, type CaseLabel, type CaseResult, judgeNow, type OpenCase, prepare, saidBy, settle } from './case.ts';
import { survey } from './matrix.ts';
import { write } from './mutations.ts';
import type { Rig } from './rig.ts';
import type { Scenario } from './scenario.ts';
import type { Violation } from './verdict.ts';

type Moment = Extract<WireFault, { kind: 'call' }>['at'];

/** When the gateway's process is killed, by what the CRM sees of it. */
export interface Crash {
  readonly name: string;
  readonly of: 'request' | 'write';
  readonly at: Moment;
}

export const CRASHES: readonly Crash[] = [
  { name: 'crash at the first request', of: 'request', at: 'ARRIVED' },
  { name: 'crash before the effect', of: 'write', at: 'ARRIVED' },
  { name: 'crash after the effect', of: 'write', at: 'DONE' },
  { name: 'crash after the answer', of: 'write', at: 'ANSWERED' },
];

/** Which of all crashes happen. */
export type CrashChoice = (scenario: Scenario, crash: Crash, nth: number) => boolean;

/** Kills the gateway at each step of each scenario and starts it again on what it has left behind. */
export async function runCrashes(
  rig: Rig,
  scenarios: readonly Scenario[],
  choice: CrashChoice,
  onCase: (one: OpenCase) => void = () => undefined,
): Promise<readonly CaseResult[]> {
  const cases: OpenCase[] = [];
  for (const scenario of scenarios) {
    const { writes } = await survey(rig, rig.accounts[scenario.crm], scenario);
    for (const crash of CRASHES) {
      for (const nth of crash.of === 'request' ? [1] : writes.map((struck) => struck.nth)) {
        if (!choice(scenario, crash, nth)) continue;
        const label = { crm: scenario.crm, scenario: scenario.name, fault: crash.name, nth };
        const one = await runCrash(rig, scenario, crash, label);
        onCase(one);
        cases.push(one);
      }
    }
  }
  return settle(rig, cases);
}

async function runCrash(rig: Rig, scenario: Scenario, { of, at }: Crash, label: CaseLabel): Promise<OpenCase> {
  const account = rig.accounts[scenario.crm];
  const sent = await prepare(rig, scenario);
  account.proxy.strike({ kind: 'call', at, run: () => rig.kill() }, { of, nth: label.nth });
  const answer = await write(rig.url, sent.write, sent.key);
  const violations: Violation[] = answer === null ? [] : [...judgeNow(answer, sent.write)];
  if (answer !== null) rig.kill();
  await rig.ended();
  await account.proxy.heal();
  await rig.start();

  const saidAt = Date.now();
  const again = await askAgain(rig, sent);
  const recoveredMs = Date.now() - saidAt;
  violations.push(...judgeNow(again, sent.write));
  if (answer !== null && answer.outcome !== 'REJECTED' && again.outcome !== 'REPLAYED') {
    violations.push({ kind: 'UNEXPECTED', what: `${answer.outcome} before the crash, ${again.outcome} after it` });
  }
  violations.push(...account.sentAgain());
  const said = { operation: again.operation, ...saidBy(again) };
  return { label, sent, answered: answer?.outcome ?? null, said, saidAt, recoveredMs, violations };
}

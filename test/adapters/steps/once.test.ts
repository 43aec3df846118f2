import { afterEach, describe, expect, it } from 'vitest';
import { GatewayError } from '../../../src/domain/errors.ts';
import type { Fault } from '../../../src/sandbox/kit/faults.ts';
import { aCall } from '../../support/call.ts';
import { Crash, type CrashPoint, RecordedSteps, type StepRecord } from '../../support/recorded-steps.ts';
import { runs } from '../../support/runs.ts';
import { type CrmName, type CrmUnderTest, openCrm, stateOf } from './crm-under-test.ts';
import { PIPEDRIVE } from './pipedrive-scenarios.ts';
import { PIPELINEDEALS } from './pipelinedeals-scenarios.ts';
import type { Scenario } from './scenario.ts';

const open: CrmUnderTest[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((crm) => crm.close()));
});

/** A scenario ready to run, in an account of its own. */
async function ready<Name extends CrmName>(name: Name, scenario: Scenario<Name>) {
  const crm = await openCrm(name);
  open.push(crm);
  const run = await scenario.arrange(crm);
  crm.sandbox.log.length = 0;
  return { crm, run: (steps: RecordedSteps) => run(steps.callOf(aCall())) };
}

/** What a run ends in: its report, or its error. */
async function outcomeOf(run: Promise<unknown>): Promise<unknown> {
  return run.catch((error: unknown) => {
    if (error instanceof GatewayError || error instanceof Crash) return error;
    throw error;
  });
}

/** Whether an outcome says that something was sent of which nothing is known. */
function isUnknown(outcome: unknown): boolean {
  if (outcome instanceof GatewayError) return outcome.details.effect === 'POSSIBLE';
  return (outcome as { problems: { code: string }[] }).problems.some(({ code }) => code === 'OUTCOME_UNKNOWN');
}

function numbers(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

const UNANSWERED: readonly Fault[] = [
  { kind: 'drop' },
  { kind: 'status', status: 503 },
  { kind: 'status', status: 302 },
  { kind: 'html' },
  { kind: 'garbage' },
];

/** The faults that a step is struck by: they take turns, one for each step, and `RUNS=5` has all of them strike each. */
function faultsOf(step: number): readonly Fault[] {
  const { numRuns } = runs(1);
  return UNANSWERED.map((_fault, index) => UNANSWERED[(step + index) % UNANSWERED.length] as Fault).slice(0, numRuns);
}

function cases<Name extends CrmName>(name: Name, scenarios: readonly Scenario<Name>[]): void {
  describe.each(scenarios)(`$name on ${name}`, (scenario) => {
    let expectation: ReturnType<typeof runUndisturbed> | undefined;
    /** The scenario undisturbed: what a disturbed one is compared with. */
    function undisturbed() {
      expectation ??= runUndisturbed();
      return expectation;
    }
    async function runUndisturbed() {
      const { crm, run } = await ready(name, scenario);
      const steps = new RecordedSteps();
      const report = await run(steps);
      expect(steps.records.size).toBe(scenario.steps);
      expect(crm.writes()).toHaveLength(scenario.steps);
      return { report, state: crm.state(), names: steps.taken };
    }

    /** The scenario with a fault that strikes the step of this number. */
    async function faulty(number: number, fault: Fault) {
      const { crm, run } = await ready(name, scenario);
      const steps = new RecordedSteps({
        onSend: (sent) => crm.sandbox.faults.set(...(sent === number ? [{ ...fault, times: 1 }] : [])),
      });
      const outcome = await outcomeOf(run(steps));
      return { crm, steps, outcome };
    }

    it('with each answer lost after the effect has its effect once, and knows it', async () => {
      const expected = await undisturbed();
      for (const number of numbers(scenario.steps)) {
        const { crm, steps, outcome } = await faulty(number, { kind: 'dropAfter' });
        expect(steps.doubts).toEqual([]);
        expect(stateOf(outcome)).toEqual(stateOf(expected.report));
        expect(crm.writes()).toHaveLength(scenario.steps);
        expect(crm.state()).toEqual(expected.state);
      }
    });

    it('with a request that is not answered is unknown, and never sent again', async () => {
      const { names } = await undisturbed();
      for (const number of numbers(scenario.steps)) {
        for (const fault of faultsOf(scenarios.indexOf(scenario) + number)) {
          const { crm, steps, outcome } = await faulty(number, fault);
          expect([fault, isUnknown(outcome)]).toEqual([fault, true]);
          expect(steps.doubts).toHaveLength(1);
          expect(steps.records.get(names[number - 1] as string)?.result).toBeUndefined();
          expect(crm.writes()).toHaveLength(steps.records.size);
        }
      }
    });

    /** The scenario in a process that ends there, and run again by another one. */
    async function crashed(step: number, when: CrashPoint) {
      const { crm, run } = await ready(name, scenario);
      const records = new Map<string, StepRecord>();
      expect(await outcomeOf(run(new RecordedSteps({ records, crash: { step, when } })))).toBeInstanceOf(Crash);
      const again = new RecordedSteps({ records });
      return { crm, outcome: await outcomeOf(run(again)), again };
    }

    it.each<CrashPoint>(['unbegun', 'unconfirmed'])(
      'and cut off where a step is %s ends as if it had not been',
      async (when) => {
        const expected = await undisturbed();
        for (const number of numbers(scenario.steps)) {
          const { crm, outcome, again } = await crashed(number, when);
          expect(again.doubts).toEqual([]);
          expect(stateOf(outcome)).toEqual(stateOf(expected.report));
          expect(crm.writes()).toHaveLength(scenario.steps);
          expect(crm.state()).toEqual(expected.state);
        }
      },
    );

    it('and cut off where a step is written down as sent does not send it', async () => {
      const { names } = await undisturbed();
      for (const number of numbers(scenario.steps)) {
        const { crm, outcome, again } = await crashed(number, 'unsent');
        expect(isUnknown(outcome)).toBe(true);
        expect(again.records.get(names[number - 1] as string)?.result).toBeUndefined();
        expect(crm.writes()).toHaveLength(again.records.size - 1);
      }
    });

    it('previewed sends nothing, and takes the steps it would have', async () => {
      const expected = await undisturbed();
      const { crm, run } = await ready(name, scenario);
      const before = crm.state();
      const steps = new RecordedSteps({ isPreview: true });
      expect(await run(steps)).toMatchObject({ problems: [] });
      expect(steps.taken).toEqual(expected.names);
      expect(crm.writes()).toEqual([]);
      expect(crm.state()).toEqual(before);
    });
  });
}

cases('pipedrive', PIPEDRIVE);
cases('pipelinedeals', PIPELINEDEALS);

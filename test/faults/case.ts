import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { CRMS, type CrmId } from './account.ts';
import { type Answer, NoOutcome, type Outcome, operation, type Write, write } from './mutations.ts';
import { PATIENT_MS, type Rig } from './rig.ts';
import type { Prepared, Scenario } from './scenario.ts';
import { judge, type Said, type Violation } from './verdict.ts';

/** What became of one case. */
export interface CaseResult {
  readonly crm: CrmId;
  readonly scenario: string;
  readonly fault: string;
  /** Which of the writes was struck, from 1; 0 where none was. */
  readonly nth: number;
  /** What was answered first; `null` where the gateway crashed before it answered. */
  readonly answered: Outcome | null;
  /** What is said of it in the end. */
  readonly outcome: Outcome;
  /** From the answer, or the start after a crash, to when its outcome was known; `null` where it is not or was at once. */
  readonly settledMs: number | null;
  readonly violations: readonly Violation[];
}

export type CaseLabel = Pick<CaseResult, 'crm' | 'scenario' | 'fault' | 'nth'>;

/** A write sent under a key of its own. */
export interface Sent {
  readonly write: Prepared;
  readonly key: string;
}

/** Makes the records of a scenario. */
export async function prepare(rig: Rig, scenario: Scenario): Promise<Sent> {
  const act = async (given: Write) => {
    const answer = await write(rig.url, given, randomUUID());
    if (answer?.outcome !== 'APPLIED') throw new Error(`${given.mutation} answered ${JSON.stringify(answer)}`);
    return answer;
  };
  return { write: await scenario.prepare(rig.accounts[scenario.crm], act), key: randomUUID() };
}

/** A case that has been answered, to be looked at once more when everything has come to rest. */
export interface OpenCase {
  readonly label: CaseLabel;
  readonly sent: Sent;
  readonly answered: Outcome | null;
  /** The last that was said of it; never `REPLAYED`, which says nothing. */
  readonly said: Said & Pick<Answer, 'operation'>;
  /** In milliseconds since the epoch. */
  readonly saidAt: number;
  /** How long it took until something was said of it after a crash. */
  readonly recoveredMs?: number;
  readonly violations: Violation[];
}

const SETTLED_WITHIN_MS = 10_000;
const POLL_MS = 100;

/** What an answer says of its write: of a replayed one, what was said first. */
export function saidBy(answer: Answer): Said {
  if (answer.outcome !== 'REPLAYED') return answer;
  const outcome = answer.operation?.outcome ?? 'REPLAYED';
  // What was in doubt when it was first answered may be known by now.
  return { outcome, problems: outcome === 'APPLIED' ? [] : answer.problems };
}

/** Everything wrong with an answer as things stand. */
export function judgeNow(answer: Answer, { effect, named }: Prepared): readonly Violation[] {
  const violations = [...judge(saidBy(answer), effect())];
  if (answer.outcome === 'UNKNOWN' && !answer.operation?.id) {
    violations.push({ kind: 'UNEXPECTED', what: 'UNKNOWN without the id of the operation' });
  }
  if (answer.deal && !named().includes(answer.deal.id)) {
    violations.push({ kind: 'FALSE_SUCCESS', what: `another deal is named: ${answer.deal.id}` });
  }
  return violations;
}

/** What a write is answered. One that is answered with errors alone is as good as one nothing is known of. */
export async function answerTo(rig: Rig, { write: given, key }: Sent): Promise<Answer> {
  try {
    const answer = await write(rig.url, given, key);
    if (answer === null) throw new Error('the gateway is gone');
    return answer;
  } catch (error) {
    if (!(error instanceof NoOutcome)) throw error;
    return { outcome: 'UNKNOWN', problems: [{ code: error.message, path: null }], operation: null };
  }
}

/** Sends the same again until it is answered with something else than that the first is under way. */
export async function askAgain(rig: Rig, sent: Sent): Promise<Answer> {
  const giveUpAt = performance.now() + PATIENT_MS;
  for (;;) {
    const answer = await answerTo(rig, sent);
    if (!answer.problems.some(({ code }) => code === 'IN_PROGRESS')) return answer;
    if (performance.now() > giveUpAt) throw new Error(`under way for too long: ${JSON.stringify(answer)}`);
    await sleep(POLL_MS);
  }
}

/**
 * Waits for what the gateway finds out by itself, as long as there is something to find, and judges each case by what
 * is said and there in the end.
 */
export async function settle(rig: Rig, cases: readonly OpenCase[]): Promise<readonly CaseResult[]> {
  const giveUpAt = performance.now() + SETTLED_WITHIN_MS;
  const found = await Promise.all(cases.map((one) => finalOutcome(rig, one, giveUpAt)));
  for (const crm of CRMS) {
    const last = cases.findLast(({ label }) => label.crm === crm);
    last?.violations.push(...rig.accounts[crm].sentAgain());
  }
  return cases.map((one, index) => {
    const { label, answered, said, sent, violations, recoveredMs = null } = one;
    const { outcome, settledMs } = found[index] ?? { outcome: said.outcome, settledMs: null };
    const problems = outcome === 'APPLIED' ? [] : said.problems;
    const isNew = (late: Violation) => !violations.some(({ kind, what }) => kind === late.kind && what === late.what);
    const late = judge({ outcome, problems }, sent.write.effect()).filter(isNew);
    return { ...label, answered, outcome, settledMs: settledMs ?? recoveredMs, violations: [...violations, ...late] };
  });
}

type Found = Pick<CaseResult, 'outcome' | 'settledMs'>;

async function finalOutcome(rig: Rig, { said, saidAt, sent }: OpenCase, giveUpAt: number): Promise<Found> {
  const { outcome, operation: known } = said;
  while (outcome === 'UNKNOWN' && known && sent.write.effect().done > 0 && performance.now() < giveUpAt) {
    const now = await operation(rig.url, known.id);
    if (now?.outcome && now.outcome !== 'UNKNOWN') {
      return { outcome: now.outcome, settledMs: Date.parse(now.finishedAt ?? '') - saidAt };
    }
    await sleep(POLL_MS);
  }
  return { outcome, settledMs: null };
}

import type { CrmId } from '../account.ts';
import type { Asked } from './asked.ts';
import { judgeRead, type ReadOutcome, type ReadViolation, type Strike } from './judge.ts';
import { type Lane, type Refusal, secretsOf } from './lane.ts';
import type { ReadQuery } from './queries.ts';

/** One query, and what goes wrong with it. */
export interface ReadCase {
  readonly query: ReadQuery;
  readonly strikes: readonly Strike[];
  readonly refuse?: Refusal;
}

/** What became of it. */
export interface ReadResult {
  readonly query: string;
  readonly faults: readonly string[];
  readonly where: string;
  readonly outcome: ReadOutcome;
  readonly violations: readonly ReadViolation[];
  /** Its time was over, though nothing that was done to it takes that long. */
  readonly wasBusy: boolean;
}

/** The most tries of one request. */
const TRIES = 3;
/** What a busy computer may add to the time of a query. */
const LATE_MS = 2_000;

/** Runs cases one after the other. */
export async function runReads(
  lane: Lane,
  cases: readonly ReadCase[],
  onCase: (one: ReadResult) => void = () => undefined,
): Promise<readonly ReadResult[]> {
  const results: ReadResult[] = [];
  for (const one of cases) {
    await calm(lane);
    let result = await runCase(lane, one);
    // On a busy computer any query may take until its time is over, which says nothing of the fault.
    for (let again = 0; again < 2 && result.wasBusy; again += 1) result = await runCase(lane, one);
    onCase(result);
    results.push(result);
  }
  return [...results, ...leaks(lane)];
}

async function runCase(lane: Lane, { query, strikes, refuse }: ReadCase): Promise<ReadResult> {
  if (refuse) await lane.refuse(refuse);
  else lane.arm(strikes);
  const answer = await lane.ask(query);
  const violations: ReadViolation[] = [];
  for (const [index, times] of lane.struck.entries()) {
    const { fault, position } = strikes[index] as Strike;
    const pages = fault.followsPages ? MAX_PAGES : 1;
    if (times > TRIES * pages) violations.push({ kind: 'AGAIN', what: `${position.target} ${times} times` });
  }
  const wasBusy = answer.ms >= lane.timeoutMs && !strikes.some(({ fault }) => fault.isSlow);
  const verdict = judgeRead(query, answer, lane.truth, strikes, wasBusy);
  violations.push(...verdict.violations, ...late(lane, answer), ...told(lane, answer));
  await lane.heal();
  if (strikes.some(({ fault }) => fault.leavesAccount)) await lane.restart();
  const peace = await lane.askInPeace(query);
  const after = judgeRead(query, peace, lane.truth, [], peace.ms >= lane.timeoutMs);
  violations.push(...after.violations.map(({ what }) => ({ kind: 'DOWN' as const, what })));
  return {
    query: query.name,
    faults: strikes.map(({ fault, every }) => `${fault.name}${every ? '' : ', once'}`),
    where: strikes.map(({ position: { crm, target } }) => `${crm} ${target}`).join(' and '),
    outcome: verdict.outcome,
    violations,
    wasBusy,
  };
}

/** How many requests a list may take that does not end. */
const MAX_PAGES = 60;

/** Asks for pages until a few requests that fail are a small share of all, and may be sent again. */
export async function calm(lane: Lane): Promise<void> {
  const [page] = lane.truth.queries;
  while (!lane.traffic.isOrdinary) {
    const { errors } = await lane.askInPeace(page as ReadQuery);
    if (errors.length > 0) throw new Error(`with nothing going wrong: ${JSON.stringify(errors)}`);
  }
}

function late({ timeoutMs }: Lane, { ms }: Asked): readonly ReadViolation[] {
  return ms <= timeoutMs + LATE_MS ? [] : [{ kind: 'OVERDUE', what: `${Math.round(ms)} ms` }];
}

function told(lane: Lane, { text }: Asked): readonly ReadViolation[] {
  return allSecrets(lane)
    .filter((secret) => text.includes(secret))
    .map(() => ({ kind: 'LEAK', what: 'a credential in an answer' }));
}

/** What the log of all gateways must not hold: credentials, and the stacks of bugs. Requests elsewhere, too. */
function leaks(lane: Lane): readonly ReadResult[] {
  const { log } = lane.rig;
  const violations: ReadViolation[] = [
    ...allSecrets(lane)
      .filter((secret) => log.includes(secret))
      .map(() => ({ kind: 'LEAK' as const, what: 'a credential in the log' })),
    ...(lane.strays > 0 ? [{ kind: 'LEAK' as const, what: `${lane.strays} connections to another origin` }] : []),
    ...log
      .split('\n')
      .filter((line) => line.includes('internal error'))
      .map((line) => ({ kind: 'WRONG_ERROR' as const, what: line.slice(0, 600) })),
  ];
  if (violations.length === 0) return [];
  return [{ query: 'all', faults: ['all'], where: 'the log', outcome: 'RIGHT', violations, wasBusy: false }];
}

/** In every spelling they could be given away in. */
function allSecrets({ rig }: Lane): readonly string[] {
  const secrets = (['pipedrive', 'pipelinedeals'] satisfies CrmId[]).flatMap((crm) => secretsOf(rig, crm));
  return secrets.flatMap((secret) => [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')]);
}

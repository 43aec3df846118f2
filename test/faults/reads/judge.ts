import { ERROR_CODES, type ErrorCode } from '../../../src/domain/errors.ts';
import type { AnsweredError } from '../../support/graphql-client.ts';
import { CRMS, type CrmId } from '../account.ts';
import type { Asked, Data } from './asked.ts';
import { type Difference, differences, isWithin, type Path, valueAt } from './differences.ts';
import type { Position } from './positions.ts';
import { PAGE, type ReadQuery } from './queries.ts';
import { CRM_TEXT, type ReadFault } from './read-fault.ts';
import type { Truth } from './truth.ts';

/** What must never happen to a read. */
export const READ_VIOLATIONS = {
  FALSE_SUCCESS: 'wrong values, or values missing without a word',
  FALSE_FAILURE: 'told to fail, and need not',
  WRONG_ERROR: 'another error than this fault allows',
  LEAK: 'secrets and words of the CRM told',
  OVERDUE: 'answered after its time',
  AGAIN: 'asked again too often',
  DOWN: 'not serving afterwards',
} as const;
export type ReadViolationKind = keyof typeof READ_VIOLATIONS;

export interface ReadViolation {
  readonly kind: ReadViolationKind;
  readonly what: string;
}

/** What one request is told keeps others from being sent. */
const OF_THE_ACCOUNT: ReadonlySet<string> = new Set(['RATE_LIMITED', 'UPSTREAM_QUOTA']);

const OUT_OF_TIME = 'UPSTREAM_TIMEOUT';

/** One fault at one request. */
export interface Strike {
  readonly position: Position;
  readonly fault: ReadFault;
  /** Whether it strikes every time, or only the first. */
  readonly every: boolean;
}

/** What was told: everything, everything but what an error says, or nothing of what the CRM seems not to have. */
export type ReadOutcome = 'RIGHT' | 'TOLD' | 'HIDDEN';

export interface Verdict {
  readonly outcome: ReadOutcome;
  readonly violations: readonly ReadViolation[];
}

/**
 * Judges an answer against what is true, given all that went wrong. `wasBusy`: its time was over, though nothing that
 * went wrong takes that long; on a busy computer any read may run out of time, and says so.
 */
export function judgeRead(
  query: ReadQuery,
  answer: Asked,
  truth: Truth,
  strikes: readonly Strike[],
  wasBusy = false,
): Verdict {
  return new Judgement(query, answer, truth, strikes, wasBusy).verdict();
}

class Judgement {
  readonly #query: ReadQuery;
  readonly #answer: Asked;
  readonly #truth: Truth;
  readonly #strikes: readonly Strike[];
  readonly #wasBusy: boolean;
  readonly #violations: ReadViolation[] = [];
  #hidden = 0;
  #told = 0;

  constructor(query: ReadQuery, answer: Asked, truth: Truth, strikes: readonly Strike[], wasBusy: boolean) {
    this.#query = query;
    this.#answer = answer;
    this.#truth = truth;
    this.#strikes = strikes;
    this.#wasBusy = wasBusy;
  }

  verdict(): Verdict {
    const { status, errors, data, text } = this.#answer;
    if (status !== 200 || data === null) this.#report('FALSE_FAILURE', `${status} ${text.slice(0, 300)}`);
    else this.#judgeData(data);
    for (const error of errors) this.#judgeError(error);
    if (text.includes(CRM_TEXT)) this.#report('LEAK', text.slice(0, 500));
    const outcome = this.#told + errors.length > 0 ? 'TOLD' : this.#hidden > 0 ? 'HIDDEN' : 'RIGHT';
    return { outcome, violations: this.#violations };
  }

  #judgeData(data: Data): void {
    const { root } = this.#query;
    if (root === 'deal') this.#compare(data, this.#truth.of(this.#query), []);
    else if (data[root] === null) this.#compare(null, this.#truth.of(this.#query), [root]);
    else if (root === 'dealsSummary') this.#judgeTotals(data[root]);
    else this.#judgeList(data[root], root);
  }

  /** Each CRM's records are those its list begins with, as many as it is said to have answered. */
  #judgeList({ nodes, pageInfo, crms }: Data, root: string): void {
    const all: readonly Data[] = this.#truth.of(this.#query);
    const states = this.#statesOf(crms);
    let last = -1;
    for (const [index, node] of nodes.entries()) {
      const place = all.findIndex((one) => idOf(one) === idOf(node));
      if (place === -1) {
        this.#report('FALSE_SUCCESS', `there is no ${idOf(node)}`);
        continue;
      }
      if (place <= last) this.#report('FALSE_SUCCESS', `${idOf(node)} is not at its place`);
      last = place;
      this.#compare(node, all[place], [root, 'nodes', index]);
    }
    for (const crm of CRMS) {
      const given = nodes.map(idOf).filter((id: string) => id.startsWith(`${crm}:`));
      const own = all.map(idOf).filter((id) => id.startsWith(`${crm}:`));
      const isWhole = states.get(crm) === 'COMPLETE';
      const isPrefix = given.every((id: string, index: number) => id === own[index]);
      const hidden = this.#hides(crm);
      if (isWhole && !isPrefix && !hidden) this.#report('FALSE_SUCCESS', `${crm} is said to be whole: ${given}`);
      if (isWhole && !isPrefix && hidden) this.#hidden += 1;
      if (states.get(crm) === 'FAILED' && given.length > 0) this.#report('FALSE_SUCCESS', `${crm} failed: ${given}`);
      const isShort = nodes.length < PAGE && given.length < own.length;
      if (isWhole && isShort && !hidden) this.#report('FALSE_SUCCESS', `${crm} has more: ${given.length}`);
    }
    const isWhole = [...states.values()].every((state) => state === 'COMPLETE');
    if (isWhole && !this.#hides() && pageInfo.hasNextPage !== all.length > PAGE) {
      this.#report('FALSE_SUCCESS', `hasNextPage is ${pageInfo.hasNextPage}`);
    }
  }

  #judgeTotals({ crms, ...totals }: Data): void {
    const states = this.#statesOf(crms);
    const given = CRMS.filter((crm) => states.get(crm) !== 'FAILED');
    if ([...states.values()].includes('INCOMPLETE')) return;
    const { crms: _, ...wanted } = this.#truth.totals(given);
    this.#compare(totals, wanted, ['dealsSummary']);
  }

  /** What is told to have become of each CRM, with its problems judged like errors. */
  #statesOf(crms: readonly Data[]): ReadonlyMap<CrmId, string> {
    for (const { crm, state, problems } of crms) {
      if (state === 'COMPLETE' && problems.length === 0) continue;
      this.#told += 1;
      if (state === 'COMPLETE' || problems.length === 0)
        this.#report('WRONG_ERROR', `${state} with ${problems.length} problems`);
      for (const problem of problems) {
        this.#judgeCode(problem.code, problem.isRetryable, problem.crm?.id, `problem of ${crm.id}`);
      }
    }
    return new Map(crms.map(({ crm, state }) => [crm.id, state]));
  }

  #judgeError({ path = [], extensions, message }: AnsweredError): void {
    const where = `${path.join('.')}: ${message}`;
    this.#judgeCode(extensions.code, extensions.retryable, extensions.crm, where);
    if (typeof extensions.requestId !== 'string') this.#report('WRONG_ERROR', `no requestId at ${where}`);
    if ('http' in extensions) this.#report('WRONG_ERROR', `HTTP at ${where}`);
    if (valueAt(this.#answer.data, path) !== null) this.#report('WRONG_ERROR', `there is a value at ${where}`);
    const fields = this.#strikes.flatMap(({ position }) => position.fields);
    const rests = this.#strikes.some((strike) => allowedCodes(strike).some((code) => OF_THE_ACCOUNT.has(code)));
    const isLate = this.#wasBusy && extensions.code === OUT_OF_TIME;
    const mayFail =
      isLate || fields.includes('*') || rests || this.#fieldsAt(path).some((field) => fields.includes(field));
    if (!mayFail) this.#report('FALSE_FAILURE', `${fields.join(', ')} went wrong, and not ${where}`);
  }

  /** The fields that an error can be put down to; beneath the root, a table may have been read for any of them. */
  #fieldsAt(path: Path): readonly string[] {
    const [, ...within] = path.filter((part) => typeof part === 'string');
    if (within.length === 0) return [this.#query.root];
    const tables = this.#strikes.filter(({ position: { kind } }) => kind === 'table' || kind === 'one');
    return [...within, ...tables.flatMap(({ position }) => position.fields)];
  }

  #judgeCode(code: string, retryable: unknown, crm: unknown, where: string): void {
    const ownStrikes = this.#strikes.filter(({ position }) => position.crm === crm);
    const codes = [...ownStrikes.flatMap((strike) => allowedCodes(strike)), ...(this.#wasBusy ? [OUT_OF_TIME] : [])];
    if (codes.length === 0) this.#report('FALSE_FAILURE', `${code} of ${crm} at ${where}`);
    else if (!codes.includes(code)) this.#report('WRONG_ERROR', `${code} instead of ${codes.join(' or ')} at ${where}`);
    if (ERROR_CODES[code as ErrorCode]?.retryable !== retryable) {
      this.#report('WRONG_ERROR', `${code} is told to be retryable: ${retryable}`);
    }
  }

  #compare(given: Data, wanted: Data, at: Path): void {
    for (const difference of differences(given, wanted, at)) this.#judgeDifference(difference);
  }

  #judgeDifference({ path, given, wanted }: Difference): void {
    const isAltered = this.#strikes.some(({ fault }) => fault.alters?.(path, given) === true);
    if (isAltered) return;
    const isTold = given === null && this.#answer.errors.some((error) => isWithin(error.path ?? [], path));
    if (isTold) return;
    if ((given === null || isFewer(given, wanted)) && this.#hides()) {
      this.#hidden += 1;
      return;
    }
    const show = (value: unknown) => JSON.stringify(value)?.slice(0, 80);
    this.#report('FALSE_SUCCESS', `${path.join('.')} is ${show(given)} instead of ${show(wanted)}`);
  }

  #hides(crm?: CrmId): boolean {
    return this.#strikes.some(
      ({ fault, position }) => (crm === undefined || position.crm === crm) && fault.hides?.(position) === true,
    );
  }

  #report(kind: ReadViolationKind, what: string): void {
    this.#violations.push({ kind, what });
  }
}

/** What a strike may lead to: nothing, where it passes and is asked again. */
export function allowedCodes({ fault, every, position }: Strike): readonly string[] {
  return fault.isTransient && !every ? [] : fault.codes(position);
}

function isFewer(given: unknown, wanted: unknown): boolean {
  return Array.isArray(given) && Array.isArray(wanted) && given.length < wanted.length;
}

function idOf(node: Data): string {
  return node.id ?? node.deal.id;
}

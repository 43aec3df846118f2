import type { Call } from '../../domain/call.ts';
import { type ErrorCode, GatewayError, toProblem } from '../../domain/errors.ts';
import type { DealWriteReport } from '../../domain/write-report.ts';
import { isWire, readRecord, type Wire } from '../wire.ts';
import type { Account } from './account.ts';
import { type Attachment, attachmentsOf, countInWords, moveAttachment } from './attachments.ts';
import { deleteDeal, putDeal } from './deal-requests.ts';
import type { Deals } from './deals.ts';
import { mergePatch } from './merge-patch.ts';
import { wireId } from './records.ts';
import { invalid, notFound, unsupported } from './write-errors.ts';

/** Failures that concern one deal only, so that the next one is worth trying. */
const OF_ONE_DEAL: ReadonlySet<ErrorCode> = new Set(['NOT_FOUND', 'UNSUPPORTED', 'INVALID_INPUT', 'REJECTED_BY_CRM']);

/**
 * Merges deals; the API has no operation for it. One absorbed deal after the other: the winner gets what it lacks, then
 * the loser's notes, calendar entries and documents move, and only when a second look finds none left is the loser
 * deleted. A loser that something would be lost of stays, as a problem of the report.
 */
export class Merge {
  readonly #account: Account;
  readonly #deals: Deals;
  readonly #call: Call;
  readonly #keep: string;
  /** Whether anything was written for sure. */
  #hasEffect = false;
  /** Whether something was sent of which nothing is known yet. */
  #isUncertain = false;

  constructor(account: Account, deals: Deals, keep: string, call: Call) {
    this.#account = account;
    this.#deals = deals;
    this.#keep = keep;
    this.#call = call;
  }

  async run(absorb: readonly string[]): Promise<DealWriteReport> {
    this.#assertDistinct(absorb);
    const failures: GatewayError[] = [];
    let obstacle: GatewayError | null = null;
    for (const [index, loser] of absorb.entries()) {
      const path = ['absorb', String(index)];
      if (obstacle !== null) {
        failures.push(skipped(this.#account.crm, loser, path, obstacle));
        continue;
      }
      const failure = await this.#absorb(loser, path);
      if (failure === null) continue;
      failures.push(failure);
      if (!OF_ONE_DEAL.has(failure.code) || failure.details.path?.[0] === 'keep') obstacle = failure;
    }
    const fatal = failures.find((failure) => failure.details.effect === 'POSSIBLE') ?? failures[0];
    if (fatal !== undefined && !this.#hasEffect) throw fatal;
    const now = this.#account.clock.now();
    return { deal: this.#keep, problems: failures.map((failure) => toProblem(settled(failure), now)) };
  }

  #assertDistinct(absorb: readonly string[]): void {
    for (const [index, loser] of absorb.entries()) {
      if (loser === this.#keep || absorb.indexOf(loser) !== index) {
        throw invalid(this.#account.crm, `the deal ${loser} is named twice`, ['absorb', String(index)]);
      }
    }
  }

  /** Absorbs one deal; what went wrong is an answer here, with the path of that deal. */
  async #absorb(loser: string, path: readonly string[]): Promise<GatewayError | null> {
    try {
      const [winnerWire, loserWire] = await Promise.all([
        this.#deals.wire(this.#keep, this.#call),
        this.#deals.wire(loser, this.#call),
      ]);
      if (winnerWire === null) throw notFound(this.#account.crm, this.#keep, ['keep']);
      if (loserWire === null) throw notFound(this.#account.crm, loser, path);
      this.#assertMovable(winnerWire, loserWire, path);
      await this.#fill(readRecord(this.#account.crm, 'deal', loserWire, (wire) => mergePatch(winnerWire, wire)));
      await this.#move(loser, path);
      await this.#delete(loser);
      return null;
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      const effect = this.#isUncertain ? 'POSSIBLE' : (error.details.effect ?? 'NONE');
      return new GatewayError(error.code, error.message, {
        ...error.details,
        path: error.details.path?.[0] === 'keep' ? error.details.path : path,
        effect,
      });
    }
  }

  /** Product lines cannot be written; a loser whose lines the winner has as well loses nothing. */
  #assertMovable(winner: Wire, loser: Wire, path: readonly string[]): void {
    const own = new Set(productLines(winner).map(wireId));
    const lost = productLines(loser).filter((line) => !own.has(wireId(line)));
    if (lost.length === 0) return;
    throw unsupported(this.#account.crm, `${lost.length} product lines of deal ${wireId(loser)} cannot be moved`, path);
  }

  async #fill(patch: Readonly<Record<string, unknown>>): Promise<void> {
    if (Object.keys(patch).length === 0) return;
    await putDeal(this.#account, this.#keep, patch, this.#call);
    this.#hasEffect = true;
  }

  /** Moves what is attached. Whatever came of the single moves, a second look decides. */
  async #move(loser: string, path: readonly string[]): Promise<void> {
    const attached = await attachmentsOf(this.#account, loser, this.#call);
    if (attached.length === 0) return;
    const failure = await this.#moveEach(attached);
    const left = await attachmentsOf(this.#account, loser, this.#call);
    if (left.length < attached.length) this.#hasEffect = true;
    if (left.length === 0) {
      this.#isUncertain = false;
      return;
    }
    const cause = failure === null ? {} : { cause: failure };
    throw new GatewayError(
      failure?.code ?? 'REJECTED_BY_CRM',
      `${this.#account.crm}: ${countInWords(left)} of deal ${loser} could not be moved, so it stays`,
      { crm: this.#account.crm, path, ...cause },
    );
  }

  /** The first failure; only a refusal lets the others be tried. */
  async #moveEach(attached: readonly Attachment[]): Promise<GatewayError | null> {
    let first: GatewayError | null = null;
    for (const attachment of attached) {
      try {
        await moveAttachment(this.#account, attachment, this.#keep, this.#call);
        this.#hasEffect = true;
      } catch (error) {
        if (!(error instanceof GatewayError)) throw error;
        first ??= error;
        if (error.details.effect === 'POSSIBLE') this.#isUncertain = true;
        if (error.code !== 'REJECTED_BY_CRM') break;
      }
    }
    return first;
  }

  /** Deletes the loser. A deal that is not there any more is deleted, whoever did it and whatever answer was lost. */
  async #delete(loser: string): Promise<void> {
    try {
      await deleteDeal(this.#account, loser, this.#call);
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      const isGone = error.code === 'NOT_FOUND' || (error.details.effect === 'POSSIBLE' && (await this.#isGone(loser)));
      if (!isGone) throw error;
    }
    this.#hasEffect = true;
  }

  async #isGone(loser: string): Promise<boolean> {
    try {
      return (await this.#deals.wire(loser, this.#call)) === null;
    } catch (error) {
      if (error instanceof GatewayError) return false;
      throw error;
    }
  }
}

function productLines(deal: Wire): readonly Wire[] {
  return Array.isArray(deal.product_lines) ? deal.product_lines.filter(isWire) : [];
}

function skipped(crm: string, loser: string, path: readonly string[], obstacle: GatewayError): GatewayError {
  const { code } = obstacle;
  return new GatewayError(code, `${crm}: the deal ${loser} was left alone after merging another one failed`, {
    crm,
    path,
  });
}

/** Beside other effects, a request without a known outcome is a problem of its own kind. */
function settled(failure: GatewayError): GatewayError {
  if (failure.details.effect !== 'POSSIBLE') return failure;
  return new GatewayError('OUTCOME_UNKNOWN', `${failure.message}; what came of it is not known`, failure.details);
}

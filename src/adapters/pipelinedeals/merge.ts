import { type ErrorCode, GatewayError, toProblem } from '../../domain/errors.ts';
import type { DealWriteReport } from '../../domain/write-report.ts';
import type { WriteCall } from '../../domain/write-step.ts';
import { idOf, isWire, readRecord, type Wire } from '../wire.ts';
import type { Account } from './account.ts';
import { type Attachment, attachmentsOf, countInWords, moveAttachment } from './attachments.ts';
import type { DealSteps } from './deal-steps.ts';
import type { Deals } from './deals.ts';
import { mergePatch } from './merge-patch.ts';
import { conflict, invalid, notFound, unsupported } from './write-errors.ts';

/** Failures that concern one deal only, so that the next one is worth trying. */
const OF_ONE_DEAL: ReadonlySet<ErrorCode> = new Set(['NOT_FOUND', 'UNSUPPORTED', 'INVALID_INPUT', 'REJECTED_BY_CRM']);

/** The deal that is kept and one it absorbs, `null` where it is gone. */
type Sides = readonly [winner: Wire | null, loser: Wire | null];

/** What a merge works with. */
interface MergeTools {
  readonly account: Account;
  readonly deals: Deals;
  readonly steps: DealSteps;
}

/**
 * Merges deals; the API has no operation for it. One absorbed deal after the other: the winner gets what it lacks, then
 * the loser's notes, calendar entries and documents move, and only when a second look finds none left, and the winner
 * to have everything the loser has, is the loser deleted. A loser that something would be lost of stays, as a problem
 * of the report.
 *
 * Run again after it was cut off, it goes on where it was: every look is at what is there now, and a loser that is
 * gone is done if it was deleted here.
 */
export class Merge {
  readonly #account: Account;
  readonly #deals: Deals;
  readonly #steps: DealSteps;
  readonly #call: WriteCall;
  readonly #keep: string;
  /** Whether anything was written for sure. */
  #hasEffect = false;
  /** Whether something was sent of which nothing is known yet. */
  #isUncertain = false;
  /** What a preview has the winner filled with by now. */
  #filled: Wire = {};

  constructor({ account, deals, steps }: MergeTools, keep: string, call: WriteCall) {
    this.#account = account;
    this.#deals = deals;
    this.#steps = steps;
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
      const [winnerWire, loserWire] = await this.#read(loser);
      if (winnerWire === null) throw notFound(this.#account.crm, this.#keep, ['keep']);
      let hasWritten = false;
      if (loserWire !== null) {
        assertMovable(this.#account.crm, winnerWire, loserWire, path);
        const hasFilled = await this.#fill(loser, winnerWire, loserWire);
        hasWritten = (await this.#move(loser, path)) || hasFilled;
      }
      const seen: Sides = [winnerWire, loserWire];
      await this.#delete(loser, loserWire !== null, () => (hasWritten ? this.#read(loser) : seen), path);
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

  async #read(loser: string): Promise<Sides> {
    const [winner, absorbed] = await Promise.all([
      this.#deals.wire(this.#keep, this.#call),
      this.#deals.wire(loser, this.#call),
    ]);
    return [winner && withPatch(winner, this.#filled), absorbed];
  }

  /** Fills what the winner lacks, from the deals as they were read right before. Whether that was anything. */
  async #fill(loser: string, winner: Wire, absorbed: Wire): Promise<boolean> {
    const prepare = async () => {
      const patch = this.#lacking(winner, absorbed);
      if (this.#call.steps.isPreview) this.#filled = withPatch(this.#filled, patch);
      return Object.keys(patch).length === 0 ? null : { body: patch };
    };
    const filled = await this.#steps.update(`fill from ${loser}`, this.#keep, prepare, this.#call);
    if (filled !== null) this.#hasEffect = true;
    return filled !== null;
  }

  #lacking(winner: Wire, absorbed: Wire): Wire {
    return readRecord(this.#account.crm, 'deal', absorbed, (wire) => mergePatch(winner, wire));
  }

  /** Moves what is attached, if anything is. Whatever came of the single moves, a second look decides. */
  async #move(loser: string, path: readonly string[]): Promise<boolean> {
    const attached = await attachmentsOf(this.#account, loser, this.#call);
    if (attached.length === 0) return false;
    const failure = await this.#moveEach(attached);
    if (this.#call.steps.isPreview) return true;
    const left = await attachmentsOf(this.#account, loser, this.#call);
    if (left.length < attached.length) this.#hasEffect = true;
    if (left.length === 0) {
      this.#isUncertain = false;
      return true;
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

  /** Deletes the loser. A deal that is not there any more is deleted, whoever did it. */
  async #delete(
    loser: string,
    wasThere: boolean,
    look: () => Sides | Promise<Sides>,
    path: readonly string[],
  ): Promise<void> {
    const isThere = async () => {
      if (!wasThere) throw notFound(this.#account.crm, loser, path);
      return this.#call.steps.isPreview || this.#isReady(loser, await look(), path);
    };
    try {
      await this.#steps.delete(`delete ${loser}`, loser, isThere, this.#call);
    } catch (error) {
      if (!(error instanceof GatewayError && error.code === 'NOT_FOUND' && wasThere)) throw error;
    }
    this.#hasEffect = true;
  }

  /** Whether the loser is there, with nothing that the winner has not; throws if it has more. */
  #isReady(loser: string, [winner, absorbed]: Sides, path: readonly string[]): boolean {
    const { crm } = this.#account;
    if (absorbed === null) return false;
    if (winner === null) throw conflict(crm, `the deal ${this.#keep} is gone, so ${loser} stays`, ['keep']);
    assertMovable(crm, winner, absorbed, path);
    const lacking = Object.keys(this.#lacking(winner, absorbed));
    if (lacking.length === 0) return true;
    throw conflict(crm, `deal ${loser} has ${lacking.join(', ')} that ${this.#keep} has not, so it stays`, path);
  }
}

/** Product lines cannot be written; a loser whose lines the winner has as well loses nothing. */
function assertMovable(crm: string, winner: Wire, loser: Wire, path: readonly string[]): void {
  const lost = linesLost(winner, loser);
  if (lost > 0) throw unsupported(crm, `${lost} product lines of deal ${idOf(loser)} cannot be moved`, path);
}

/** How many product lines a deal has that another has not. */
function linesLost(winner: Wire, loser: Wire): number {
  const own = new Set(productLines(winner).map(idOf));
  // Of a line without an id nobody can tell whether the winner has it.
  return productLines(loser)
    .map(idOf)
    .filter((id) => id === null || !own.has(id)).length;
}

function withPatch(deal: Wire, patch: Wire): Wire {
  const fields = { ...Object(deal.custom_fields), ...Object(patch.custom_fields) };
  return { ...deal, ...patch, ...(Object.keys(fields).length > 0 && { custom_fields: fields }) };
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

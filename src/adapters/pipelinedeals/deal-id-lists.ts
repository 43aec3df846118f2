import type { Call } from '../../domain/call.ts';
import { GatewayError, toProblem } from '../../domain/errors.ts';
import type { DealWriteReport } from '../../domain/write-report.ts';
import type { WriteCall } from '../../domain/write-step.ts';
import { InTurn } from '../in-turn.ts';
import { takePrepared } from '../prepared-step.ts';
import { appliedIf } from '../settling.ts';
import { ids, readRecord, type Wire } from '../wire.ts';
import type { Account } from './account.ts';
import { member } from './api.ts';
import { putDeal } from './deal-requests.ts';
import { request } from './deal-steps.ts';
import type { Deals } from './deals.ts';
import { conflict, notFound } from './write-errors.ts';

/** One id to put into a list of a deal, or to take out of it. */
export interface ListChange {
  readonly deal: string;
  readonly key: 'person_ids' | 'shared_user_ids';
  readonly id: string;
  /** The argument of the write that names it. */
  readonly argument: 'person' | 'user';
  /** The list as it is to be, from the list as it is; throws what speaks against the change. */
  apply(current: readonly string[], deal: Wire): readonly string[];
}

/**
 * Lists of ids on a deal, which the API replaces as a whole: what is there is read right before, and read again after
 * the write to see that the change is there and nobody else's entry was lost. Changes by this process take turns; one
 * made elsewhere between reading and writing cannot be seen.
 */
export class DealIdLists {
  readonly #account: Account;
  readonly #deals: Deals;
  readonly #inTurn = new InTurn();

  constructor(account: Account, deals: Deals) {
    this.#account = account;
    this.#deals = deals;
  }

  change(change: ListChange, call: WriteCall): Promise<DealWriteReport> {
    return this.#inTurn.run(change.deal, () => this.#change(change, call));
  }

  async #change(change: ListChange, call: WriteCall): Promise<DealWriteReport> {
    const { deal } = change;
    const wanted = await this.#put(change, call);
    if (call.steps.isPreview) return this.#report(deal, []);
    const after = await this.#idsAfter(change, call);
    if (after instanceof GatewayError) return this.#report(deal, [unchecked(this.#account.crm, after)]);
    const isDone = isAsWanted(change, after, wanted);
    const lost = wanted.filter((id) => id !== change.id && !after.includes(id));
    if (!isDone && lost.length === 0) throw this.#undone(change);
    return this.#report(deal, [
      ...(isDone ? [] : [this.#undone(change)]),
      ...(lost.length === 0 ? [] : [this.#loss(change, lost)]),
    ]);
  }

  /** Writes the list, and answers with it. */
  #put(change: ListChange, call: WriteCall): Promise<readonly string[]> {
    const { deal, key } = change;
    return takePrepared<readonly string[], readonly string[]>(
      {
        name: 'update',
        request: request('PUT', member('deals', deal)),
        prepare: async () => {
          const wire = await this.#read(deal, call);
          const wanted = change.apply(this.#idsOf(wire, key), wire);
          return { note: wanted, send: () => this.#send(change, wanted, call) };
        },
        settle: async (wanted, settling) => {
          const ids = this.#idsOf(await this.#read(deal, settling.call), key);
          return appliedIf(isAsWanted(change, ids, wanted), wanted, `the ${key} of deal ${deal} do not show it`);
        },
        previewed: [],
      },
      call,
    );
  }

  async #send({ deal, key, argument }: ListChange, wanted: readonly string[], call: WriteCall) {
    try {
      await putDeal(this.#account, deal, { [key]: wanted.map(Number) }, call);
      return wanted;
    } catch (error) {
      if (!(error instanceof GatewayError) || error.details.effect === 'POSSIBLE') throw error;
      const path = error.code === 'NOT_FOUND' ? 'deal' : error.code === 'REJECTED_BY_CRM' ? argument : null;
      if (path === null) throw error;
      throw new GatewayError(error.code, error.message, { ...error.details, path: [path], cause: error });
    }
  }

  async #idsAfter({ deal, key }: ListChange, call: Call): Promise<readonly string[] | GatewayError> {
    try {
      return this.#idsOf(await this.#read(deal, call), key);
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      return error;
    }
  }

  async #read(deal: string, call: Call): Promise<Wire> {
    const wire = await this.#deals.wire(deal, call);
    if (wire === null) throw notFound(this.#account.crm, deal, ['deal']);
    return wire;
  }

  /** A deal that does not tell the list must not have it replaced. */
  #idsOf(wire: Wire, key: ListChange['key']): readonly string[] {
    if (Array.isArray(wire[key])) return readRecord(this.#account.crm, 'deal', wire, (deal) => ids(deal, key));
    throw new GatewayError('UPSTREAM_INVALID_RESPONSE', `${this.#account.crm} does not tell the ${key} of a deal`, {
      crm: this.#account.crm,
    });
  }

  #undone({ deal, key, argument, id }: ListChange): GatewayError {
    const message = `the write of ${argument} ${id} was accepted, but the ${key} of deal ${deal} do not show it`;
    return conflict(this.#account.crm, message, [argument]);
  }

  #loss({ deal, key, argument }: ListChange, lost: readonly string[]): GatewayError {
    const message = `the ${key} of deal ${deal} have lost ${lost.join(', ')} meanwhile: add them again if they belong there`;
    return conflict(this.#account.crm, message, [argument]);
  }

  #report(deal: string, failures: readonly GatewayError[]): DealWriteReport {
    const now = this.#account.clock.now();
    return { deal, problems: failures.map((failure) => toProblem(failure, now)) };
  }
}

/** Whether who was to be added is there, or who was to be taken out is not. */
function isAsWanted({ id }: ListChange, ids: readonly string[], wanted: readonly string[]): boolean {
  return ids.includes(id) === wanted.includes(id);
}

function unchecked(crm: string, failure: GatewayError): GatewayError {
  return new GatewayError(
    'OUTCOME_UNKNOWN',
    `${crm} accepted the write; that nothing else was lost by it could not be checked (${failure.message})`,
    { ...failure.details, crm },
  );
}

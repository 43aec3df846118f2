import { type Account, CRMS, type CrmId } from './account.ts';
import { type Effect, effect } from './effect.ts';
import type { Answer, Write } from './mutations.ts';

/** A write on records made for it, and what came of it. */
export interface Prepared extends Write {
  /** What the account shows of it now. */
  effect(): Effect;
  /** Ids of the deals that an answer may name. */
  named(): readonly string[];
}

/** A mutation as the matrix has it done. */
export interface Scenario {
  readonly crm: CrmId;
  readonly name: string;
  /** Makes the records; `act` has the gateway do something before. */
  prepare(account: Account, act: (write: Write) => Promise<Answer>): Promise<Prepared>;
}

/** A scenario of both CRMs. */
export function onBoth(name: string, prepare: Scenario['prepare']): readonly Scenario[] {
  return CRMS.map((crm) => ({ crm, name, prepare }));
}

/** A scenario that only Pipedrive has. */
export function onPipedrive(name: string, prepare: Scenario['prepare']): Scenario {
  return { crm: 'pipedrive', name, prepare };
}

/** That the CRM does not show these deals any more. */
export function gone(account: Account, deals: readonly string[]): Effect {
  return effect(deals.map((deal) => account.deal(deal) === null));
}

import type { Call } from '../../domain/call.ts';
import { GatewayError } from '../../domain/errors.ts';
import type { Clock } from '../../transport/clock.ts';
import { type Kept, KeptAnswers } from '../kept.ts';
import { isWire, type Wire } from '../wire.ts';
import { type Api, collection } from './api.ts';

/** What every part of the adapter works with, for one configured account. */
export class Account {
  readonly crm: string;
  readonly api: Api;
  readonly clock: Clock;
  readonly #answers: KeptAnswers;
  readonly #currency: Kept<string>;

  constructor(api: Api, clock: Clock, maxAgeMs: number) {
    this.crm = api.crm;
    this.api = api;
    this.clock = clock;
    this.#answers = new KeptAnswers(api.crm, clock, maxAgeMs);
    this.#currency = this.keep('account', (call) => this.#readCurrency(call));
  }

  /** An answer that is read whole, of a collection, and kept as long as the account's other reference data. */
  keep<T>(name: string, read: (call: Call) => Promise<T>): Kept<T> {
    return this.#answers.keep(collection(name).template, read);
  }

  /** Whether what is read from a path is at hand. */
  isKept(path: string): boolean {
    return this.#answers.isKept(path);
  }

  /** The code of the account's currency, which values have that state none. */
  currency(call: Call): Promise<string> {
    return this.#currency.get(call);
  }

  async #readCurrency(call: Call): Promise<string> {
    const account = await this.api.one(collection('account'), call);
    const code = account === null ? null : currencyCode(account);
    if (code !== null) return code;
    throw new GatewayError('UPSTREAM_INVALID_RESPONSE', `${this.crm} does not tell the account's currency`, {
      crm: this.crm,
    });
  }
}

/** The currency an object states: `currency.code` today, `currency_code` in some older answers. */
export function currencyCode(wire: Wire): string | null {
  const code = isWire(wire.currency) ? wire.currency.code : wire.currency_code;
  return typeof code === 'string' && code !== '' ? code.toUpperCase() : null;
}

import type { SimRequest } from '../kit/simulator.ts';
import type { Store, UserRecord } from './records.ts';
import type { Secrets } from './secrets.ts';
import type { Dialect, Switches } from './settings.ts';
import type { Instant } from './zone.ts';

/** One authenticated request and everything needed to answer it. */
export interface Call {
  readonly request: SimRequest;
  /** Whose key was sent. */
  readonly user: UserRecord;
  readonly store: Store;
  readonly switches: Readonly<Switches>;
  readonly dialect: Dialect;
  readonly secrets: Secrets;
  readonly now: Instant;
}

/** The one currency of the account. */
export const CURRENCY = { id: 1, name: 'US Dollar', symbol: '$', code: 'USD' } as const;

export const ACCOUNT_ID = 480_117;

/** The longer form of the currency, on users, people and companies. */
export const CURRENCY_WITH_PLACES = { ...CURRENCY, decimal_places: 2 } as const;

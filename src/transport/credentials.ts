import type { Connection } from '../domain/connection.ts';
import { HttpError } from './errors.ts';

/** What proves to a CRM who asks, in the headers or the query of a request. */
export interface Credentials {
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: readonly (readonly [name: string, value: string])[];
  /** Where they are valid; by default where the account is configured to be. */
  readonly baseUrl?: string;
}

/** The credentials of one account over time: fixed ones, or tokens that are renewed. */
export interface CredentialSource {
  /**
   * What to send now. At once wherever it is at hand, and the same object as long as it stays the same. Throws or
   * rejects with an `HttpError` where there is nothing to send.
   */
  current(): Credentials | Promise<Credentials>;
  /**
   * The CRM answered 401 to what was given. Says whether `current` has something else to try; `isSecond` when it had
   * before, for the same request. Rejects with an `HttpError` where it cannot be known.
   */
  refused(given: Credentials, isSecond: boolean): boolean | Promise<boolean>;
  /** The CRM took what was given. */
  accepted(given: Credentials): void;
  /** What is known of the connection without asking anybody. */
  connection(): Connection | Promise<Connection>;
  /** Lets what is under way finish. */
  close(): Promise<void>;
}

/** For an account that nobody is to be asked as. */
export class NoCredentials implements CredentialSource {
  readonly #why: string;

  constructor(why: string) {
    this.#why = why;
  }

  current(): never {
    throw new HttpError('NOT_CONNECTED', this.#why, { maybeApplied: false });
  }

  refused(): boolean {
    return false;
  }

  accepted(): void {}

  connection(): Connection {
    return { state: 'NOT_CONNECTED', expiresAt: null };
  }

  async close(): Promise<void> {}
}

/** Credentials that stay as they are, such as an API key. */
export class FixedCredentials implements CredentialSource {
  readonly #credentials: Credentials;
  #state: 'CONNECTED' | 'REFUSED' = 'CONNECTED';

  constructor(credentials: Credentials) {
    this.#credentials = credentials;
  }

  current(): Credentials {
    return this.#credentials;
  }

  refused(): boolean {
    this.#state = 'REFUSED';
    return false;
  }

  accepted(): void {
    this.#state = 'CONNECTED';
  }

  connection(): Connection {
    return { state: this.#state, expiresAt: null };
  }

  async close(): Promise<void> {}
}

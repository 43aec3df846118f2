import { GatewayError } from '../domain/errors.ts';
import type { Source } from '../domain/list.ts';

/** How many pages in a row may bring nothing new. */
const MAX_IDLE_PAGES = 20;
/** Of a list in which few records are looked for, and many are passed over. */
const MAX_IDLE_PAGES_OF_FEW = 200;

/** Watches the reading of a list, whose pages may have no end: nobody reads on for ever where nothing new comes. */
export class Progress {
  readonly #source: Pick<Source<unknown>, 'key' | 'onlyNullKeys'>;
  #idle = 0;

  constructor(source: Pick<Source<unknown>, 'key' | 'onlyNullKeys'>) {
    this.#source = source;
  }

  /** A page was read. Throws when it is one too many that brought nothing new. */
  made(isNew: boolean): void {
    this.#idle = isNew ? 0 : this.#idle + 1;
    const most = this.#source.onlyNullKeys ? MAX_IDLE_PAGES_OF_FEW : MAX_IDLE_PAGES;
    if (this.#idle < most) return;
    throw new GatewayError('UPSTREAM_INVALID_RESPONSE', `the list "${this.#source.key}" goes on without anything new`);
  }
}

/** Whoever is told that something is cancelled. */
export type CancelListener = (() => void) | { handleEvent(): void };

/** Says whether anybody still waits for something. An `AbortSignal` is one. */
export interface CancelSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  /** A listener is told once. */
  addEventListener(type: 'abort', listener: CancelListener, options?: { readonly once: true }): void;
  removeEventListener(type: 'abort', listener: CancelListener): void;
}

/**
 * What an `AbortController` and its signal are to those who listen to it here. Every operation takes several, nearly
 * none of which is ever aborted, and those of the platform take longer to make than all else of a shared answer.
 */
export class Cancellation implements CancelSignal {
  #isAborted = false;
  #reason: unknown;
  /** Most have a single listener, for which no set is made. */
  #only: CancelListener | null = null;
  #several: Set<CancelListener> | null = null;

  get aborted(): boolean {
    return this.#isAborted;
  }

  get reason(): unknown {
    return this.#reason;
  }

  addEventListener(_type: 'abort', listener: CancelListener): void {
    if (this.#isAborted) return;
    if (this.#several !== null) {
      this.#several.add(listener);
    } else if (this.#only === null || this.#only === listener) {
      this.#only = listener;
    } else {
      this.#several = new Set([this.#only, listener]);
      this.#only = null;
    }
  }

  removeEventListener(_type: 'abort', listener: CancelListener): void {
    if (this.#only === listener) this.#only = null;
    this.#several?.delete(listener);
  }

  /** Tells all who listen, the first time. */
  abort(reason: string): void {
    if (this.#isAborted) return;
    this.#isAborted = true;
    this.#reason = reason;
    if (this.#only !== null) tell(this.#only);
    for (const listener of this.#several ?? []) tell(listener);
    this.#only = null;
    this.#several = null;
  }
}

function tell(listener: CancelListener): void {
  if (typeof listener === 'function') listener();
  else listener.handleEvent();
}

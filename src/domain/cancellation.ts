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
  #listeners: Set<CancelListener> | null = null;

  get aborted(): boolean {
    return this.#isAborted;
  }

  get reason(): unknown {
    return this.#reason;
  }

  addEventListener(_type: 'abort', listener: CancelListener): void {
    if (this.#isAborted) return;
    this.#listeners ??= new Set();
    this.#listeners.add(listener);
  }

  removeEventListener(_type: 'abort', listener: CancelListener): void {
    this.#listeners?.delete(listener);
  }

  /** Tells all who listen, the first time. */
  abort(reason: string): void {
    if (this.#isAborted) return;
    this.#isAborted = true;
    this.#reason = reason;
    for (const listener of this.#listeners ?? []) {
      if (typeof listener === 'function') listener();
      else listener.handleEvent();
    }
    this.#listeners = null;
  }
}

/** Something that goes wrong on purpose. */
export interface Fault {
  /** Only requests of this method; any by default. */
  readonly method?: string;
  /** Only paths that contain this text; any by default. */
  readonly path?: string;
  /** How many requests it strikes before it is used up; always by default. */
  readonly times?: number;
  readonly kind: /** Answer late, by `ms`. */
    | 'latency'
    /** Answer `status` (429, 503, …) with `headers` and `body` instead of doing anything. */
    | 'status'
    /** Close the connection before doing anything. */
    | 'drop'
    /** Do what was asked, then close the connection without an answer. */
    | 'dropAfter'
    /** Answer 200 with an HTML page instead of doing anything. */
    | 'html'
    /** Answer 200 with JSON of another shape instead of doing anything. */
    | 'garbage'
    /** Never answer. */
    | 'hang';
  readonly ms?: number;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** The faults switched on, in order; the first that fits a request strikes it. */
export class Faults {
  #faults: { readonly fault: Fault; left: number }[] = [];

  /** Replaces what was switched on; without arguments everything works again. */
  set(...faults: readonly Fault[]): void {
    this.#faults = faults.map((fault) => ({ fault, left: fault.times ?? Number.POSITIVE_INFINITY }));
  }

  /** The fault that strikes this request, counted as used. */
  take(method: string, path: string): Fault | null {
    const hit = this.#faults.find(
      ({ fault, left }) =>
        left > 0 &&
        (fault.method === undefined || fault.method === method) &&
        (fault.path === undefined || path.includes(fault.path)),
    );
    if (!hit) return null;
    hit.left -= 1;
    return hit.fault;
  }
}

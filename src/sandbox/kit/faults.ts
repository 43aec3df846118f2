/** Something that goes wrong on purpose. */
export interface Fault {
  /** Only requests of this method, or of one of these; any by default. */
  readonly method?: string | readonly string[];
  /** Only paths that contain this text; any by default. */
  readonly path?: string;
  /** How many requests that fit pass unharmed before it strikes; none by default. */
  readonly skip?: number;
  /** How many requests it strikes before it is used up; always by default. */
  readonly times?: number;
  readonly kind: /** Answer late, by `ms`. */
    | 'latency'
    /** Answer `status` (429, 503, …) with `headers` and `body` instead of doing anything. */
    | 'status'
    /** Do what was asked, then answer `status` with `headers` and `body`. */
    | 'statusAfter'
    /** Close the connection before doing anything. */
    | 'drop'
    /** Do what was asked, then close the connection without an answer. */
    | 'dropAfter'
    /** Close the connection, and do what was asked `ms` later. */
    | 'late'
    /** Answer 200 with an HTML page instead of doing anything. */
    | 'html'
    /** Answer 200 with JSON of another shape instead of doing anything. */
    | 'garbage'
    /** Do what was asked, then answer 200 with JSON of another shape. */
    | 'garbageAfter'
    /** Never answer. */
    | 'hang'
    /** Do what was asked, then never answer. */
    | 'hangAfter';
  readonly ms?: number;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

interface Armed {
  readonly fault: Fault;
  toSkip: number;
  left: number;
}

/** The faults switched on, in order; the first that fits a request strikes it. */
export class Faults {
  #faults: Armed[] = [];

  /** Replaces what was switched on; without arguments everything works again. */
  set(...faults: readonly Fault[]): void {
    this.#faults = faults.map((fault) => ({
      fault,
      toSkip: fault.skip ?? 0,
      left: fault.times ?? Number.POSITIVE_INFINITY,
    }));
  }

  /** The fault that strikes this request, counted as used. One that lets the request pass leaves it to the next. */
  take(method: string, path: string): Fault | null {
    for (const armed of this.#faults) {
      if (armed.left <= 0 || !fits(armed.fault, method, path)) continue;
      if (armed.toSkip > 0) {
        armed.toSkip -= 1;
        continue;
      }
      armed.left -= 1;
      return armed.fault;
    }
    return null;
  }
}

function fits(fault: Fault, method: string, path: string): boolean {
  return (
    (fault.method === undefined || [fault.method].flat().includes(method)) &&
    (fault.path === undefined || path.includes(fault.path))
  );
}

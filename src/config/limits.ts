import type { Environment } from './environment.ts';

/** How much of what callers send is taken on. */
export interface Limits {
  readonly bodyBytes: number;
  /** Of a document. */
  readonly tokens: number;
  /** How deep fields may be nested, fragments included. */
  readonly depth: number;
  readonly aliases: number;
  readonly directives: number;
  /** Root fields of a mutation. */
  readonly mutations: number;
  /** How many records an operation may bring, as estimated from its page sizes. */
  readonly nodes: number;
  /** Requests of one caller in ten seconds; 0: any number. */
  readonly callerRate: number;
  /** From which delay of the event loop reads are refused, and from four times that writes; 0: never. */
  readonly loopDelayMs: number;
  /** From which age of the oldest request that waits for a CRM reads are refused; 0: never. */
  readonly queueAgeMs: number;
}

/** What holds where nothing else is set. */
export const DEFAULT_LIMITS: Limits = {
  bodyBytes: 256 * 1024,
  tokens: 1_000,
  depth: 15,
  aliases: 15,
  directives: 20,
  mutations: 5,
  nodes: 30_000,
  callerRate: 0,
  loopDelayMs: 500,
  queueAgeMs: 8_000,
};

/** The default for callers that are told apart. */
const CALLER_RATE = 1_000;
const ANY = Number.MAX_SAFE_INTEGER;

export function readLimits(env: Environment, hasCallers: boolean): Limits {
  const limit = (name: string, absent: number, min = 1) => env.integer(name, { min, max: ANY, default: absent });
  return {
    bodyBytes: limit('DEALGRAPH_MAX_BODY_BYTES', DEFAULT_LIMITS.bodyBytes),
    tokens: limit('DEALGRAPH_MAX_TOKENS', DEFAULT_LIMITS.tokens),
    depth: limit('DEALGRAPH_MAX_DEPTH', DEFAULT_LIMITS.depth),
    aliases: limit('DEALGRAPH_MAX_ALIASES', DEFAULT_LIMITS.aliases, 0),
    directives: limit('DEALGRAPH_MAX_DIRECTIVES', DEFAULT_LIMITS.directives, 0),
    mutations: limit('DEALGRAPH_MAX_MUTATIONS', DEFAULT_LIMITS.mutations),
    nodes: limit('DEALGRAPH_MAX_NODES', DEFAULT_LIMITS.nodes),
    callerRate: limit('DEALGRAPH_CALLER_RATE_LIMIT', hasCallers ? CALLER_RATE : DEFAULT_LIMITS.callerRate, 0),
    loopDelayMs: limit('DEALGRAPH_MAX_LOOP_DELAY_MS', DEFAULT_LIMITS.loopDelayMs, 0),
    queueAgeMs: limit('DEALGRAPH_MAX_QUEUE_AGE_MS', DEFAULT_LIMITS.queueAgeMs, 0),
  };
}

import type { Clock } from '../transport/clock.ts';
import type { Admission } from './admission.ts';
import type { RunOperation } from './run-operation.ts';

/** Queries that bring fewer records are not worth holding back. */
const LARGE_NODES = 100;

/**
 * Has queries for many records wait until they are let in. What they wait is part of their time. Mutations never wait,
 * and neither does what is answered in parts, which would take its place for as long as its client likes.
 */
export function admitLarge(run: RunOperation, admission: Admission, clock: Clock): RunOperation {
  return {
    ...run,
    whole(known, given, exchange) {
      const isLarge = known.title.type === 'query' && known.estimateNodes(given ?? {}) >= LARGE_NODES;
      if (!isLarge) return run.whole(known, given, exchange);
      const since = clock.now();
      return admission.run(exchange.caller.id, exchange.abandoned, () => {
        exchange.waitedMs = clock.now() - since;
        return run.whole(known, given, exchange);
      });
    },
  };
}

import type { Deal } from './deal.ts';
import type { Lookup } from './lookup.ts';
import type { Pipeline } from './pipeline.ts';
import type { Stage } from './stage.ts';

/**
 * The deal's own probability in percent, or its stage's where the pipeline uses probabilities; `undefined` until stage
 * and pipeline are read.
 */
export function probabilityOf(deal: Deal, lookup: Lookup): number | null | undefined {
  if (deal.probability !== null || !deal.inheritsProbability || !deal.stage || !deal.pipeline) return deal.probability;
  const stage = lookup.get(deal.stage.ref) as Stage | null | undefined;
  const pipeline = lookup.get(deal.pipeline.ref) as Pipeline | null | undefined;
  if (stage === undefined || pipeline === undefined) return undefined;
  return pipeline?.usesStageProbability ? (stage?.probability ?? null) : null;
}

import type { Deal } from '../domain/deal.ts';
import type { Loaders } from './index.ts';

type Background = Pick<Loaders, 'Stage' | 'Pipeline'>;

/** The deal's own probability in percent, or its stage's where the pipeline uses probabilities. */
export async function dealProbability(deal: Deal, loaders: Background): Promise<number | null> {
  if (deal.probability !== null || !deal.inheritsProbability || !deal.stage || !deal.pipeline) return deal.probability;
  const [stage, pipeline] = await Promise.all([
    loaders.Stage.load(deal.stage.ref),
    loaders.Pipeline.load(deal.pipeline.ref),
  ]);
  return pipeline?.usesStageProbability ? (stage?.probability ?? null) : null;
}

/**
 * How much a deal counts in a weighted sum, in percent. As Pipedrive adds up, a deal counts in full where it has no
 * probability, or its pipeline uses none.
 */
export async function dealWeight(deal: Deal, loaders: Background): Promise<number> {
  if (!deal.inheritsProbability) return deal.probability ?? 100;
  const pipeline = deal.pipeline && (await loaders.Pipeline.load(deal.pipeline.ref));
  if (!pipeline?.usesStageProbability) return 100;
  return (await dealProbability(deal, loaders)) ?? 100;
}

/** The weights of several deals, ready to be looked up. */
export async function dealWeights(deals: readonly Deal[], loaders: Background): Promise<(deal: Deal) => number> {
  const weights = new Map(
    await Promise.all(deals.map(async (deal) => [deal, await dealWeight(deal, loaders)] as const)),
  );
  return (deal) => weights.get(deal) ?? 100;
}

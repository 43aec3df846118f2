import { Random } from '../../kit/random.ts';
import { createWorld } from '../../kit/world.ts';
import { recalculate } from '../deal-value.ts';
import type { DealProduct } from '../records.ts';
import { Store } from '../store.ts';
import {
  seedCurrencies,
  seedOrganizations,
  seedPersons,
  seedPipelines,
  seedProducts,
  seedStages,
  seedUsers,
} from './account.ts';
import { seedAttachments, seedTerms } from './attachments.ts';
import { seedActivityTypes, seedFilters, seedVariations } from './configuration.ts';
import { seedDeal, seedLines } from './deals.ts';
import { seedFields } from './fields.ts';
import { seedHistory, seedMembers } from './history.ts';

/** The seed of the seed. */
const SEED = 20_260_818;

/**
 * An account with this many deals. The records are the same every time, whatever the clock says; `now` (milliseconds)
 * only starts the 30 days in which its deleted deals can still be read.
 */
export function seedStore(deals: number, now: number): Store {
  const random = new Random(SEED);
  const store = new Store();
  const world = createWorld(Math.max(20, Math.ceil(deals / 4)));
  const users = put(store.users, seedUsers());
  const stages = put(store.stages, seedStages());
  const products = put(store.products, seedProducts(random, users));
  const organizations = put(store.organizations, seedOrganizations(world, random, users));
  const persons = put(store.persons, seedPersons(world, random, users, organizations));
  put(store.pipelines, seedPipelines());
  store.currencies.push(...seedCurrencies());
  Object.assign(store.fields, seedFields());
  const cast = { users, stages, products, organizations, persons };
  for (let index = 0; index < deals; index += 1) {
    const deal = seedDeal(index, deals, cast, random);
    store.deals.set(deal.id, deal);
    const lines = seedLines(deal, index, cast, random);
    for (const line of lines) line.id = store.nextId(store.dealProducts);
    put(store.dealProducts, lines);
    if (lines.length > 0) recalculate(deal, lines);
    if (deal.is_deleted) store.deletedAt.set(deal.id, now);
    if (random.chance(0.2)) {
      const others = Array.from({ length: random.int(1, 3) }, () => random.pick(persons).id);
      store.participants.set(deal.id, new Set(others.filter((id) => id !== deal.person_id)));
    }
  }
  seedSurroundings(store, new Random(SEED + 1));
  return store;
}

/** What hangs on the deals; from a stream of its own, so that the records above do not depend on it. */
function seedSurroundings(store: Store, random: Random): void {
  store.activityTypes.push(...seedActivityTypes());
  put(store.variations, seedVariations([...store.products.values()]));
  put(store.filters, seedFilters([...store.users.values()]));
  const lines = new Map<number, DealProduct[]>();
  for (const line of store.dealProducts.values()) {
    lines.set(line.deal_id, [...(lines.get(line.deal_id) ?? []), line]);
  }
  for (const [index, deal] of [...store.deals.values()].entries()) {
    seedTerms(store, deal, lines.get(deal.id) ?? [], index, random);
    seedAttachments(store, deal, index, random);
    seedMembers(store, deal, random);
    seedHistory(store, deal, random);
  }
}

function put<T extends { readonly id: number }>(collection: Map<number, T>, records: readonly T[]): readonly T[] {
  for (const record of records) collection.set(record.id, record);
  return records;
}

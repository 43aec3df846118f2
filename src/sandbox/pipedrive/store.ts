import type {
  Currency,
  Deal,
  DealProduct,
  EntityKind,
  Field,
  Organization,
  Person,
  Pipeline,
  Product,
  Stage,
  User,
} from './records.ts';

/** How long a deleted deal can still be read and listed: 30 days. */
const KEPT_MS = 30 * 24 * 60 * 60 * 1_000;

/** Ids from here on are curiosities of the seed. */
const HUGE = 2 ** 40;

/** Everything the simulated account holds, by id. */
export class Store {
  readonly deals = new Map<number, Deal>();
  readonly persons = new Map<number, Person>();
  readonly organizations = new Map<number, Organization>();
  readonly products = new Map<number, Product>();
  readonly dealProducts = new Map<number, DealProduct>();
  readonly pipelines = new Map<number, Pipeline>();
  readonly stages = new Map<number, Stage>();
  readonly users = new Map<number, User>();
  readonly currencies: Currency[] = [];
  readonly fields: Record<EntityKind, Field[]> = { deal: [], person: [], organization: [], product: [] };
  /** People on a deal beside its primary person, by deal. */
  readonly participants = new Map<number, Set<number>>();
  /** When a deal was deleted, in milliseconds since the epoch. */
  readonly deletedAt = new Map<number, number>();
  readonly #lastIds = new Map<object, number>();

  /** The next id of a collection; very large ids of the seed do not push it up. */
  nextId(collection: ReadonlyMap<number, unknown>): number {
    const last =
      this.#lastIds.get(collection) ??
      [...collection.keys()].filter((id) => id < HUGE).reduce((a, b) => Math.max(a, b), 0);
    this.#lastIds.set(collection, last + 1);
    return last + 1;
  }

  /** The products attached to a deal, oldest first. */
  productsOf(dealId: number): DealProduct[] {
    return [...this.dealProducts.values()].filter((line) => line.deal_id === dealId);
  }

  /** Everyone on a deal: its primary person, then the other participants. */
  peopleOf(deal: Deal): Set<number> {
    const others = this.participants.get(deal.id) ?? [];
    return new Set(deal.person_id === null ? others : [deal.person_id, ...others]);
  }

  /** The stages of a pipeline in their order. */
  stagesOf(pipelineId: number): Stage[] {
    return [...this.stages.values()]
      .filter((stage) => stage.pipeline_id === pipelineId && !stage.is_deleted)
      .sort((a, b) => a.order_nr - b.order_nr);
  }

  /** The user whose token the account answers to. */
  get caller(): User {
    return [...this.users.values()].find((user) => user.is_you) as User;
  }

  /** Forgets deals deleted more than 30 days ago. */
  purge(now: number): void {
    for (const [id, at] of this.deletedAt) {
      if (now - at <= KEPT_MS) continue;
      this.deletedAt.delete(id);
      this.deals.delete(id);
      this.participants.delete(id);
      for (const line of this.productsOf(id)) this.dealProducts.delete(line.id);
    }
  }
}

/** What every operation works on: the account as it is, and the time. */
export interface Account {
  readonly store: Store;
  /** Milliseconds since the epoch. */
  now(): number;
}

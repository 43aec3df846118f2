import { AsyncLocalStorage } from 'node:async_hooks';
import type {
  Activity,
  ActivityType,
  DealFile,
  Discount,
  FieldChange,
  Follower,
  Installment,
  MailMessage,
  Membership,
  Note,
  Participation,
  ProductVariation,
  SavedFilter,
  StaleDeal,
} from './deal-records.ts';
import { Guarded } from './guarded.ts';
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

/** `visible_to` of what only its owner and followers see. */
const PRIVATE = 1;

/** Ids from here on are curiosities of the seed. */
const HUGE = 2 ** 40;

/** Who a request comes from. */
export interface Caller {
  readonly userId: number;
  /** The client id of the app that asks for the user; `null` where their API token does. */
  readonly clientId: string | null;
}

interface Request {
  readonly store: Store;
  readonly user: User;
  readonly clientId: string | null;
}

/** One for all stores: where Node keeps one, every promise made from then on pays for it. */
const requests = new AsyncLocalStorage<Request>();

/** Everything the simulated account holds, by id. */
export class Store {
  readonly deals = this.#guarded<Deal>((user, deal) => this.maySeeDeal(user, deal));
  /** The lead (a UUID) that a deal was made from, by the deal. */
  readonly leadOrigins = new Map<number, string>();
  readonly persons = this.#guarded<Person>(isOpenTo);
  readonly organizations = this.#guarded<Organization>(isOpenTo);
  readonly products = this.#guarded<Product>(isOpenTo);
  readonly dealProducts = this.#ofDeals<DealProduct>();
  readonly pipelines = new Map<number, Pipeline>();
  readonly stages = new Map<number, Stage>();
  readonly users = new Map<number, User>();
  readonly currencies: Currency[] = [];
  readonly fields: Record<EntityKind, Field[]> = { deal: [], person: [], organization: [], product: [] };
  /** People on a deal beside its primary person, by deal. */
  readonly participants = new Map<number, Set<number>>();
  /** Places of people on deals, by deal and person; those without an entry get one when first asked for. */
  readonly participations = new Map<string, Participation>();
  readonly activities = this.#ofDeals<Activity>();
  readonly activityTypes: ActivityType[] = [];
  readonly notes = this.#ofDeals<Note>();
  readonly files = this.#ofDeals<DealFile>();
  readonly mailMessages = this.#ofDeals<MailMessage>();
  readonly followers = new Map<number, Follower>();
  readonly discounts = new Map<string, Discount>();
  readonly installments = this.#ofDeals<Installment>();
  readonly variations = new Map<number, ProductVariation>();
  readonly filters = new Map<number, SavedFilter>();
  readonly fieldChanges = new Map<number, FieldChange>();
  readonly participantChanges = new Map<number, Membership>();
  readonly followerChanges = new Map<number, Membership>();
  /** Writes that the search index may not show yet, oldest first. */
  readonly staleDeals: StaleDeal[] = [];
  /** When a deal was deleted, in milliseconds since the epoch. */
  readonly deletedAt = new Map<number, number>();
  readonly #lastIds = new Map<object, number>();
  #lastParticipation = 7_000;

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

  /** The discounts on a deal as a whole, oldest first. */
  discountsOf(dealId: number): Discount[] {
    return ofDeal(this.discounts, dealId);
  }

  /** The installments of a deal, oldest first. */
  installmentsOf(dealId: number): Installment[] {
    return ofDeal(this.installments, dealId);
  }

  /** The users following a deal, longest first. */
  followersOf(dealId: number): Follower[] {
    return ofDeal(this.followers, dealId);
  }

  /** A person's place on a deal. */
  participationOf(deal: Deal, personId: number): Participation {
    const key = `${deal.id}/${personId}`;
    const known = this.participations.get(key);
    if (known) return known;
    this.#lastParticipation += 1;
    const added = { id: this.#lastParticipation, add_time: deal.add_time, added_by_user_id: deal.creator_user_id };
    this.participations.set(key, added);
    return added;
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

  /** Does something for a caller, who meets only records that they may see. */
  as<T>({ userId, clientId }: Caller, act: () => T): T {
    return requests.run({ store: this, user: this.users.get(userId) as User, clientId }, act);
  }

  /** The request of this account that is being answered. */
  get #request(): Request | undefined {
    const request = requests.getStore();
    return request?.store === this ? request : undefined;
  }

  /** The user a request comes from; outside of requests the one whose account it is. */
  get caller(): User {
    return this.#request?.user ?? ([...this.users.values()].find((user) => user.is_you) as User);
  }

  /** Whether a user may see a deal; its followers may see a private one too. */
  maySeeDeal(user: User, deal: Deal): boolean {
    return isOpenTo(user, deal) || this.followersOf(deal.id).some(({ user_id }) => user_id === user.id);
  }

  #guarded<T>(maySee: (user: User, record: T) => boolean): Guarded<T> {
    const user = () => this.#request?.user;
    return new Guarded(
      () => user()?.is_admin !== 0,
      (record) => maySee(user() as User, record),
    );
  }

  /** What hangs on deals is seen by those who see the deal. */
  #ofDeals<T extends OfDeal>(): Guarded<T> {
    return this.#guarded((user, { deal_id }) => {
      const deal = deal_id === null ? undefined : this.deals.peek(deal_id);
      return deal === undefined || this.maySeeDeal(user, deal);
    });
  }

  /** Where a deal that the caller adds comes from. */
  get origin(): Pick<Deal, 'origin' | 'origin_id'> {
    const clientId = this.#request?.clientId ?? null;
    return { origin: clientId === null ? 'API' : 'Marketplace', origin_id: clientId };
  }

  /** What goes with a deal when it goes for good. */
  get #hangingOnDeals(): readonly Map<unknown, OfDeal>[] {
    return [
      this.dealProducts,
      this.activities,
      this.notes,
      this.files,
      this.mailMessages,
      this.followers,
      this.discounts,
      this.installments,
      this.fieldChanges,
      this.participantChanges,
      this.followerChanges,
    ];
  }

  /** Forgets deals deleted more than 30 days ago. */
  purge(now: number): void {
    for (const [id, at] of this.deletedAt) {
      if (now - at <= KEPT_MS) continue;
      this.deletedAt.delete(id);
      this.deals.delete(id);
      this.participants.delete(id);
      for (const collection of this.#hangingOnDeals) removeOf(collection, id);
    }
  }
}

/** Whether a user may see a record: where it is private, its owner and administrators may. */
function isOpenTo(user: User, { visible_to, owner_id }: { visible_to: number; owner_id: number }): boolean {
  return visible_to !== PRIVATE || user.is_admin === 1 || user.id === owner_id;
}

interface OfDeal {
  readonly deal_id: number | null;
}

/** Those of a collection that hang on this deal, in the order they were added. */
export function ofDeal<T extends OfDeal>(collection: ReadonlyMap<unknown, T>, dealId: number): T[] {
  return [...collection.values()].filter((one) => one.deal_id === dealId);
}

function removeOf(collection: Map<unknown, OfDeal>, dealId: number): void {
  for (const [id, one] of collection) if (one.deal_id === dealId) collection.delete(id);
}

/** What every operation works on: the account as it is, and the time. */
export interface Account {
  readonly store: Store;
  /** Milliseconds since the epoch. */
  now(): number;
  /** How long, in milliseconds, a write stays out of the search index. */
  readonly searchLag: number;
}

import type { Activity } from '../domain/activity.ts';
import type { Call } from '../domain/call.ts';
import type { CrmAdapter } from '../domain/crm-adapter.ts';
import type { Crms } from '../domain/crms.ts';
import { ALL_CUSTOM_FIELDS, type CustomFieldWants } from '../domain/custom-field-wants.ts';
import type { Deal, DealProduct, Label } from '../domain/deal.ts';
import type { DealDetail, DealDetails } from '../domain/deal-details.ts';
import type { DealDiscount } from '../domain/discount.ts';
import type { Follower } from '../domain/follower.ts';
import type { DealInstallment } from '../domain/installment.ts';
import type { Organization } from '../domain/organization.ts';
import type { Participant } from '../domain/participant.ts';
import type { Person } from '../domain/person.ts';
import type { Pipeline } from '../domain/pipeline.ts';
import type { Product, ProductVariation } from '../domain/product.ts';
import type { CrmRecord } from '../domain/record.ts';
import { type Link, type Ref, refKey } from '../domain/ref.ts';
import type { Found } from '../domain/repository.ts';
import type { SavedFilter } from '../domain/saved-filter.ts';
import type { Stage } from '../domain/stage.ts';
import type { StageMove } from '../domain/stage-time.ts';
import type { User } from '../domain/user.ts';
import { AskedLoader, type Asker, type Loader } from './loader.ts';
import { partsOfDeals } from './parts.ts';
import { perCrm } from './per-crm.ts';
import type { RefLoader } from './ref-loader.ts';
import { createBegin } from './run-loader.ts';
import { readWhole } from './whole.ts';

/** Loads what hangs on a deal and is told of in part by the deal itself. */
export type OfDealLoader<T> = Loader<Deal, T>;

/** One detail of one deal. */
export interface DetailOfDeal {
  readonly deal: Ref;
  readonly detail: DealDetail;
}

/** Everything one GraphQL operation reads by reference, each thing at most once. */
export interface Loaders {
  readonly Deal: RefLoader<Deal>;
  readonly Person: RefLoader<Person>;
  readonly Organization: RefLoader<Organization>;
  readonly DealProduct: RefLoader<DealProduct>;
  readonly DealDiscount: RefLoader<DealDiscount>;
  readonly DealInstallment: RefLoader<DealInstallment>;
  readonly Product: RefLoader<Product>;
  readonly ProductVariation: RefLoader<ProductVariation>;
  readonly Stage: RefLoader<Stage>;
  readonly Pipeline: RefLoader<Pipeline>;
  readonly User: RefLoader<User>;
  readonly Activity: RefLoader<Activity>;
  readonly Label: RefLoader<Label>;
  readonly SavedFilter: RefLoader<SavedFilter>;
  /** The record as its own endpoint gives it, for `raw`. */
  readonly whole: RefLoader<CrmRecord>;
  /** The lines of a deal, by the deal's reference. */
  readonly dealProducts: RefLoader<readonly DealProduct[]>;
  /** The discounts on a deal, by the deal's reference. */
  readonly dealDiscounts: RefLoader<readonly DealDiscount[]>;
  /** The installments of a deal, by the deal's reference. */
  readonly dealInstallments: RefLoader<readonly DealInstallment[]>;
  /** Everyone linked to a deal, the primary contact first. */
  readonly dealPeople: OfDealLoader<readonly Link<Person>[]>;
  readonly dealFollowers: OfDealLoader<readonly Follower[]>;
  /** Who takes part in a deal beside the primary contact. */
  readonly dealParticipants: OfDealLoader<readonly Participant[]>;
  /** The users who may see a deal; `null` where the CRM does not tell. */
  readonly permittedUsers: OfDealLoader<readonly Link<User>[]>;
  /** A deal's details, of which those of all keys loaded together are read. */
  readonly dealDetails: Loader<DetailOfDeal, Partial<DealDetails>>;
  /** The stages a deal went through, by the deal's reference, oldest first. */
  readonly stageMoves: RefLoader<readonly StageMove[]>;
  /** The same loaders, as a field sees them. */
  askedBy(asker: Asker): Loaders;
  /** Forgets everything: after a write, what was read before may no longer be true. */
  clear(): void;
  /**
   * The operation is over, and nobody asks any more. Whatever of it lives on, in memory that is seldom tidied up, holds
   * no records from now on.
   */
  release(): void;
}

/** What a CRM without an ability has of it. */
const NONE: Found<never> = new Map();

type Read<Key, T> = (crm: CrmAdapter, keys: readonly Key[], call: Call) => Promise<Found<T>>;

/** What the loaders of one operation are made of. */
class Making {
  readonly crms: Crms;
  readonly operation: Call;
  readonly wants: CustomFieldWants;
  readonly begin = createBegin();
  readonly #made: Record<string, AnyLoader> = {};

  constructor(crms: Crms, operation: Call, wants: CustomFieldWants) {
    this.crms = crms;
    this.operation = operation;
    this.wants = wants;
  }

  byRef<T>(read: Read<string, T>) {
    return perCrm<Ref, T>(
      this.crms,
      this.begin,
      (ref) => ref,
      (crm, refs, because) =>
        read(
          crm,
          refs.map((ref) => ref.id),
          { ...this.operation, because },
        ),
    );
  }

  ofDeal<T>(read: Read<Deal, T>) {
    return perCrm<Deal, T>(
      this.crms,
      this.begin,
      (deal) => deal.ref,
      (crm, deals, because) => read(crm, deals, { ...this.operation, because }),
    );
  }

  /** Made when it is asked for first: an operation uses a few of them. */
  loader<T extends AnyLoader>(name: string, make: (making: Making) => T): T {
    this.#made[name] ??= make(this);
    return this.#made[name] as T;
  }

  clear(): void {
    for (const loader of Object.values(this.#made)) loader.clearAll();
  }

  release(): void {
    for (const loader of Object.values(this.#made)) loader.release();
  }
}

type AnyLoader = Pick<AskedLoader<never, unknown>, 'clearAll' | 'release' | 'askedBy'>;

const LISTS = {
  dealProducts: (making: Making) => making.byRef((crm, ids, call) => crm.dealProducts.ofDeals(ids, call)),
  dealDiscounts: (making: Making) =>
    making.byRef(async (crm, ids, call) => crm.dealDiscounts?.ofDeals(ids, call) ?? NONE),
  dealInstallments: (making: Making) =>
    making.byRef(async (crm, ids, call) => crm.dealInstallments?.ofDeals(ids, call) ?? NONE),
};

const LOADERS = {
  Deal: (making) => making.byRef((crm, ids, call) => crm.deals.getMany(ids, call, making.wants.Deal)),
  Person: (making) => making.byRef((crm, ids, call) => crm.people.getMany(ids, call, making.wants.Person)),
  Organization: (making) =>
    making.byRef((crm, ids, call) => crm.organizations.getMany(ids, call, making.wants.Organization)),
  DealProduct: (making) => partsOfDeals(making.loader('dealProducts', LISTS.dealProducts), making.begin),
  DealDiscount: (making) => partsOfDeals(making.loader('dealDiscounts', LISTS.dealDiscounts), making.begin),
  DealInstallment: (making) => partsOfDeals(making.loader('dealInstallments', LISTS.dealInstallments), making.begin),
  Product: (making) => making.byRef((crm, ids, call) => crm.products.getMany(ids, call)),
  ProductVariation: (making) =>
    making.byRef(async (crm, ids, call) => crm.productVariations?.getMany(ids, call) ?? NONE),
  Stage: (making) => making.byRef((crm, ids, call) => crm.stages.getMany(ids, call)),
  Pipeline: (making) => making.byRef((crm, ids, call) => crm.pipelines.getMany(ids, call)),
  User: (making) => making.byRef((crm, ids, call) => crm.users.getMany(ids, call)),
  Activity: (making) => making.byRef((crm, ids, call) => crm.activities.getMany(ids, call)),
  Label: (making) => making.byRef((crm, ids, call) => crm.labels.getMany(ids, call)),
  SavedFilter: (making) => making.byRef((crm, ids, call) => crm.savedFilters.getMany(ids, call)),
  ...LISTS,
  dealDetails: ({ crms, operation, begin }) =>
    perCrm(
      crms,
      begin,
      ({ deal }: DetailOfDeal) => deal,
      async (crm, keys, because) => {
        const found = await crm.dealHistory.details.ofDeals(
          [...new Set(keys.map(({ deal }) => deal.id))],
          new Set(keys.map(({ detail }) => detail)),
          { ...operation, because },
        );
        const named = new Map<string, Partial<DealDetails> | Error>();
        for (const key of keys) {
          const details = found.get(key.deal.id);
          if (details !== undefined) named.set(nameOfDetail(key), details);
        }
        return named;
      },
      nameOfDetail,
    ),
  stageMoves: (making) =>
    making.byRef(async (crm, ids, call) => crm.dealHistory.stageMoves?.ofDeals(ids, call) ?? NONE),
  dealPeople: (making) => making.ofDeal((crm, deals, call) => crm.dealPeople.ofDeals(deals, call)),
  dealFollowers: (making) => making.ofDeal((crm, deals, call) => crm.followers.ofDeals(deals, call)),
  dealParticipants: (making) => making.ofDeal((crm, deals, call) => crm.participants.ofDeals(deals, call)),
  permittedUsers: (making) => making.ofDeal((crm, deals, call) => crm.permittedUsers.ofDeals(deals, call)),
  whole: ({ crms, operation, begin }) =>
    new AskedLoader<Ref, CrmRecord>(
      async (_crm, refs, because) => {
        const call = { ...operation, because };
        const found = new Map<string, CrmRecord | Error>();
        const read = async (ref: Ref): Promise<void> => {
          const record = await readWhole(crms, ref, call).catch((error: Error) => error);
          if (record !== null) found.set(refKey(ref), record);
        };
        await Promise.all(refs.map(read));
        return found;
      },
      (ref) => ref.crm,
      refKey,
      begin,
    ),
} satisfies { readonly [Name in keyof Omit<Loaders, 'askedBy' | 'clear' | 'release'>]: (making: Making) => AnyLoader };
type LoaderName = keyof typeof LOADERS;

function nameOfDetail({ deal, detail }: DetailOfDeal): string {
  return `${deal.id}.${detail}`;
}

/** The loaders as a field sees them, or nobody in particular. */
class View {
  readonly #making: Making;
  readonly #asker: Asker | null;
  readonly #known: Partial<Record<LoaderName, unknown>> = {};

  constructor(making: Making, asker: Asker | null) {
    this.#making = making;
    this.#asker = asker;
  }

  askedBy(asker: Asker): Loaders {
    return new View(this.#making, asker) as unknown as Loaders;
  }

  clear(): void {
    this.#making.clear();
  }

  release(): void {
    this.#making.release();
  }

  #loader(name: LoaderName): unknown {
    const whole = this.#making.loader(name, LOADERS[name] as (making: Making) => AnyLoader);
    return this.#asker === null ? whole : whole.askedBy(this.#asker);
  }

  static {
    for (const name of Object.keys(LOADERS) as LoaderName[]) {
      Object.defineProperty(View.prototype, name, {
        get(this: View) {
          this.#known[name] ??= this.#loader(name);
          return this.#known[name];
        },
      });
    }
  }
}

/**
 * Loaders of one operation: they share its deadline and receipt, and nothing of it reaches another. `wants` says which
 * custom fields the operation shows, so that no others are read.
 */
export function createLoaders(crms: Crms, operation: Call, wants: CustomFieldWants = ALL_CUSTOM_FIELDS): Loaders {
  return new View(new Making(crms, operation, wants), null) as unknown as Loaders;
}

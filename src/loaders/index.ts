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
}

/** What a CRM without an ability has of it. */
const NONE: Found<never> = new Map();

/**
 * Loaders of one operation: they share its deadline and receipt, and nothing of it reaches another. `wants` says which
 * custom fields the operation shows, so that no others are read.
 */
export function createLoaders(crms: Crms, operation: Call, wants: CustomFieldWants = ALL_CUSTOM_FIELDS): Loaders {
  type Read<Key, T> = (crm: CrmAdapter, keys: readonly Key[], call: Call) => Promise<Found<T>>;
  const byRef = <T>(read: Read<string, T>) =>
    perCrm<Ref, T>(
      crms,
      (ref) => ref,
      (crm, refs, because) =>
        read(
          crm,
          refs.map((ref) => ref.id),
          { ...operation, because },
        ),
    );
  const ofDeal = <T>(read: Read<Deal, T>) =>
    perCrm<Deal, T>(
      crms,
      (deal) => deal.ref,
      (crm, deals, because) => read(crm, deals, { ...operation, because }),
    );
  const dealProducts = byRef((crm, ids, call) => crm.dealProducts.ofDeals(ids, call));
  const dealDiscounts = byRef(async (crm, ids, call) => crm.dealDiscounts?.ofDeals(ids, call) ?? NONE);
  const dealInstallments = byRef(async (crm, ids, call) => crm.dealInstallments?.ofDeals(ids, call) ?? NONE);
  const loaders = {
    Deal: byRef((crm, ids, call) => crm.deals.getMany(ids, call, wants.Deal)),
    Person: byRef((crm, ids, call) => crm.people.getMany(ids, call, wants.Person)),
    Organization: byRef((crm, ids, call) => crm.organizations.getMany(ids, call, wants.Organization)),
    DealProduct: partsOfDeals(dealProducts),
    DealDiscount: partsOfDeals(dealDiscounts),
    DealInstallment: partsOfDeals(dealInstallments),
    Product: byRef((crm, ids, call) => crm.products.getMany(ids, call)),
    ProductVariation: byRef(async (crm, ids, call) => crm.productVariations?.getMany(ids, call) ?? NONE),
    Stage: byRef((crm, ids, call) => crm.stages.getMany(ids, call)),
    Pipeline: byRef((crm, ids, call) => crm.pipelines.getMany(ids, call)),
    User: byRef((crm, ids, call) => crm.users.getMany(ids, call)),
    Activity: byRef((crm, ids, call) => crm.activities.getMany(ids, call)),
    Label: byRef((crm, ids, call) => crm.labels.getMany(ids, call)),
    SavedFilter: byRef((crm, ids, call) => crm.savedFilters.getMany(ids, call)),
    dealProducts,
    dealDiscounts,
    dealInstallments,
    dealDetails: perCrm(
      crms,
      ({ deal }: DetailOfDeal) => deal,
      (crm, keys, because) =>
        crm.dealHistory.details.ofDeals(
          [...new Set(keys.map(({ deal }) => deal.id))],
          new Set(keys.map(({ detail }) => detail)),
          { ...operation, because },
        ),
      ({ deal, detail }) => `${refKey(deal)}.${detail}`,
    ),
    stageMoves: byRef(async (crm, ids, call) => crm.dealHistory.stageMoves?.ofDeals(ids, call) ?? NONE),
    dealPeople: ofDeal((crm, deals, call) => crm.dealPeople.ofDeals(deals, call)),
    dealFollowers: ofDeal((crm, deals, call) => crm.followers.ofDeals(deals, call)),
    dealParticipants: ofDeal((crm, deals, call) => crm.participants.ofDeals(deals, call)),
    permittedUsers: ofDeal((crm, deals, call) => crm.permittedUsers.ofDeals(deals, call)),
    whole: new AskedLoader<Ref, CrmRecord>(
      (refs, because) => {
        const call = { ...operation, because };
        return Promise.all(refs.map((ref) => readWhole(crms, ref, call).catch((error: Error) => error)));
      },
      refKey,
      (ref) => ref.crm,
    ),
  };
  const all: Readonly<Record<string, Pick<AskedLoader<never, unknown>, 'clearAll' | 'askedBy'>>> = loaders;
  const clear = () => {
    for (const loader of Object.values(all)) loader.clearAll();
  };
  // A field uses one loader or two, so that its view of each is made when it is looked up first.
  const askedBy = (asker: Asker): Loaders => {
    const views: Record<string, unknown> = { clear, askedBy };
    const view = (_loaders: object, name: string) => {
      views[name] ??= all[name]?.askedBy(asker);
      return views[name];
    };
    return new Proxy(loaders, { get: view as ProxyHandler<typeof loaders>['get'] & {} }) as unknown as Loaders;
  };
  return { ...loaders, clear, askedBy };
}

import type { Activity } from '../domain/activity.ts';
import type { Call } from '../domain/call.ts';
import type { CrmAdapter } from '../domain/crm-adapter.ts';
import type { Crms } from '../domain/crms.ts';
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
import { Loader } from './loader.ts';
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
  readonly dealPeople: Loader<Deal, readonly Link<Person>[]>;
  readonly dealFollowers: OfDealLoader<readonly Follower[]>;
  /** Who takes part in a deal beside the primary contact. */
  readonly dealParticipants: OfDealLoader<readonly Participant[]>;
  /** The users who may see a deal; `null` where the CRM does not tell. */
  readonly permittedUsers: OfDealLoader<readonly Link<User>[]>;
  /** A deal's details, of which those of all keys loaded together are read. */
  readonly dealDetails: Loader<DetailOfDeal, Partial<DealDetails>>;
  /** The stages a deal went through, by the deal's reference, oldest first. */
  readonly stageMoves: RefLoader<readonly StageMove[]>;
  /** Forgets everything: after a write, what was read before may no longer be true. */
  clear(): void;
}

/** What a CRM without an ability has of it. */
const NONE: Found<never> = new Map();

/** Loaders of one operation: they share its deadline and receipt, and nothing of it reaches another. */
export function createLoaders(crms: Crms, call: Call): Loaders {
  const byRef = <T>(read: (crm: CrmAdapter, ids: readonly string[]) => Promise<Found<T>>): RefLoader<T> =>
    perCrm<Ref, T>(
      crms,
      (ref) => ref,
      (crm, refs) =>
        read(
          crm,
          refs.map((ref) => ref.id),
        ),
    );
  const ofDeal = <T>(read: (crm: CrmAdapter, deals: readonly Deal[]) => Promise<Found<T>>): OfDealLoader<T> =>
    perCrm<Deal, T>(crms, (deal) => deal.ref, read);
  const dealProducts = byRef((crm, ids) => crm.dealProducts.ofDeals(ids, call));
  const dealDiscounts = byRef(async (crm, ids) => crm.dealDiscounts?.ofDeals(ids, call) ?? NONE);
  const dealInstallments = byRef(async (crm, ids) => crm.dealInstallments?.ofDeals(ids, call) ?? NONE);
  const loaders = {
    Deal: byRef((crm, ids) => crm.deals.getMany(ids, call)),
    Person: byRef((crm, ids) => crm.people.getMany(ids, call)),
    Organization: byRef((crm, ids) => crm.organizations.getMany(ids, call)),
    DealProduct: partsOfDeals(dealProducts),
    DealDiscount: partsOfDeals(dealDiscounts),
    DealInstallment: partsOfDeals(dealInstallments),
    Product: byRef((crm, ids) => crm.products.getMany(ids, call)),
    ProductVariation: byRef(async (crm, ids) => crm.productVariations?.getMany(ids, call) ?? NONE),
    Stage: byRef((crm, ids) => crm.stages.getMany(ids, call)),
    Pipeline: byRef((crm, ids) => crm.pipelines.getMany(ids, call)),
    User: byRef((crm, ids) => crm.users.getMany(ids, call)),
    Activity: byRef((crm, ids) => crm.activities.getMany(ids, call)),
    Label: byRef((crm, ids) => crm.labels.getMany(ids, call)),
    SavedFilter: byRef((crm, ids) => crm.savedFilters.getMany(ids, call)),
    dealProducts,
    dealDiscounts,
    dealInstallments,
    dealDetails: perCrm(
      crms,
      ({ deal }: DetailOfDeal) => deal,
      (crm, keys) =>
        crm.dealHistory.details.ofDeals(
          [...new Set(keys.map(({ deal }) => deal.id))],
          new Set(keys.map(({ detail }) => detail)),
          call,
        ),
      ({ deal, detail }) => `${refKey(deal)}.${detail}`,
    ),
    stageMoves: byRef(async (crm, ids) => crm.dealHistory.stageMoves?.ofDeals(ids, call) ?? new Map()),
    dealPeople: perCrm(
      crms,
      (deal: Deal) => deal.ref,
      (crm, deals) => crm.dealPeople.ofDeals(deals, call),
    ),
    dealFollowers: ofDeal((crm, deals) => crm.followers.ofDeals(deals, call)),
    dealParticipants: ofDeal((crm, deals) => crm.participants.ofDeals(deals, call)),
    permittedUsers: ofDeal((crm, deals) => crm.permittedUsers.ofDeals(deals, call)),
    whole: new Loader<Ref, CrmRecord>(
      (refs) => Promise.all(refs.map((ref) => readWhole(crms, ref, call).catch((error: Error) => error))),
      refKey,
    ),
  };
  return {
    ...loaders,
    clear() {
      for (const loader of Object.values(loaders)) loader.clearAll();
    },
  };
}

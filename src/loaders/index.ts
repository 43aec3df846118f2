import DataLoader from 'dataloader';
import type { Call } from '../domain/call.ts';
import type { CrmAdapter, Found } from '../domain/crm-adapter.ts';
import type { Crms } from '../domain/crms.ts';
import type { Deal, DealProduct, Label } from '../domain/deal.ts';
import type { Organization } from '../domain/organization.ts';
import type { Person } from '../domain/person.ts';
import type { Pipeline } from '../domain/pipeline.ts';
import type { Product } from '../domain/product.ts';
import type { CrmRecord } from '../domain/record.ts';
import { type Link, type Ref, refKey } from '../domain/ref.ts';
import type { Stage } from '../domain/stage.ts';
import type { User } from '../domain/user.ts';
import { perCrm } from './per-crm.ts';
import { readWhole } from './whole.ts';

/** Loads what a reference names; `null` when the CRM does not have it. */
export type RefLoader<T> = DataLoader<Ref, T | null, string>;

/** Everything one GraphQL operation reads by reference, each thing at most once. */
export interface Loaders {
  readonly Deal: RefLoader<Deal>;
  readonly Person: RefLoader<Person>;
  readonly Organization: RefLoader<Organization>;
  readonly Product: RefLoader<Product>;
  readonly Stage: RefLoader<Stage>;
  readonly Pipeline: RefLoader<Pipeline>;
  readonly User: RefLoader<User>;
  readonly Label: RefLoader<Label>;
  /** The record as its own endpoint gives it, for `raw`. */
  readonly whole: RefLoader<CrmRecord>;
  /** The lines of a deal, by the deal's reference. */
  readonly dealProducts: RefLoader<readonly DealProduct[]>;
  /** Everyone linked to a deal, the primary contact first. */
  readonly dealPeople: DataLoader<Deal, readonly Link<Person>[] | null, string>;
  /** Forgets everything: after a write, what was read before may no longer be true. */
  clear(): void;
}

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
  const loaders = {
    Deal: byRef((crm, ids) => crm.deals.getMany(ids, call)),
    Person: byRef((crm, ids) => crm.people.getMany(ids, call)),
    Organization: byRef((crm, ids) => crm.organizations.getMany(ids, call)),
    Product: byRef((crm, ids) => crm.products.getMany(ids, call)),
    Stage: byRef((crm, ids) => crm.stages.getMany(ids, call)),
    Pipeline: byRef((crm, ids) => crm.pipelines.getMany(ids, call)),
    User: byRef((crm, ids) => crm.users.getMany(ids, call)),
    Label: byRef((crm, ids) => crm.labels.getMany(ids, call)),
    dealProducts: byRef((crm, ids) => crm.dealProducts.ofDeals(ids, call)),
    dealPeople: perCrm(
      crms,
      (deal: Deal) => deal.ref,
      (crm, deals) => crm.dealPeople.ofDeals(deals, call),
    ),
    whole: new DataLoader<Ref, CrmRecord | null, string>(
      (refs) => Promise.all(refs.map((ref) => readWhole(crms, ref, call).catch((error: Error) => error))),
      { cacheKeyFn: refKey },
    ),
  };
  return {
    ...loaders,
    clear() {
      for (const loader of Object.values(loaders)) loader.clearAll();
    },
  };
}

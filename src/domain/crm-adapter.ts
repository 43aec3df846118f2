import type { Call } from './call.ts';
import type { Crm } from './crm.ts';
import type { Deal, DealProduct, Label } from './deal.ts';
import type { DealQuery } from './deal-query.ts';
import type { DealProductWrites, DealWrites } from './deal-writes.ts';
import type { GatewayError } from './errors.ts';
import type { Listable } from './list.ts';
import type { Organization } from './organization.ts';
import type { OrganizationQuery } from './organization-query.ts';
import type { Person } from './person.ts';
import type { PersonQuery } from './person-query.ts';
import type { Pipeline } from './pipeline.ts';
import type { Product } from './product.ts';
import type { CustomField, CustomValues } from './record.ts';
import type { Link, NodeType, Ref } from './ref.ts';
import type { Stage } from './stage.ts';
import type { User } from './user.ts';

/**
 * What reading several things at once gave, by remote id: the thing, or why just this one could not be read. What
 * the CRM does not have is absent. A failure that concerns all of them is thrown instead.
 */
export type Found<T> = ReadonlyMap<string, T | GatewayError>;

/** Records that are read by id. */
export interface Repository<T> {
  /** Any number of distinct ids, in as few requests as the CRM allows. */
  getMany(ids: readonly string[], call: Call): Promise<Found<T>>;
  /** One record as its own endpoint gives it, with `raw()` whole; `null` when the CRM does not have it. */
  getWhole(id: string, call: Call): Promise<T | null>;
}

/** Records few enough to be read whole and kept for a while. */
export interface Table<T> extends Repository<T> {
  /** All of them, in the CRM's order. */
  all(call: Call): Promise<readonly T[]>;
}

/** What the gateway asks of any CRM, in terms of the domain only. */
export interface CrmAdapter {
  readonly crm: Crm;

  readonly deals: Repository<Deal> & Listable<Deal, DealQuery>;
  /** Lines of several deals at once, each deal's in order of position; a deal without lines may be absent. */
  readonly dealProducts: { ofDeals(deals: readonly string[], call: Call): Promise<Found<readonly DealProduct[]>> };
  /** Everyone linked to each deal, the primary contact first. Asked only for deals that do not carry them. */
  readonly dealPeople: { ofDeals(deals: readonly Deal[], call: Call): Promise<Found<readonly Link<Person>[]>> };
  readonly people: Repository<Person> & Listable<Person, PersonQuery>;
  readonly organizations: Repository<Organization> & Listable<Organization, OrganizationQuery>;
  readonly products: Repository<Product>;
  readonly stages: Table<Stage>;
  readonly pipelines: Table<Pipeline>;
  readonly users: Table<User>;
  readonly labels: { getMany(ids: readonly string[], call: Call): Promise<Found<Label>> };
  /** The custom fields of a record ready to show: those of `keys`, or all there are, in the account's order. */
  readonly customFields: {
    describe(
      entity: 'Deal' | 'Person' | 'Organization',
      values: CustomValues,
      keys: readonly string[] | null,
      call: Call,
    ): Promise<readonly CustomField[]>;
  };
  /** The page that shows the record in the CRM, or `null` where there is none. */
  url(ref: Ref<Exclude<NodeType, 'Label' | 'DealProduct'>>, call: Call): Promise<string | null>;

  readonly dealWrites: DealWrites;
  readonly dealProductWrites: DealProductWrites;

  /** Ends connections once nothing is in flight any more. */
  close(): Promise<void>;
}

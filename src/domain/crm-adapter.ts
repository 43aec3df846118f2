import type { Activity } from './activity.ts';
import type { CrmBudget } from './budget.ts';
import type { Call } from './call.ts';
import type { CallApi } from './call-api.ts';
import type { Connection } from './connection.ts';
import type { Crm } from './crm.ts';
import type { CustomFieldReader } from './custom-field-condition.ts';
import type { Deal, DealProduct, Label } from './deal.ts';
import type { DealHistory } from './deal-history.ts';
import type { DealParts } from './deal-parts.ts';
import type { DealQuery } from './deal-query.ts';
import type { DealSearch } from './deal-search.ts';
import type { DealSummaries } from './deal-summary.ts';
import type { DealTimelines } from './deal-timeline.ts';
import type { DealProductWrites, DealWrites } from './deal-writes.ts';
import type { DealDiscount, DealDiscountDraft } from './discount.ts';
import type { Feed } from './feed.ts';
import type { Follower, FollowerWrites } from './follower.ts';
import type { DealInstallment, DealInstallmentDraft } from './installment.ts';
import type { Listable } from './list.ts';
import type { MembershipChange } from './membership-change.ts';
import type { Organization } from './organization.ts';
import type { OrganizationQuery } from './organization-query.ts';
import type { Participant, ParticipantWrites } from './participant.ts';
import type { Person } from './person.ts';
import type { PersonQuery } from './person-query.ts';
import type { Pipeline } from './pipeline.ts';
import type { Product, ProductVariation } from './product.ts';
import type { CustomField, CustomValues } from './record.ts';
import type { Link, NodeType, PartType, Ref } from './ref.ts';
import type { Found, Repository, Table } from './repository.ts';
import type { SavedFilter } from './saved-filter.ts';
import type { Stage } from './stage.ts';
import type { TimeSpan } from './time.ts';
import type { User } from './user.ts';

/** What the gateway asks of any CRM, in terms of the domain only. */
export interface CrmAdapter {
  readonly crm: Crm;

  readonly deals: Repository<Deal> & Listable<Deal, DealQuery>;
  readonly dealSearch: DealSearch;
  /** Absent where the gateway has to add up deals itself. */
  readonly dealSummaries?: DealSummaries;
  /** Absent where the gateway has to group deals itself. */
  readonly dealTimelines?: DealTimelines;
  /** Those for deals. */
  readonly savedFilters: Pick<Table<SavedFilter>, 'all' | 'getMany'>;
  /** Lines of several deals at once, each deal's in order of position; a deal without lines may be absent. */
  readonly dealProducts: { ofDeals(deals: readonly string[], call: Call): Promise<Found<readonly DealProduct[]>> };
  /** Everyone linked to each deal, the primary contact first. Asked only for deals that do not carry them. */
  readonly dealPeople: { ofDeals(deals: readonly Deal[], call: Call): Promise<Found<readonly Link<Person>[]>> };
  /** Who follows each deal. A deal that carries its followers costs no call. */
  readonly followers: { ofDeals(deals: readonly Deal[], call: Call): Promise<Found<readonly Follower[]>> };
  /** Who takes part in each deal beside the primary contact. A deal that carries its people costs no call. */
  readonly participants: { ofDeals(deals: readonly Deal[], call: Call): Promise<Found<readonly Participant[]>> };
  /** The users who may see each deal. A deal the CRM does not tell this of is absent. */
  readonly permittedUsers: { ofDeals(deals: readonly Deal[], call: Call): Promise<Found<readonly Link<User>[]>> };
  /** In the CRM's order; the changes of participants may tell of the primary contact as well. */
  readonly followerChanges?: Feed<MembershipChange<User>>;
  readonly participantChanges?: Feed<MembershipChange<Person>>;
  readonly dealHistory: DealHistory;
  readonly people: Repository<Person> & Listable<Person, PersonQuery>;
  readonly organizations: Repository<Organization> & Listable<Organization, OrganizationQuery>;
  readonly products: Repository<Product>;
  /** Absent where products have no variations. */
  readonly productVariations?: {
    getMany(ids: readonly string[], call: Call): Promise<Found<ProductVariation>>;
  };
  /** Records refer to stages, pipelines and users by bare ids, so that their tables have to be read for their names. */
  readonly namesTables?: boolean;
  readonly stages: Table<Stage>;
  readonly pipelines: Table<Pipeline>;
  readonly users: Table<User>;
  /** The remote id of the user whose credentials the gateway uses. */
  currentUser(call: Call): Promise<string>;
  readonly activities: Repository<Activity>;
  readonly labels: { getMany(ids: readonly string[], call: Call): Promise<Found<Label>> };
  /** The custom fields of a record ready to show: those of `keys`, or all there are, in the account's order. */
  readonly customFields: {
    describe(
      entity: 'Deal' | 'Person' | 'Organization',
      values: CustomValues,
      keys: readonly string[] | null,
      call: Call,
    ): Promise<readonly CustomField[]>;
    /** The fields an account defines, read again where none of the kept ones has one of these keys or labels. */
    defined(
      entity: 'Deal' | 'Person' | 'Organization',
      names: readonly string[],
      call: Call,
    ): Promise<readonly CustomFieldReader[]>;
  };
  /** The page that shows the record in the CRM, or `null` where there is none. */
  url(ref: Ref<Exclude<NodeType, 'Label' | PartType>>, call: Call): Promise<string | null>;

  readonly dealWrites: DealWrites;
  readonly dealProductWrites: DealProductWrites;

  /** Discounts on deals as a whole, oldest first. Absent where the CRM has none. */
  readonly dealDiscounts?: DealParts<DealDiscount, DealDiscountDraft>;
  /** What deals are paid in, by billing date. Absent where the CRM has none. */
  readonly dealInstallments?: DealParts<DealInstallment, DealInstallmentDraft>;
  readonly followerWrites: FollowerWrites;
  readonly participantWrites: ParticipantWrites;

  readonly callApi: CallApi;

  /** Whether what is read whole from a path, as `Crm.reads` names it, is kept and fresh. */
  isKept(path: string): boolean;
  /** What time it is by the CRM's clock, as exactly as its answers tell. Asks the CRM nothing. */
  now(): TimeSpan;
  /** What the CRM's answers said of its budget; `null` until one did. Asks the CRM nothing. */
  budget(): CrmBudget | null;
  /** How the gateway stands with the CRM. Asks the CRM nothing. */
  connection(): Connection | Promise<Connection>;

  /** Forgets what it has kept: its credentials are those of another account now. Absent where that cannot be. */
  forget?(): void;

  /** Ends connections once nothing is in flight any more. */
  close(): Promise<void>;
}

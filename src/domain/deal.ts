import type { Activity } from './activity.ts';
import type { DealDetails } from './deal-details.ts';
import type { Decimal } from './decimal.ts';
import type { Follower } from './follower.ts';
import type { Money } from './money.ts';
import type { Organization } from './organization.ts';
import type { Person } from './person.ts';
import type { Pipeline } from './pipeline.ts';
import type { Product, ProductVariation } from './product.ts';
import type { Address, CrmRecord, CustomValues } from './record.ts';
import type { Link, Ref } from './ref.ts';
import type { Stage } from './stage.ts';
import type { CalendarDate, Instant } from './time.ts';
import type { User } from './user.ts';

export type DealStatus = 'OPEN' | 'WON' | 'LOST' | 'DELETED';

/** A sale in progress or finished. */
export interface Deal extends CrmRecord<'Deal'> {
  readonly title: string;
  readonly summary: string | null;
  readonly value: Money | null;
  /** What the deal is, whatever light or label it shows. */
  readonly status: DealStatus;
  /** The account-defined status light. */
  readonly health: Label | null;
  /** The deal's own probability in percent. */
  readonly probability: number | null;
  /** Whether a deal without a probability of its own has its stage's, where the pipeline uses probabilities. */
  readonly inheritsProbability: boolean;
  /** The reason chosen, or what is noted in place of one. */
  readonly lossReason: string | null;
  readonly wonReason: string | null;
  /** What is noted on the reason, whether one is chosen or not. */
  readonly lossReasonNotes: string | null;
  readonly wonReasonNotes: string | null;
  readonly isArchived: boolean;
  readonly archivedAt: Instant | null;
  /** The CRM's own level of who may see it. */
  readonly visibility: number | null;
  readonly stage: Link<Stage> | null;
  readonly pipeline: Link<Pipeline> | null;
  readonly owner: Link<User> | null;
  readonly creator: Link<User> | null;
  /** The users it is shared with; `null` where the CRM shares no deals, or the record does not tell. */
  readonly collaborators: readonly Link<User>[] | null;
  /** The primary contact. */
  readonly person: Link<Person> | null;
  readonly organization: Link<Organization> | null;
  readonly expectedCloseDate: CalendarDate | null;
  /** The entry in the calendar that stands for it. */
  readonly expectedCloseEvent: Link<Activity> | null;
  readonly closedAt: Instant | null;
  readonly wonAt: Instant | null;
  readonly lostAt: Instant | null;
  /** The days of these, in the time zone the CRM tells them in. */
  readonly closedOn: CalendarDate | null;
  readonly wonOn: CalendarDate | null;
  readonly lostOn: CalendarDate | null;
  readonly stageChangedAt: Instant | null;
  readonly labels: readonly Link<Label>[];
  /** Where the lead came from, one of the account's sources. */
  readonly source: Link<Label> | null;
  /** How it came in, one of the account's channels, and what it is called there. */
  readonly channel: Link<Label> | null;
  readonly channelId: string | null;
  /** What created it, in the CRM's words, and which of those. */
  readonly origin: string | null;
  readonly originId: string | null;
  /** The import that brought it. */
  readonly importId: string | null;
  readonly address: Address | null;
  /** Annual contract value, annual and monthly recurring revenue. */
  readonly acv: Money | null;
  readonly arr: Money | null;
  readonly mrr: Money | null;
  /** The deal's lines in order of position, or `null` where the record does not carry them. */
  readonly products: readonly DealProduct[] | null;
  /** Everyone linked, the primary contact first, or `null` where the record does not carry them. */
  readonly people: readonly Link<Person>[] | null;
  /** The users who follow it, or `null` where the record does not carry them. */
  readonly followers: readonly Follower[] | null;
  /** Those details that the record carries already; absent where it carries none. */
  readonly details?: Partial<DealDetails>;
  readonly customValues: CustomValues;
}

/** A name with a colour an account defines: a deal label, a tag, a status light. */
export interface Label {
  readonly ref: Ref<'Label'>;
  readonly name: string;
  /** As the CRM has it: a colour name or `#rrggbb`. */
  readonly color: string | null;
}

export type DiscountType = 'PERCENTAGE' | 'AMOUNT';
export type TaxMethod = 'EXCLUSIVE' | 'INCLUSIVE' | 'NONE';
export type BillingFrequency = 'ONE_TIME' | 'ANNUALLY' | 'SEMI_ANNUALLY' | 'QUARTERLY' | 'MONTHLY' | 'WEEKLY';

export interface ProductBilling {
  readonly frequency: BillingFrequency;
  readonly cycles: number | null;
  readonly startDate: CalendarDate | null;
}

/** A line of a deal. Its id is `<deal id>/<line id>`. */
export interface DealProduct {
  readonly ref: Ref<'DealProduct'>;
  readonly product: Link<Product> | null;
  readonly variation: Link<ProductVariation> | null;
  readonly name: string;
  readonly unitPrice: Money | null;
  readonly quantity: Decimal | null;
  readonly discount: Decimal | null;
  readonly discountType: DiscountType | null;
  /** In percent. */
  readonly tax: Decimal | null;
  readonly taxMethod: TaxMethod | null;
  readonly total: Money | null;
  readonly comments: string | null;
  readonly isEnabled: boolean;
  readonly position: number | null;
  readonly billing: ProductBilling | null;
  readonly createdAt: Instant | null;
  readonly updatedAt: Instant | null;
}

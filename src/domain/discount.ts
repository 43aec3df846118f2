import type { DiscountType } from './deal.ts';
import type { Decimal } from './decimal.ts';
import type { Link, Ref } from './ref.ts';
import type { Instant } from './time.ts';
import type { User } from './user.ts';

/** What is written of a discount. */
export interface DealDiscountDraft {
  /** What it is called. */
  readonly description: string;
  /** More than 0: in percent, or in the deal's currency, as `type` says. */
  readonly amount: Decimal;
  readonly type: DiscountType;
}

/** A discount on a deal as a whole, beside those on its lines. Its id is `<deal id>/<discount id>`. */
export interface DealDiscount extends DealDiscountDraft {
  readonly ref: Ref<'DealDiscount'>;
  readonly createdAt: Instant | null;
  readonly createdBy: Link<User> | null;
  readonly updatedAt: Instant | null;
  readonly updatedBy: Link<User> | null;
}

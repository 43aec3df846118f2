import type { Decimal } from './decimal.ts';
import type { Ref } from './ref.ts';
import type { CalendarDate } from './time.ts';

/** What is written of an installment. */
export interface DealInstallmentDraft {
  /** What it is called. */
  readonly description: string;
  /** More than 0, in the deal's currency. */
  readonly amount: Decimal;
  readonly billingDate: CalendarDate;
}

/** One of the payments a deal is divided into. Its id is `<deal id>/<installment id>`. */
export interface DealInstallment extends DealInstallmentDraft {
  readonly ref: Ref<'DealInstallment'>;
}

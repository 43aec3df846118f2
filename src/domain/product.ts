import type { Decimal } from './decimal.ts';
import type { Money } from './money.ts';
import type { CrmRecord } from './record.ts';

/** An item of a CRM's product catalogue. */
export interface Product extends CrmRecord<'Product'> {
  readonly name: string;
  readonly code: string | null;
  readonly unit: string | null;
  /** In percent. */
  readonly tax: Decimal | null;
  readonly prices: readonly Money[];
}

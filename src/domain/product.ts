import type { Decimal } from './decimal.ts';
import type { Money } from './money.ts';
import type { CrmRecord } from './record.ts';
import type { Ref } from './ref.ts';

/** An item of a CRM's product catalogue. */
export interface Product extends CrmRecord<'Product'> {
  readonly name: string;
  readonly code: string | null;
  readonly unit: string | null;
  /** In percent. */
  readonly tax: Decimal | null;
  readonly prices: readonly Money[];
}

/** A variant of a product, such as a size. Its id is `<product id>/<variation id>`. */
export interface ProductVariation {
  readonly ref: Ref<'ProductVariation'>;
  readonly name: string;
  readonly prices: readonly Money[];
}

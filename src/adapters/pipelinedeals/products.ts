import type { Product } from '../../domain/product.ts';
import { id, text, type Wire, withoutSecrets } from '../wire.ts';
import type { Account } from './account.ts';
import { collection } from './api.ts';
import { KeptTable, readRows } from './table.ts';

/** Product lines of `GET /admin/product_lines`: names without codes, units or prices. */
export class Products extends KeptTable<Product> {
  constructor(account: Account) {
    super(account, 'admin/product_lines', async (call) => {
      const values = await account.api.all(collection('admin/product_lines'), call);
      return readRows(account.crm, 'product line', values, (wire) => toProduct(account.crm, wire));
    });
  }
}

function toProduct(crm: string, wire: Wire): Product {
  return {
    ref: { crm, type: 'Product', id: id(wire) },
    createdAt: null,
    updatedAt: null,
    raw: () => withoutSecrets(wire),
    name: text(wire, 'name'),
    code: null,
    unit: null,
    tax: null,
    prices: [],
  };
}

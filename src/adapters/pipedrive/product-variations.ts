import type { CrmAdapter } from '../../domain/crm-adapter.ts';
import { GatewayError } from '../../domain/errors.ts';
import type { ProductVariation } from '../../domain/product.ts';
import { partOfProduct } from '../../domain/ref.ts';
import type { Found } from '../../domain/repository.ts';
import { id, list, object, readRecord, text, type Wire } from '../wire.ts';
import type { PipedriveApi } from './api.ts';
import { ENDPOINTS } from './endpoints.ts';
import { toPrice } from './products.ts';
import { attempt } from './write-problems.ts';

/** Maps a variation of a product (v2, GET /products/{id}/variations). */
export function toProductVariation(crm: string, wire: Wire): ProductVariation {
  return {
    ref: { crm, type: 'ProductVariation', id: `${id(wire, 'product_id')}/${id(wire)}` },
    name: text(wire, 'name'),
    prices: list(wire.prices ?? [], 'prices').flatMap((price) => toPrice(object(price, 'prices'))),
  };
}

/** Variations by id. v2 lists those of one product, so it is one call a product, and a failure costs that product. */
export function createProductVariations(api: PipedriveApi): NonNullable<CrmAdapter['productVariations']> {
  return {
    async getMany(ids, call) {
      const variationsOf = async (product: string): Promise<Found<ProductVariation>> => {
        const values = await api.all(ENDPOINTS.variations, [], call, { id: product });
        const variations = values.map((value) =>
          readRecord(api.crm, 'product variation', value, (wire) => toProductVariation(api.crm, wire)),
        );
        return new Map(variations.map((variation) => [variation.ref.id, variation]));
      };
      const products = [...new Set(ids.map((each) => partOfProduct(each).product))];
      const read = new Map(
        await Promise.all(products.map(async (product) => [product, await attempt(variationsOf(product))] as const)),
      );
      return new Map(
        ids.flatMap((each): [string, ProductVariation | GatewayError][] => {
          const ofProduct = read.get(partOfProduct(each).product);
          const found = ofProduct instanceof GatewayError ? ofProduct : ofProduct?.get(each);
          return found === undefined ? [] : [[each, found]];
        }),
      );
    },
  };
}

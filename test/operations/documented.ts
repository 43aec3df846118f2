import type { CrmId } from '../gateway/writes/support.ts';

/** Not to be had: why, and what of the schema is refused for it, where the schema knows it from another CRM. */
export interface Unsupported {
  readonly unsupported: string;
  readonly refused?: string;
}

/**
 * Where something documented is in the schema: a field `Deal.title`, an argument `Query.deals(filter:)`, a field of an
 * input `DealFilter.stage` or a value of an enum `DealOrderField.TITLE`; several where it takes several.
 */
export type Where = string | readonly string[] | Unsupported;

/** What a vendor documents of one operation or record, by the name it has there. */
export interface Documented {
  readonly crm: CrmId;
  readonly of: string;
  readonly names: Readonly<Record<string, Where>>;
}

/** The same for a deal that is added and for one that is updated. */
export const written = (names: Readonly<Record<string, Where>>, input: 'AddDealInput' | 'UpdateDealInput') =>
  Object.fromEntries(
    Object.entries(names).map(([name, where]): [string, Where] => {
      if (typeof where === 'string') return [name, `${input}.${where}`];
      if ('unsupported' in where) {
        return [name, where.refused === undefined ? where : { ...where, refused: `${input}.${where.refused}` }];
      }
      return [name, where.map((one) => `${input}.${one}`)];
    }),
  );

import type { NodeType } from '../domain/ref.ts';
import type { ReadSubject } from '../domain/tariff.ts';

/** What brings the records of a type. */
export const SUBJECTS: Readonly<Record<NodeType, ReadSubject>> = {
  Deal: 'DEAL',
  DealProduct: 'DEAL_PRODUCT',
  DealDiscount: 'DISCOUNT',
  DealInstallment: 'INSTALLMENT',
  Product: 'PRODUCT',
  ProductVariation: 'PRODUCT_VARIATION',
  Person: 'PERSON',
  Organization: 'ORGANIZATION',
  Stage: 'STAGE',
  Pipeline: 'PIPELINE',
  User: 'USER',
  Activity: 'ACTIVITY',
  Label: 'LABEL',
  SavedFilter: 'SAVED_FILTER',
};

/** The types whose records are found in the lists of their deals. */
export const PARTS: readonly NodeType[] = ['DealProduct', 'DealDiscount', 'DealInstallment'];

/** What brings the records of the type that a field is on, `Deal.raw` for example. */
export function subjectOf(coordinate: string): ReadSubject | undefined {
  return SUBJECTS[coordinate.split('.')[0] as NodeType];
}

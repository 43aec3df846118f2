import type { Expected } from '../gateway/finding/oracle.ts';
import type { Place } from './place.ts';

/** The filter of each account that says something simple, and which deals it holds. */
export function savedFilter({ crm, gateway, id }: Place): { id: string; holds: (deal: Expected) => boolean } {
  if (crm === 'pipedrive') return { id: id('SavedFilter', 31), holds: ({ status }) => status === 'OPEN' };
  const search = [...gateway.pipelinedeals.store.searches.values()].find(({ name }) => name === 'Big deals');
  return { id: id('SavedFilter', search?.id), holds: ({ value }) => Number(value?.amount ?? 0) >= 50_000 };
}

/** The key of a custom field that takes a date. */
export function dateField({ crm, gateway }: Place): string {
  const { pipedrive, pipelinedeals } = gateway;
  if (crm === 'pipedrive') {
    return pipedrive.store.fields.deal.find(({ field_name }) => field_name === 'Pilot start')?.field_code ?? '';
  }
  const label = pipelinedeals.store.configuration.labels.deal.find(({ field_type }) => field_type === 'date');
  return `custom_label_${label?.id}`;
}

/** The label of a custom field that takes a text. */
export const TEXT_FIELDS = { pipedrive: 'Contract number', pipelinedeals: 'Project Code' } as const;

/** The key of that field. */
export function textField({ crm, gateway }: Place): string {
  const { pipedrive, pipelinedeals } = gateway;
  if (crm === 'pipedrive') {
    return pipedrive.store.fields.deal.find((one) => one.field_name === TEXT_FIELDS[crm])?.field_code ?? '';
  }
  const label = pipelinedeals.store.configuration.labels.deal.find(({ name }) => name === TEXT_FIELDS[crm]);
  return `custom_label_${label?.id}`;
}

/** Whether there is a moment or day, and it lies in a range that ends before `lt`. */
export function isWithin(value: string | null, gte: string, lt: string): boolean {
  return value !== null && value >= gte && value < lt;
}

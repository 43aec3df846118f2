import type { ActivityType, ProductVariation, SavedFilter } from '../deal-records.ts';
import type { Product, User } from '../records.ts';
import { FOUNDED } from './account.ts';

/** Which products come in kinds, by name. */
const KINDS: Readonly<Record<string, readonly string[]>> = {
  'GPS tracker': ['12 V', '24 V'],
  'Dash camera': ['one lens', 'two lenses', 'two lenses, infrared'],
  Installation: ['on site'],
};

export function seedActivityTypes(): ActivityType[] {
  const rows: readonly (readonly [key: string, name: string, icon: string, custom?: true])[] = [
    ['call', 'Call', 'call'],
    ['meeting', 'Meeting', 'meeting'],
    ['task', 'Task', 'task'],
    ['deadline', 'Deadline', 'deadline'],
    ['email', 'Email', 'email'],
    ['lunch', 'Lunch', 'lunch'],
    ['site_visit', 'Site visit', 'truck', true],
  ];
  return rows.map(([key_string, name, icon_key, custom], index) => ({
    id: index + 1,
    order_nr: index + 1,
    name,
    key_string,
    icon_key,
    active_flag: key_string !== 'lunch',
    color: 'FFFFFF',
    is_custom_flag: custom === true,
    add_time: FOUNDED,
    update_time: FOUNDED,
  }));
}

export function seedVariations(products: readonly Product[]): ProductVariation[] {
  return products
    .flatMap((product) => (KINDS[product.name] ?? []).map((kind) => ({ product, kind })))
    .map(({ product, kind }, index): ProductVariation => {
      const id = index + 201;
      const prices = product.prices.map(({ product_id: _product, ...price }) => ({
        product_variation_id: id,
        ...price,
      }));
      return { id, name: `${product.name}, ${kind}`, product_id: product.id, prices };
    });
}

/** One filter of the fields that quick filters have too, one of those they lack, and one with alternatives. */
export function seedFilters(users: readonly User[]): SavedFilter[] {
  const own = users.find((user) => user.is_you) as User;
  const rows: readonly Pick<SavedFilter, 'name' | 'all' | 'any'>[] = [
    { name: 'All open deals', all: [{ field_code: 'status', operator: '=', value: 'open' }], any: [] },
    {
      name: 'Fleet deals above 10k that somebody answers for',
      all: [
        { field_code: 'pipeline_id', operator: '=', value: '2' },
        { field_code: 'value', operator: '>', value: '10000' },
        { field_code: 'person_id', operator: 'IS NOT NULL', value: null },
      ],
      any: [],
    },
    {
      name: 'Hot or mine, no pilots',
      all: [{ field_code: 'stage_id', operator: '!=', value: '7' }],
      any: [
        { field_code: 'label_ids', operator: '=', value: '11' },
        { field_code: 'owner_id', operator: '=', value: String(own.id) },
      ],
    },
  ];
  return rows.map((row, index) => ({
    id: index + 31,
    user_id: own.id,
    add_time: FOUNDED,
    update_time: null,
    visible_to: '7',
    ...row,
  }));
}

import type { SearchRecord, Store } from '../records.ts';

type Definition = Omit<SearchRecord, 'id'>;

/** Saved filters: the first user's own, those colleagues share, and one that a colleague keeps to herself. */
export function seedSearches(store: Store): void {
  const [first = 0, second = 0] = store.users.keys();
  const { stages, labels, leadSources } = store.configuration;
  const open = stages.filter((stage) => stage.percent > 0 && stage.percent < 100).map((stage) => stage.id);
  const regions = labels.deal.find((label) => label.field_type === 'multi_select');
  const definitions: Definition[] = [
    {
      ...dealSearch(first, 'My open deals'),
      query: { deal_owner: [first], deal_stage: open },
      sort: '-deals.updated_at',
    },
    {
      ...dealSearch(second, 'Big deals'),
      is_shared: true,
      query: { deal_value: { from: '50000' } },
      sort: 'deals.name',
    },
    {
      ...dealSearch(second, 'Nordic leads from the web'),
      is_shared: true,
      query: {
        deal_source: leadSources[0]?.id ?? 0,
        ...(regions && { [`custom_label_${regions.id}`]: [regions.entries[0]?.id ?? 0] }),
        deal_created: { from_date: '2025-01-01' },
      },
    },
    { ...dealSearch(second, 'Only mine'), query: { deal_owner: [second] } },
    {
      user_id: first,
      name: 'All leads',
      is_shared: false,
      query: { person_type: 'Lead' },
      columns: ['person_full_name', 'person_email'],
      sort: 'people.last_name',
      search_type: 'people',
    },
    {
      user_id: second,
      name: 'Companies in Germany',
      is_shared: true,
      query: { company_country: 'Germany' },
      columns: ['company_name', 'company_city'],
      sort: '-companies.updated_at',
      search_type: 'companies',
    },
  ];
  for (const definition of definitions) {
    const id = store.nextId('searches');
    store.searches.set(id, { id, ...definition });
  }
}

function dealSearch(userId: number, name: string): Definition {
  return {
    user_id: userId,
    name,
    is_shared: false,
    query: {},
    columns: ['deal_name', 'deal_value', 'deal_stage'],
    sort: null,
    search_type: 'deals',
  };
}

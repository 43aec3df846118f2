import { formatJson } from '../../src/sandbox/kit/json.ts';
import type { PipelineDealsSandbox } from '../../src/sandbox/pipelinedeals/index.ts';
import type { OwnAccount } from './account.ts';
import { copies, remoteId } from './records.ts';

/** PipelineDeals' sandbox, as tests see it. */
export function pipelineDealsAccount(sandbox: PipelineDealsSandbox, unique: () => string): OwnAccount {
  const crm = 'pipelinedeals';
  const global = (type: string) => (one: { readonly id: number }) => `${crm}:${type}:${one.id}`;
  const store = () => sandbox.store;
  const own: OwnAccount['own'] = async (method, path, body) => {
    const query = new URLSearchParams({ api_key: sandbox.secrets.apiKey, app_key: sandbox.secrets.appKey });
    const request = {
      method,
      path: `/api/v3${path}`,
      query,
      headers: { 'content-type': 'application/json' },
      body,
      params: {},
      malformed: false,
    };
    const answer = await sandbox.handle(request);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${formatJson(answer)}`);
    return answer.body;
  };
  return {
    crm,
    own,
    async newDeal({ notes = 0, activities = 0, files = 0, closeDate } = {}) {
      const [person] = this.ids('Person', 1);
      const added = (await own('POST', '/deals', {
        deal: {
          name: unique(),
          value: '5',
          primary_contact_id: remoteId(person as string),
          ...(closeDate && { expected_close_date: closeDate }),
        },
      })) as { id: number };
      const { noteCategories } = store().configuration;
      const [category] = noteCategories.filter((one) => !one.system_category);
      copies(store().notes, notes, () => store().nextId('notes'), {
        deal_id: added.id,
        primary_association_type: 'Deal',
        primary_association_id: added.id,
        note_category_id: category?.id ?? null,
      });
      copies(store().calendarEntries, activities, () => store().nextId('calendarEntries'), {
        association_type: 'Deal',
        association_id: added.id,
        active: true,
        base_entry_id: null,
        rrule: null,
      });
      copies(store().documents, files, () => store().nextId('documents'), {
        deal_id: added.id,
        calendar_entry_id: null,
      });
      return global('Deal')(added);
    },
    titled: (title) => [...store().deals.values()].filter((one) => one.name === title).map(global('Deal')),
    deal(id) {
      const found = store().deals.get(remoteId(id));
      return found ? { title: found.name, value: String(found.value), closeDate: found.expected_close_date } : null;
    },
    parts(part, deal) {
      const id = remoteId(deal);
      const record = store().deals.get(id);
      const hanging = (records: ReadonlyMap<number, { id: number; deal_id: number | null }>) =>
        [...records.values()].filter((one) => one.deal_id === id).map((one) => String(one.id));
      switch (part) {
        case 'activities':
          return [...store().calendarEntries.values()]
            .filter((one) => one.association_type === 'Deal' && one.association_id === id)
            .map((one) => String(one.id));
        case 'notes':
          return hanging(store().notes);
        case 'files':
          return hanging(store().documents);
        case 'people':
          return (record?.person_ids ?? []).filter((one) => one !== record?.primary_contact_id).map(String);
        case 'followers':
          return (record?.shared_user_ids ?? []).map(String);
        default:
          return [];
      }
    },
    ids(type, count) {
      const { people, users, configuration } = store();
      const all = {
        Person: [...people.values()],
        User: [...users.values()].filter((one) => one.deleted_at === null),
        Product: configuration.productLines,
      }[type];
      return all.slice(0, count).map(global(type));
    },
  };
}

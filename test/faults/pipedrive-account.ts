import { formatJson } from '../../src/sandbox/kit/json.ts';
import type { PipedriveSandbox } from '../../src/sandbox/pipedrive/index.ts';
import type { OwnAccount } from './account.ts';
import { copies, remoteId } from './records.ts';

/** Pipedrive's sandbox, as tests see it. */
export function pipedriveAccount(sandbox: PipedriveSandbox, unique: () => string): OwnAccount {
  const crm = 'pipedrive';
  const global = (type: string) => (one: { readonly id: number }) => `${crm}:${type}:${one.id}`;
  const store = () => sandbox.store;
  const own: OwnAccount['own'] = async (method, path, body) => {
    const query = new URLSearchParams();
    const headers = { 'x-api-token': sandbox.token, 'content-type': 'application/json' };
    const answer = await sandbox.handle({ method, path, query, headers, body, params: {}, malformed: false });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${formatJson(answer)}`);
    return (answer.body as { data: unknown }).data;
  };
  const shown = (id: number) => {
    const deal = store().deals.get(id);
    return deal && !deal.is_deleted ? deal : null;
  };
  return {
    crm,
    own,
    async newDeal({ notes = 0, activities = 0, files = 0, lines = 0, closeDate } = {}) {
      const [person] = this.ids('Person', 1);
      const added = (await own('POST', '/api/v2/deals', {
        title: unique(),
        value: 5,
        person_id: remoteId(person as string),
        ...(closeDate && { expected_close_date: closeDate }),
      })) as { id: number };
      copies(store().notes, notes, () => store().nextId(store().notes), { deal_id: added.id, is_deleted: false });
      copies(store().activities, activities, () => store().nextId(store().activities), {
        deal_id: added.id,
        is_deleted: false,
      });
      copies(store().files, files, () => store().nextId(store().files), { deal_id: added.id, is_deleted: false });
      for (let index = 0; index < lines; index += 1) {
        const product_id = remoteId(this.ids('Product', 4)[index % 4] as string);
        const line = { product_id, item_price: 10, quantity: 1, comments: `line ${index}` };
        await own('POST', `/api/v2/deals/${added.id}/products`, line);
      }
      return global('Deal')(added);
    },
    titled: (title) =>
      [...store().deals.values()].filter((one) => !one.is_deleted && one.title === title).map(global('Deal')),
    deal(id) {
      const found = shown(remoteId(id));
      return found && { title: found.title, value: String(found.value), closeDate: found.expected_close_date };
    },
    parts(part, deal) {
      const id = remoteId(deal);
      const hanging = (records: ReadonlyMap<number, { id: number; deal_id: number | null; is_deleted: boolean }>) =>
        [...records.values()].filter((one) => one.deal_id === id && !one.is_deleted).map((one) => String(one.id));
      switch (part) {
        case 'lines':
          return store()
            .productsOf(id)
            .map(({ comments }) => comments);
        case 'people':
          return [...(store().participants.get(id) ?? [])].map(String);
        case 'followers':
          return store()
            .followersOf(id)
            .map(({ user_id }) => String(user_id));
        case 'discounts':
          return store()
            .discountsOf(id)
            .map(({ description, amount }) => `${description} ${amount}`);
        case 'installments':
          return store()
            .installmentsOf(id)
            .map(({ description, amount }) => `${description} ${amount}`);
        default:
          return hanging(store()[part]);
      }
    },
    ids(type, count) {
      const { persons, users, products } = store();
      const all = {
        Person: [...persons.values()].filter((one) => !one.is_deleted),
        User: [...users.values()].filter((one) => !one.is_deleted && one.active_flag),
        Product: [...products.values()].filter(
          (one) => !one.is_deleted && one.is_linkable && one.billing_frequency === 'one-time',
        ),
      }[type];
      return all.slice(0, count).map(global(type));
    },
  };
}

import * as v1 from 'pipedrive/v1';
import * as v2 from 'pipedrive/v2';
import { expect } from 'vitest';
import { remoteId } from '../gateway/writes/support.ts';
import type { TestGateway } from '../support/gateway.ts';
import type { Data } from './operation.ts';

const DEAL = `query ($id: ID!) { deal(id: $id) {
  title status isArchived value { amount currency } stage { id } pipeline { id } owner { id } person { id }
  organization { id } expectedCloseDate lossReason visibility closedAt wonAt lostAt archivedAt
  labels { id } customFields { key value }
  products(first: 500) { nodes { id unitPrice { amount } quantity discount tax comments isEnabled } }
  followers(first: 500) { nodes { user { id } } }
  participants(first: 500) { nodes { person { id } } }
  discounts(first: 500) { nodes { description amount type } }
  installments(first: 500) { nodes { description amount { amount } billingDate } }
} }`;

/** Compares what the vendor's own client and the gateway see of deals; `null` where a deal is gone. */
export class OfficialClient {
  readonly #gateway: TestGateway;
  readonly #deals: v2.DealsApi;
  readonly #products: v2.DealProductsApi;
  readonly #installments: v2.DealInstallmentsApi;
  readonly #dealsV1: v1.DealsApi;

  constructor(gateway: TestGateway, url: string) {
    const { token: apiKey } = gateway.pipedrive;
    const second = new v2.Configuration({ apiKey, basePath: `${url}/api/v2` });
    this.#gateway = gateway;
    this.#deals = new v2.DealsApi(second);
    this.#products = new v2.DealProductsApi(second);
    this.#installments = new v2.DealInstallmentsApi(second);
    this.#dealsV1 = new v1.DealsApi(new v1.Configuration({ apiKey, basePath: `${url}/v1` }));
  }

  async expectSame(id: string): Promise<void> {
    expect(await this.#throughGateway(id)).toEqual(await this.#directly(remoteId(id)));
  }

  async #directly(id: number): Promise<object | null> {
    const deal = (await this.#deals.getDeal({ id })).data as Data;
    if (deal.is_deleted) return null;
    const [lines, followers, participants, discounts, installments] = await Promise.all([
      this.#products.getDealProducts({ id, limit: 500 }),
      this.#deals.getDealFollowers({ id, limit: 500 }),
      this.#dealsV1.getDealParticipants({ id, limit: 500 }),
      this.#deals.getAdditionalDiscounts({ id }),
      this.#installments.getInstallments({ deal_ids: [id] }),
    ]);
    const rows = ({ data }: { data?: unknown }) => (data ?? []) as readonly Data[];
    return {
      title: deal.title,
      status: deal.status,
      isArchived: deal.is_archived,
      value: deal.value,
      currency: deal.currency,
      references: [deal.stage_id, deal.pipeline_id, deal.owner_id, deal.person_id, deal.org_id],
      expectedCloseDate: deal.expected_close_date,
      lossReason: deal.lost_reason,
      visibility: deal.visible_to,
      times: [deal.close_time, deal.won_time, deal.lost_time, deal.archive_time],
      labels: deal.label_ids,
      customFields: Object.fromEntries(Object.entries(deal.custom_fields).filter(([, value]) => value !== null)),
      products: rows(lines).map((line) => ({
        id: line.id,
        unitPrice: line.item_price,
        quantity: line.quantity,
        discount: line.discount,
        tax: line.tax,
        comments: line.comments || null,
        isEnabled: line.is_enabled,
      })),
      followers: rows(followers).map(({ user_id }) => user_id),
      participants: rows(participants).flatMap(({ person_id }) =>
        person_id.value === deal.person_id ? [] : person_id.value,
      ),
      discounts: rows(discounts).map(({ description, amount, type }) => ({ description, amount, type })),
      installments: rows(installments).map(({ description, amount, billing_date }) => ({
        description,
        amount,
        billingDate: billing_date,
      })),
    };
  }

  async #throughGateway(id: string): Promise<object | null> {
    const { data, errors } = await this.#gateway.query<Data>(DEAL, { id });
    expect(errors).toBeUndefined();
    const { deal } = data;
    if (deal === null) return null;
    const remote = (record: { id: string } | null) => (record === null ? null : remoteId(record.id));
    return {
      title: deal.title,
      status: deal.status.toLowerCase(),
      isArchived: deal.isArchived,
      value: Number(deal.value.amount),
      currency: deal.value.currency,
      references: [deal.stage, deal.pipeline, deal.owner, deal.person, deal.organization].map(remote),
      expectedCloseDate: deal.expectedCloseDate,
      lossReason: deal.lossReason,
      visibility: deal.visibility,
      times: [deal.closedAt, deal.wonAt, deal.lostAt, deal.archivedAt],
      labels: deal.labels.map(remote),
      customFields: Object.fromEntries(
        deal.customFields.flatMap(({ key, value }: Data) => (value === null ? [] : [[key, value]])),
      ),
      products: deal.products.nodes.map(({ id: line, unitPrice, quantity, discount, tax, comments, ...own }: Data) => ({
        ...own,
        id: Number(line.split('/')[1]),
        unitPrice: Number(unitPrice.amount),
        quantity: Number(quantity),
        discount: Number(discount),
        tax: Number(tax),
        comments: comments || null,
      })),
      followers: deal.followers.nodes.map(({ user }: Data) => remote(user)),
      participants: deal.participants.nodes.map(({ person }: Data) => remote(person)),
      discounts: deal.discounts.nodes.map(({ type, amount, ...own }: Data) => ({
        ...own,
        amount: Number(amount),
        type: type.toLowerCase(),
      })),
      installments: deal.installments.nodes.map(({ amount, ...own }: Data) => ({
        ...own,
        amount: Number(amount.amount),
      })),
    };
  }
}

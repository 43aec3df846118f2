import Big from 'big.js';
import type { TestGateway } from '../../support/gateway.ts';
import { allDeals, type ExpectedDeal, time } from '../reads/oracle.ts';

/** What finding and counting deals goes by, derived from a CRM's store without any code of the gateway. */
export interface Expected extends ExpectedDeal {
  /** As the deal shows it, in percent. */
  readonly probability: number | null;
  /** What it counts for in a weighted sum, in percent. */
  readonly weight: number;
  readonly closedAt: string | null;
  readonly wonAt: string | null;
  readonly sourceId: number | null;
  readonly stageChangedAt: string | null;
}

export function expectedDeals(gateway: Pick<TestGateway, 'pipedrive' | 'pipelinedeals'>): Expected[] {
  const { pipedrive, pipelinedeals } = gateway;
  return allDeals(gateway).map((deal): Expected => {
    if (deal.crm === 'pipedrive') {
      const wire = pipedrive.store.deals.peek(deal.remoteId);
      if (!wire) throw new Error(`no deal ${deal.id}`);
      const uses = pipedrive.store.pipelines.get(wire.pipeline_id)?.is_deal_probability_enabled === true;
      const ofStage = uses ? (pipedrive.store.stages.get(wire.stage_id)?.deal_probability ?? null) : null;
      const probability = wire.probability ?? ofStage;
      return {
        ...deal,
        probability,
        weight: uses ? (probability ?? 100) : 100,
        closedAt: wire.close_time,
        wonAt: wire.won_time,
        sourceId: null,
        stageChangedAt: wire.stage_change_time,
      };
    }
    const wire = pipelinedeals.store.deals.get(deal.remoteId);
    if (!wire) throw new Error(`no deal ${deal.id}`);
    const closedAt = deal.status === 'OPEN' || wire.closed_time === null ? null : time(wire.closed_time);
    return {
      ...deal,
      probability: wire.probability,
      weight: wire.probability ?? 100,
      closedAt,
      wonAt: deal.status === 'WON' ? closedAt : null,
      sourceId: wire.source_id,
      stageChangedAt: null,
    };
  });
}

type Compare = (a: Expected, b: Expected) => number;

/** By what is told of a deal, those without it last whatever the direction. */
function by<T>(tell: (deal: Expected) => T | null, compare: (a: T, b: T) => number): (sign: 1 | -1) => Compare {
  return (sign) => (a, b) => {
    const [x, y] = [tell(a), tell(b)];
    if (x === null || y === null) return x === y ? 0 : x === null ? 1 : -1;
    return sign * compare(x, y);
  };
}

const numbers = (a: number, b: number) => a - b;
const texts = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
const codePoints = (text: string) => Array.from(text.normalize('NFC'), (char) => char.codePointAt(0) ?? 0);
const remote = (id: string | null) => (id === null ? null : Number(id.split(':')[2]));

const ORDERS = {
  TITLE: by(
    ({ title }) => codePoints(title),
    (a, b) => {
      const index = a.findIndex((point, at) => point !== b[at]);
      return index === -1 ? a.length - b.length : (a[index] ?? 0) - (b[index] ?? -1);
    },
  ),
  VALUE: by(
    ({ value }) => value && new Big(value.amount),
    (a, b) => a.cmp(b),
  ),
  EXPECTED_CLOSE_DATE: by(({ expectedCloseDate }) => expectedCloseDate, texts),
  OWNER: by(({ owner }) => remote(owner), numbers),
  SOURCE: by(({ sourceId }) => sourceId, numbers),
  PROBABILITY: by(({ probability }) => probability, numbers),
  CLOSED_AT: by(({ closedAt }) => closedAt, texts),
  CREATED_AT: by(({ createdAt }) => createdAt, texts),
};
export type Order = keyof typeof ORDERS;

/** Deals in the total order: the key, then CRM in configured order, then remote id as a number. */
export function ordered(deals: readonly Expected[], order: Order, direction: 'ASC' | 'DESC'): Expected[] {
  const compare = ORDERS[order](direction === 'ASC' ? 1 : -1);
  const crms = ['pipedrive', 'pipelinedeals'];
  return deals.toSorted(
    (a, b) => compare(a, b) || crms.indexOf(a.crm) - crms.indexOf(b.crm) || a.remoteId - b.remoteId,
  );
}

/** Sums by currency as the schema shows them. */
export function totals(deals: readonly Expected[]) {
  const currencies = [...new Set(deals.flatMap(({ value }) => value?.currency ?? []))].sort();
  return currencies.map((currency) => {
    const own = deals.filter(({ value }) => value?.currency === currency);
    return { currency, count: own.length, value: sum(own), weightedValue: sum(own, ({ weight }) => weight) };
  });
}

export function sum(deals: readonly Expected[], weight: (deal: Expected) => number = () => 100): string {
  return deals
    .reduce((total, deal) => total.plus(new Big(deal.value?.amount ?? 0).times(weight(deal)).div(100)), new Big(0))
    .toFixed();
}

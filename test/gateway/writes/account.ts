import type { TestGateway } from '../../support/gateway.ts';
import { type CrmId, handOut, idOf } from './support.ts';

type Status = 'OPEN' | 'WON' | 'LOST';

/** The account behind one sandbox CRM in terms common to both, so that one table of tests serves both. */
export interface Account {
  readonly crm: CrmId;
  /** A deal nobody got before: neither archived nor deleted, without lines of products. */
  deal(status?: Status): string;
  archivedDeal(): string;
  /** Stages of the first pipeline in which deals are open, lowest first. */
  readonly openStages: readonly string[];
  readonly pipelines: readonly string[];
  /** A stage of the second pipeline in which deals are open. */
  readonly stageElsewhere: string;
  readonly owners: readonly string[];
  readonly people: readonly string[];
  readonly organizations: readonly string[];
  /** The deal's title as the CRM has it, `null` when it does not show the deal any more. */
  titleOf(deal: string): string | null;
  /** How many deals the CRM shows. */
  countDeals(): number;
  /** An id of the type that the CRM does not have. */
  unknown(type: string): string;
}

export function accountsOf(gateway: TestGateway): Readonly<Record<CrmId, Account>> {
  return { pipedrive: pipedriveAccount(gateway), pipelinedeals: pipelineDealsAccount(gateway) };
}

function pipedriveAccount({ pipedrive }: TestGateway): Account {
  const crm = 'pipedrive';
  const { store } = pipedrive;
  const take = handOut(store.deals);
  const stages = (pipeline: number) => store.stagesOf(pipeline).map(({ id }) => idOf(crm, 'Stage', id));
  const live = <T extends { id: number; is_deleted: boolean }>(type: string, records: ReadonlyMap<number, T>) =>
    [...records.values()].filter((one) => !one.is_deleted).map(({ id }) => idOf(crm, type, id));
  const pipelines = [...store.pipelines.values()];
  return {
    crm,
    deal: (status = 'OPEN') => {
      const { id } = take(
        (one) =>
          one.status === status.toLowerCase() &&
          !one.is_archived &&
          !one.is_deleted &&
          one.pipeline_id === pipelines[0]?.id &&
          store.productsOf(one.id).length === 0,
      );
      return idOf(crm, 'Deal', id);
    },
    archivedDeal: () => idOf(crm, 'Deal', take((one) => one.is_archived && !one.is_deleted).id),
    openStages: stages(pipelines[0]?.id as number),
    pipelines: pipelines.map(({ id }) => idOf(crm, 'Pipeline', id)),
    stageElsewhere: stages(pipelines[1]?.id as number)[1] as string,
    owners: live('User', store.users),
    people: live('Person', store.persons),
    organizations: live('Organization', store.organizations),
    titleOf: (deal) => {
      const found = store.deals.get(Number(deal.split(':')[2]));
      return found && !found.is_deleted ? found.title : null;
    },
    countDeals: () => [...store.deals.values()].filter((one) => !one.is_deleted).length,
    unknown: (type) => idOf(crm, type, 987_654_321),
  };
}

function pipelineDealsAccount({ pipelinedeals }: TestGateway): Account {
  const crm = 'pipelinedeals';
  const { store } = pipelinedeals;
  const { stages, pipelines } = store.configuration;
  const take = handOut(store.deals);
  const openStages = (pipeline: number | undefined) =>
    stages
      .filter(({ deal_pipeline_id, percent }) => deal_pipeline_id === pipeline && percent > 0 && percent < 100)
      .toSorted((a, b) => a.percent - b.percent)
      .map(({ id }) => idOf(crm, 'Stage', id));
  const ids = (type: string, records: ReadonlyMap<number, { id: number }>) =>
    [...records.values()].map(({ id }) => idOf(crm, type, id));
  const statusOf = (deal: { deal_stage_id: number | null }): Status | null => {
    const percent = stages.find(({ id }) => id === deal.deal_stage_id)?.percent;
    if (percent === undefined) return null;
    if (percent === 100) return 'WON';
    return percent === 0 ? 'LOST' : 'OPEN';
  };
  return {
    crm,
    deal: (status = 'OPEN') => {
      const { id } = take(
        (one) =>
          statusOf(one) === status &&
          (status === 'OPEN') === (one.closed_time === null) &&
          !one.is_archived &&
          one.product_line_ids.length === 0 &&
          one.deal_pipeline_id === pipelines[0]?.id,
      );
      return idOf(crm, 'Deal', id);
    },
    archivedDeal: () => idOf(crm, 'Deal', take((one) => one.is_archived).id),
    openStages: openStages(pipelines[0]?.id),
    pipelines: pipelines.map(({ id }) => idOf(crm, 'Pipeline', id)),
    stageElsewhere: openStages(pipelines[1]?.id)[1] as string,
    owners: ids('User', store.users),
    people: ids('Person', store.people),
    organizations: ids('Organization', store.companies),
    titleOf: (deal) => store.deals.get(Number(deal.split(':')[2]))?.name ?? null,
    countDeals: () => store.deals.size,
    unknown: (type) => idOf(crm, type, 987_654_321),
  };
}

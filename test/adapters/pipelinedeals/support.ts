import { pipelinedeals } from '../../../src/adapters/pipelinedeals/index.ts';
import { isWire } from '../../../src/adapters/wire.ts';
import type { CrmAdapter } from '../../../src/domain/crm-adapter.ts';
import { formatDecimal, isDecimal } from '../../../src/domain/decimal.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { type Script, ScriptedHttp, type ScriptedRequest } from './scripted-http.ts';

/** The key of the account. */
export const SECRET = 'key-0123456789';

/** The adapter over a scripted CRM. */
export function adapterOver(script: Script): { readonly adapter: CrmAdapter; readonly http: ScriptedHttp } {
  const http = new ScriptedHttp(script);
  const crm = {
    id: 'pipelinedeals',
    kind: 'pipelinedeals',
    label: 'PipelineDeals',
    capabilities: [],
    tariff: { reads: [], writes: [] },
  };
  const parts = { crm, http, clock: new FakeClock(), referenceMaxAgeMs: 300_000, secrets: () => [SECRET] };
  return { adapter: pipelinedeals.create(parts), http };
}

/** A deal as today's server sends it. */
export function wireDeal(over: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  return {
    id: 7,
    name: 'New roof',
    summary: null,
    user_id: 70,
    user: { id: 70, first_name: 'Jo', last_name: 'Kim' },
    created_at: '2026/03/01 10:00:00 -0500',
    updated_at: '2026/03/02 10:00:00 -0500',
    is_archived: false,
    source_id: null,
    primary_contact_id: null,
    primary_contact: null,
    person_ids: [],
    people: [],
    company_id: null,
    deal_pipeline_id: 3,
    deal_pipeline: { id: 3, name: 'Sales', default: true },
    deal_stage_id: 22,
    deal_stage: { id: 22, name: 'Presentation', percent: 50 },
    probability: 50,
    status: null,
    deal_status: null,
    value: '7900.0',
    currency: { code: 'EUR', symbol: '€', name: 'Euro' },
    expected_close_date: null,
    closed_time: null,
    deal_loss_reason_id: null,
    deal_loss_reason: null,
    deal_loss_reason_notes: null,
    deal_won_reason_id: null,
    deal_won_reason_notes: null,
    shared_user_ids: [],
    tag_ids: [],
    tags: [],
    product_lines: [],
    custom_fields: {},
    ...over,
  };
}

/** Two pipelines with their stages, as the administration lists them. */
export const STAGES = [
  { id: 26, name: 'Won', percent: 100, deal_pipeline_id: 3 },
  { id: 20, name: 'Lost', percent: 0, deal_pipeline_id: 3 },
  { id: 22, name: 'Presentation', percent: 50, deal_pipeline_id: 3 },
  { id: 21, name: 'Qualified', percent: 10, deal_pipeline_id: 3 },
  { id: 40, name: 'Gone', percent: 0, deal_pipeline_id: 4 },
  { id: 41, name: 'Talks', percent: 30, deal_pipeline_id: 4 },
  { id: 46, name: 'Renewed', percent: 100, deal_pipeline_id: 4 },
];

export const PIPELINES = [
  { id: 3, name: 'Sales', default: true },
  { id: 4, name: 'Renewals', default: false },
];

/** The `deal` object a request carries, decimals as the text they are sent as. */
export function dealIn(request: ScriptedRequest | undefined): Readonly<Record<string, unknown>> {
  const deal = isWire(request?.body) && isWire(request.body.deal) ? request.body.deal : {};
  return Object.fromEntries(
    Object.entries(deal).map(([key, value]) => [key, isDecimal(value) ? formatDecimal(value) : value]),
  );
}

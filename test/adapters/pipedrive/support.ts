import { capabilities } from '../../../src/adapters/pipedrive/capabilities.ts';
import { pipedrive } from '../../../src/adapters/pipedrive/index.ts';
import { tariff } from '../../../src/adapters/pipedrive/tariff.ts';
import type { CrmAdapter } from '../../../src/domain/crm-adapter.ts';
import { GatewayError } from '../../../src/domain/errors.ts';
import type { WriteCall } from '../../../src/domain/write-step.ts';
import { HttpError } from '../../../src/transport/errors.ts';
import { RecordedSteps } from '../../support/recorded-steps.ts';
import { ScriptedHttp } from './scripted-http.ts';

/** The token of the account. */
export const SECRET = 'token-0123456789';

export const NOW = Date.parse('2026-11-20T12:00:00Z');

export interface TestAdapter extends CrmAdapter {
  readonly http: ScriptedHttp;
  /** Moves the clock. */
  pass(ms: number): void;
}

/** The adapter of an account named `crm` over a script of answers. */
export function adapterOver(script: ConstructorParameters<typeof ScriptedHttp>[0]): TestAdapter {
  const http = new ScriptedHttp(script);
  let now = NOW;
  const adapter = pipedrive.create({
    crm: { id: 'crm', kind: 'pipedrive', label: 'Pipedrive', capabilities, tariff },
    http,
    clock: { now: () => now, sleep: async () => {}, random: () => 0 },
    referenceMaxAgeMs: 60_000,
    secrets: () => [SECRET],
  });
  return {
    ...adapter,
    http,
    pass: (ms) => {
      now += ms;
    },
  };
}

/** A call that may write; steps whose answer was lost stay lost unless others are given. */
export function call(steps = new RecordedSteps({ settles: false })): WriteCall {
  return steps.callOf({
    steps,
    signal: new AbortController().signal,
    deadline: NOW + 10_000,
    receipt: { admit: () => () => {}, sent: () => {}, coalesced: () => {}, cached: () => {} },
    priority: 'MUTATION',
    // Two records are a batch already.
    policy: 'REQUESTS',
    because: [],
    scanLimit: 2_000,
  });
}

/** The `GatewayError` a promise ends in. */
export async function failureOf(promise: Promise<unknown>): Promise<GatewayError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

/** A request that may have taken effect: its answer never came. */
export function timeout(): HttpError {
  return new HttpError('TIMEOUT', 'POST timed out', { maybeApplied: true });
}

export function range(from: number, to: number): readonly string[] {
  return Array.from({ length: to - from + 1 }, (_, index) => String(from + index));
}

/** A deal as GET /deals of API v2 shows one. */
export function wireDeal(over: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  return {
    id: 42,
    title: 'Harbour rollout',
    creator_user_id: 301,
    owner_id: 305,
    value: 18450.5,
    currency: 'EUR',
    person_id: 88,
    org_id: 41,
    pipeline_id: 2,
    stage_id: 9,
    status: 'open',
    probability: null,
    lost_reason: null,
    visible_to: 3,
    add_time: '2026-02-11T08:15:42Z',
    update_time: '2026-06-03T14:02:10Z',
    stage_change_time: null,
    close_time: null,
    won_time: null,
    lost_time: null,
    expected_close_date: '2026-09-30',
    label_ids: [12, 15],
    is_deleted: false,
    is_archived: false,
    archive_time: null,
    origin: 'API',
    custom_fields: { f1: { value: 500, currency: 'EUR' }, f2: null },
    ...over,
  };
}

/** A person as GET /persons of API v2 shows one. */
export function wirePerson(over: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  return {
    id: 88,
    name: 'Ida Kask',
    first_name: 'Ida',
    last_name: 'Kask',
    owner_id: 305,
    org_id: 41,
    add_time: '2025-10-01T07:00:00Z',
    update_time: null,
    emails: [
      { value: 'ida@home.example', primary: false, label: 'home' },
      { value: 'not an address', primary: true, label: 'work' },
      { value: '', primary: false, label: 'work' },
    ],
    phones: [],
    is_deleted: false,
    visible_to: 3,
    label_ids: [],
    custom_fields: null,
    ...over,
  };
}

/** A line as GET /deals/products of API v2 shows one. */
export function wireLine(over: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  return {
    id: 9301,
    deal_id: 42,
    product_id: 55,
    product_variation_id: null,
    name: 'GPS tracker',
    item_price: 49.9,
    quantity: 12,
    discount: 10,
    discount_type: 'percentage',
    sum: 538.92,
    tax: 22,
    tax_method: 'exclusive',
    currency: 'EUR',
    order_nr: 1,
    comments: '',
    is_enabled: true,
    billing_frequency: 'one-time',
    billing_frequency_cycles: null,
    billing_start_date: null,
    add_time: '2026-03-01T12:00:00Z',
    update_time: '2026-03-01T12:00:00Z',
    ...over,
  };
}

/** A definition as GET /dealFields of API v2 shows one. */
export function wireField(
  key: string,
  type: string,
  over: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  return {
    field_name: `Field ${key}`,
    field_code: key,
    field_type: type,
    options: null,
    subfields: null,
    is_custom_field: true,
    is_optional_response_field: false,
    ...over,
  };
}

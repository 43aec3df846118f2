import type { SimResponse } from '../kit/simulator.ts';

/** One failed validation, as the CRM reports it: PipelineDeals API, Deals, "Failure Response". */
export interface Issue {
  readonly field: string;
  readonly humanized_field: string;
  readonly msg: string;
}

export function issue(field: string, msg: string): Issue {
  const words = field.replace(/_ids?$/, '').replaceAll('_', ' ');
  return { field, humanized_field: words.charAt(0).toUpperCase() + words.slice(1), msg };
}

export function ok(body: unknown): SimResponse {
  return { status: 200, body };
}

/** An answer without a body. */
export function empty(status: number): SimResponse {
  return { status };
}

/** 422 with a bare array. */
export function invalid(issues: readonly Issue[]): SimResponse {
  return { status: 422, body: issues };
}

export function failed(status: number, error: string): SimResponse {
  return { status, body: { error } };
}

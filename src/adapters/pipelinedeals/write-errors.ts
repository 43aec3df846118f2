import { GatewayError } from '../../domain/errors.ts';
import type { HttpAnswer } from '../../transport/http-client.ts';
import { isWire, list } from '../wire.ts';
import { accessCode, requestId } from './api.ts';

/** Something given cannot be written; `path` leads into the write's arguments. */
export function invalid(crm: string, message: string, path: readonly string[]): GatewayError {
  return new GatewayError('INVALID_INPUT', `${crm}: ${message}`, { crm, path });
}

export function unsupported(crm: string, message: string, path: readonly string[]): GatewayError {
  return new GatewayError('UNSUPPORTED', `${crm}: ${message}`, { crm, path });
}

export function notFound(crm: string, id: string, path: readonly string[] = ['id']): GatewayError {
  return new GatewayError('NOT_FOUND', `${crm} has no deal ${id}`, { crm, path });
}

export function conflict(crm: string, message: string, path: readonly string[]): GatewayError {
  return new GatewayError('CONFLICT', `${crm}: ${message}`, { crm, path });
}

/** Where the attributes of a deal are in the arguments of a write. */
const PATHS: Readonly<Record<string, string>> = {
  name: 'title',
  summary: 'summary',
  value: 'value',
  value_in_cents: 'value',
  currency: 'currency',
  status: 'health',
  deal_status: 'health',
  deal_stage: 'stage',
  deal_stage_id: 'stage',
  deal_pipeline: 'pipeline',
  deal_pipeline_id: 'pipeline',
  user: 'owner',
  user_id: 'owner',
  primary_contact: 'person',
  primary_contact_id: 'person',
  person_ids: 'person',
  people: 'person',
  company: 'organization',
  company_id: 'organization',
  company_name: 'organizationName',
  probability: 'probability',
  expected_close_date: 'expectedCloseDate',
  deal_loss_reason: 'lossReason',
  deal_loss_reason_id: 'lossReason',
  deal_loss_reason_notes: 'lossReason',
  deal_won_reason: 'wonReason',
  deal_won_reason_id: 'wonReason',
  deal_won_reason_notes: 'wonReason',
  source: 'source',
  source_id: 'source',
  tag_ids: 'labels',
  shared_user_ids: 'collaborators',
  created_at: 'createdAt',
  updated_at: 'updatedAt',
  closed_time: 'closedAt',
  address_1: 'address',
  city: 'address',
  state: 'address',
  postal_code: 'address',
  country: 'address',
  is_archived: 'isArchived',
  custom_fields: 'customFields',
};

/**
 * What a refused write throws: nothing was written. Of a refusal for what was given (422, a list of `field` and `msg`)
 * only the fields are repeated; the first one we know is the path.
 */
export function refusal(crm: string, answer: HttpAnswer, customFieldKeys: readonly string[] = []): GatewayError {
  const facts = { crm, ...requestId(answer) };
  const access = accessCode(answer.status);
  if (access !== null) {
    return new GatewayError(access, `${crm} does not let this key write (status ${answer.status})`, facts);
  }
  const paths = refusedFields(answer.body)
    .map((field) => pathOf(field, customFieldKeys))
    .filter((path) => path !== null);
  const named = [...new Set(paths.map(([name]) => name))].join(', ');
  const [path] = paths;
  return new GatewayError(
    'REJECTED_BY_CRM',
    named === '' ? `${crm} refused the write (status ${answer.status})` : `${crm} refused what was given for ${named}`,
    { ...facts, ...(path && { path }) },
  );
}

function refusedFields(body: unknown): readonly string[] {
  const errors = Array.isArray(body) ? list(body, 'errors') : [];
  return errors.flatMap((error) => (isWire(error) && typeof error.field === 'string' ? [error.field] : []));
}

function pathOf(field: string, customFieldKeys: readonly string[]): readonly string[] | null {
  const index = customFieldKeys.indexOf(field);
  if (index >= 0) return ['customFields', String(index), 'value'];
  if (field.startsWith('custom_label_')) return ['customFields'];
  return Object.hasOwn(PATHS, field) ? [PATHS[field] ?? ''] : null;
}

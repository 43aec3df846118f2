import type { CrmAdapter } from '../../domain/crm-adapter.ts';
import { GatewayError } from '../../domain/errors.ts';
import type { NodeType } from '../../domain/ref.ts';
import type { Clock } from '../../transport/clock.ts';
import { Kept } from '../kept.ts';
import type { PipedriveApi } from './api.ts';
import { ENDPOINTS } from './endpoints.ts';

const PAGE: Partial<Record<NodeType, string>> = { Deal: 'deal', Person: 'person', Organization: 'organization' };
const DOMAIN = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/i;

/** Pages of the web app. They are on the company's own domain, which the token's user knows (v1, GET /users/me). */
export function createUrls(api: PipedriveApi, clock: Clock, maxAgeMs: number): CrmAdapter['url'] {
  const domain = new Kept(api.crm, clock, maxAgeMs, async (call) => {
    const { company_domain: name } = await api.singleton(ENDPOINTS.me, call);
    if (typeof name === 'string' && DOMAIN.test(name)) return name;
    throw new GatewayError('UPSTREAM_INVALID_RESPONSE', `${api.crm} does not tell its company domain`, {
      crm: api.crm,
    });
  });
  return async ({ type, id }, call) => {
    const page = PAGE[type];
    return page === undefined ? null : `https://${await domain.get(call)}.pipedrive.com/${page}/${id}`;
  };
}

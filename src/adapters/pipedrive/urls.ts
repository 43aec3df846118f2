import type { CrmAdapter } from '../../domain/crm-adapter.ts';
import { GatewayError } from '../../domain/errors.ts';
import type { NodeType } from '../../domain/ref.ts';
import type { Me } from './me.ts';

const PAGE: Partial<Record<NodeType, string>> = { Deal: 'deal', Person: 'person', Organization: 'organization' };
const DOMAIN = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/i;

/** Pages of the web app. They are on the company's own domain, which the token's user knows. */
export function createUrls(crm: string, me: Me): CrmAdapter['url'] {
  return async ({ type, id }, call) => {
    const page = PAGE[type];
    if (page === undefined) return null;
    const { company_domain: domain } = await me.get(call);
    if (typeof domain === 'string' && DOMAIN.test(domain)) return `https://${domain}.pipedrive.com/${page}/${id}`;
    throw new GatewayError('UPSTREAM_INVALID_RESPONSE', `${crm} does not tell its company domain`, { crm });
  };
}

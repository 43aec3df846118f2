import type { IncomingHttpHeaders } from 'node:http';
import type { CrmAdapter } from '../domain/crm-adapter.ts';
import { Refusal } from './refusal.ts';

/** The header that carries a caller's own credentials for a CRM, whose id follows. */
export const CREDENTIALS_HEADER = 'x-crm-credentials-';

/** Where accounts are had as a caller with credentials of its own. */
export interface CallerAccounts {
  /** The CRMs for which callers may bring them. */
  readonly open: readonly string[];
  lease(given: ReadonlyMap<string, string>): LeasedAccounts | { readonly malformed: string };
}

export interface LeasedAccounts {
  readonly adapters: readonly CrmAdapter[];
  /** Tells these credentials from others, and nothing about them. */
  readonly name: string;
  release(): void;
}

/** The accounts of a request that brings credentials; `null` for one that brings none. Throws a `Refusal`. */
export function leaseAccounts(
  headers: IncomingHttpHeaders,
  accounts: CallerAccounts,
  visible: ReadonlySet<string> | null,
): LeasedAccounts | null {
  let given: Map<string, string> | null = null;
  for (const name in headers) {
    if (!name.startsWith(CREDENTIALS_HEADER)) continue;
    const crm = name.slice(CREDENTIALS_HEADER.length);
    if (!accounts.open.includes(crm) || visible?.has(crm) === false) {
      throw refused('there is no CRM of that id for which callers may bring credentials (x-crm-credentials-…)');
    }
    given ??= new Map();
    given.set(crm, String(headers[name]));
  }
  if (given === null) return null;
  const lease = accounts.lease(given);
  if ('malformed' in lease) throw refused(`${CREDENTIALS_HEADER}${lease.malformed}: is not what credentials look like`);
  return lease;
}

function refused(message: string): Refusal {
  return new Refusal('BAD_REQUEST', message, { status: 400 });
}

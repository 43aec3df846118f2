import type { ApiRequest, HttpMethod } from '../domain/api-request.ts';
import type { CrmAdapter } from '../domain/crm-adapter.ts';
import { type ErrorCode, GatewayError, toProblem } from '../domain/errors.ts';
import type { InputCheck } from './input-check.ts';
import { isRounded } from './json-numbers.ts';
import type { Mutation, Plan } from './mutation.ts';
import { rejected, type WriteResult } from './outcome.ts';

export interface CallCrmArgs {
  readonly crm: string;
  readonly method: HttpMethod;
  readonly path: string;
  readonly query?: unknown;
  readonly body?: unknown;
}

export interface CallCrmResult extends WriteResult {
  /** The CRM's HTTP status; `null` when it did not answer. */
  readonly status: number | null;
  readonly body: unknown;
}

/** What the CRM's refusals mean; any other is `REJECTED_BY_CRM`. */
const REFUSALS: Readonly<Record<number, ErrorCode>> = {
  401: 'UPSTREAM_UNAUTHORIZED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  410: 'NOT_FOUND',
};

interface CallCrmPlan extends Plan {
  readonly adapter: CrmAdapter;
  readonly request: ApiRequest;
}

/** Sends one request to a CRM's own API as it is, if the configuration allows that at all. */
export const callCrm: Mutation<CallCrmArgs, CallCrmPlan, CallCrmResult> = {
  name: 'callCrm',
  nothing: { status: null, body: null },
  read(args, { check, allowCallCrm }) {
    if (!allowCallCrm) {
      return check.refuse('FORBIDDEN', null, 'the configuration allows no requests to the CRMs themselves');
    }
    const adapter = check.adapter(args.crm, ['crm']);
    const request = readRequest(args, check);
    return adapter && { adapter, request, crms: [args.crm], deals: [] };
  },
  async run({ adapter, request }, operation) {
    const crm = adapter.crm.id;
    const write = async () => ({ ...(await adapter.callApi(request, operation.writes(crm))), problems: [] });
    const { report, current: _current, ...result } = await operation.attempt(write, ['path'], []);
    if (!report) return { ...result, status: null, body: null };
    const { status, body } = report;
    if (operation.isPreview && request.method !== 'GET') return { ...result, status: null, body: null };
    if (status < 400) return { ...result, status, body };
    operation.refused();
    const code = REFUSALS[status] ?? 'REJECTED_BY_CRM';
    const refused = new GatewayError(code, `${crm} refused the request (status ${status})`, { crm });
    return { ...rejected([{ ...toProblem(refused, operation.now()), path: ['path'] }]), status, body };
  },
};

function readRequest({ method, path, query, body }: CallCrmArgs, check: InputCheck): ApiRequest {
  check.text(path, ['path']);
  if (body != null && method === 'GET') check.invalid(['body'], 'GET takes none');
  if (isRounded(body)) check.invalid(['body'], 'a number of more than 15 digits: its digits may have been lost');
  return { method, path, query: readQuery(query, check), body: body ?? undefined };
}

/** Query parameters by name; a list stands for one parameter given several times. */
function readQuery(query: unknown, check: InputCheck): ApiRequest['query'] {
  if (query == null) return [];
  if (typeof query !== 'object' || Array.isArray(query)) {
    check.invalid(['query'], 'has to be an object of parameters by name');
    return [];
  }
  return Object.entries(query).flatMap(([name, value]: [string, unknown]) =>
    [value].flat().map((one): readonly [string, string | number | boolean] => {
      if (isParameter(one)) return [check.text(name, ['query']), one];
      check.invalid(['query', name], 'has to be a text, a number, true, false, or a list of those');
      return [name, ''];
    }),
  );
}

function isParameter(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'boolean' || (typeof value === 'number' && !isRounded(value));
}

import type { ApiRequest, HttpMethod } from '../domain/api-request.ts';
import type { ProblemCode } from '../domain/errors.ts';
import type { WriteContext } from './context.ts';
import { type Control, InputCheck } from './input-check.ts';
import { isRounded } from './json-numbers.ts';
import { attempt, rejected, type WriteResult } from './outcome.ts';
import { writeCall } from './steps.ts';

export interface CallCrmArgs {
  readonly crm: string;
  readonly method: HttpMethod;
  readonly path: string;
  readonly query?: unknown;
  readonly body?: unknown;
}

export interface CallCrmContext extends WriteContext {
  /** Whether the configuration lets callers send requests of their own. */
  readonly allowCallCrm: boolean;
}

export interface CallCrmResult extends WriteResult {
  /** The CRM's HTTP status; `null` when it did not answer. */
  readonly status: number | null;
  readonly body: unknown;
}

/** What the CRM's refusals mean; any other is `REJECTED_BY_CRM`. */
const REFUSALS: Readonly<Record<number, ProblemCode>> = {
  401: 'UPSTREAM_UNAUTHORIZED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  410: 'NOT_FOUND',
};

/** Sends one request to a CRM's own API as it is, if the configuration allows that at all. */
export async function callCrm(args: CallCrmArgs, control: Control, context: CallCrmContext): Promise<CallCrmResult> {
  const check = new InputCheck(context.crms);
  if (!context.allowCallCrm) {
    check.refuse('FORBIDDEN', null, 'the configuration allows no requests to the CRMs themselves');
    return nothing(check);
  }
  check.control(control);
  const adapter = check.adapter(args.crm, ['crm']);
  const request = readRequest(args, check);
  if (!adapter || check.failed) return nothing(check);

  const { report, ...result } = await attempt(
    async () => ({ ...(await adapter.callApi(request, writeCall(context))), problems: [] }),
    context.now,
    ['path'],
    [],
  );
  if (args.method !== 'GET') context.loaders.clear();
  if (!report) return { ...result, status: null, body: null };
  const { status, body } = report;
  if (status < 400) return { ...result, status, body };
  check.refuse(
    REFUSALS[status] ?? 'REJECTED_BY_CRM',
    ['path'],
    `${args.crm} refused the request (status ${status})`,
    args.crm,
  );
  return { ...rejected(check.problems), status, body };
}

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

function nothing(check: InputCheck): CallCrmResult {
  return { ...rejected(check.problems), status: null, body: null };
}

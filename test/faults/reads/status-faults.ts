import type { Position } from './positions.ts';
import { type Codes, CRM_TEXT, json, type ReadFault, refusalOf, type Struck, text } from './read-fault.ts';

const INVALID = (): Codes => ['UPSTREAM_INVALID_RESPONSE'];
const UNAVAILABLE = (): Codes => ['UPSTREAM_UNAVAILABLE'];
const UNAUTHORIZED = (): Codes => ['UPSTREAM_UNAUTHORIZED'];
const LIMITED = (): Codes => ['RATE_LIMITED'];
const NOTHING = (): Codes => [];

const HTML = `<!doctype html><title>${CRM_TEXT}</title>`;
const asHtml = { 'content-type': 'text/html' };

/** Refusals, errors and redirects. */
export const STATUS_FAULTS: readonly ReadFault[] = [
  ...[301, 302, 307, 308].map((status) =>
    redirect(`${status} to another origin`, status, ({ elsewhere }) => elsewhere),
  ),
  redirect('302 to itself', 302, () => '/'),
  {
    name: '304',
    codes: INVALID,
    make: () => ({ kind: 'answer', of: text('', { status: 304 }) }),
  },
  refused(400, { codes: (at) => (isTrial(at) ? [] : ['UPSTREAM_INVALID_RESPONSE']) }),
  refused(401, { codes: UNAUTHORIZED }),
  refused(403, { codes: (at) => (isOptional(at) ? [] : ['FORBIDDEN']), alters: isPlace }),
  {
    name: '403 with HTML',
    codes: UNAUTHORIZED,
    leavesAccount: 'RESTING',
    turns: 'resting',
    make: () => ({ kind: 'answer', of: text(HTML, { status: 403, headers: asHtml }) }),
  },
  refused(404, {
    codes: (at) => (isAbsent(at) || isOptional(at) ? [] : ['UPSTREAM_INVALID_RESPONSE']),
    hides: isAbsent,
    alters: isPlace,
  }),
  refused(405, { codes: INVALID }),
  refused(410, { codes: INVALID }),
  refused(415, { codes: ({ crm }) => [crm === 'pipedrive' ? 'FORBIDDEN' : 'UPSTREAM_INVALID_RESPONSE'] }),
  refused(418, { codes: INVALID }),
  refused(422, { codes: (at) => (isTrial(at) ? [] : ['UPSTREAM_INVALID_RESPONSE']) }),
  refused(500, { codes: UNAVAILABLE, isTransient: true }),
  {
    name: '502 with HTML',
    isTransient: true,
    codes: UNAVAILABLE,
    make: () => ({ kind: 'answer', of: text(HTML, { status: 502, headers: asHtml }) }),
  },
  {
    name: '503 without a word',
    isTransient: true,
    codes: UNAVAILABLE,
    make: () => ({ kind: 'answer', of: text('', { status: 503, headers: { 'retry-after': '0' } }) }),
  },
  refused(504, { codes: UNAVAILABLE, isTransient: true }),
];

/** 429 with each kind of wait, told in each CRM's own way, and other things told of limits. */
export const LIMIT_FAULTS: readonly ReadFault[] = [
  throttled('429 with a wait of a second', true, { wait: 1 }),
  throttled('429 without a wait', true, {}),
  ...['soon', '-1', '1e3', '', '99999999999999999999', '0x10', 'NaN'].map((text) => ({
    ...throttled(`429 with the wait "${text}"`, true, { text }),
    turns: 'nonsense',
  })),
  throttled('429 with a wait of an hour', false, { wait: 3_600 }),
  {
    name: '429 with the daily budget spent',
    fits: ({ crm }) => crm === 'pipedrive',
    codes: () => ['UPSTREAM_QUOTA'],
    leavesAccount: 'RESTING',
    turns: 'resting',
    make: (struck) => ({
      kind: 'answer',
      of: json(refusalOf(struck), { status: 429, headers: { 'x-daily-ratelimit-token-remaining': '0' } }),
    }),
  },
  {
    name: 'limits that are none, with an answer',
    codes: NOTHING,
    make: () => ({
      kind: 'answer',
      of: (real) => ({
        ...real,
        headers: {
          ...real.headers,
          'x-ratelimit-limit': '0',
          'x-ratelimit-remaining': '-5',
          'x-ratelimit-reset': 'tomorrow',
          'x-daily-ratelimit-token-limit': '1e9',
          'x-daily-ratelimit-token-remaining': 'many',
          date: 'yesterday',
          'retry-after': '3600',
        },
      }),
    }),
  },
];

function redirect(name: string, status: number, to: (struck: Struck) => string): ReadFault {
  return {
    name,
    codes: INVALID,
    make: (struck) => ({
      kind: 'answer',
      of: json(refusalOf(struck), { status, headers: { location: `${to(struck)}?api_token=${struck.secrets[0]}` } }),
    }),
  };
}

function refused(status: number, facts: Pick<ReadFault, 'codes'> & Partial<ReadFault>): ReadFault {
  return {
    name: `${status} with JSON`,
    ...facts,
    make: (struck) => ({ kind: 'answer', of: json(refusalOf(struck), { status }) }),
  };
}

function throttled(name: string, passes: boolean, { wait, text }: { wait?: number; text?: string }): ReadFault {
  return {
    name,
    codes: LIMITED,
    ...(passes ? { isTransient: true } : { leavesAccount: 'RESTING' as const, turns: 'resting' }),
    make: (struck) => {
      const told = wait === undefined ? text : String(inUnitOf(struck.position, wait));
      const headers = told === undefined ? {} : { 'x-ratelimit-reset': told, 'x-ratelimit-remaining': '0' };
      return {
        kind: 'answer',
        of: json(refusalOf(struck), { status: 429, headers: { ...headers, 'retry-after': 'in a while' } }),
      };
    },
  };
}

/** Pipedrive states seconds from now, PipelineDeals the second itself. */
function inUnitOf({ crm }: Position, seconds: number): number {
  return crm === 'pipedrive' ? seconds : Math.ceil(Date.now() / 1_000) + seconds;
}

/** PipelineDeals does not document that people and companies are listed by id: a refusal ends the trial. */
function isTrial({ crm, kind }: Position): boolean {
  return crm === 'pipelinedeals' && kind === 'batch';
}

/** A table that not every account of PipelineDeals has, or shows to every key. */
function isOptional({ crm, kind, target }: Position): boolean {
  return crm === 'pipelinedeals' && kind === 'table' && target.includes('deal_pipelines');
}

/** Without its pipelines, nobody can tell a stage's place in one. */
function isPlace(path: readonly (string | number)[]): boolean {
  return path.at(-1) === 'position';
}

/** Where a 404 says that there is no such record. */
function isAbsent({ kind }: Position): boolean {
  return kind === 'record';
}

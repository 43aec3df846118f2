import type { HttpMethod } from '../../domain/api-request.ts';
import { templateOf } from '../api-request.ts';
import { ENDPOINTS, type Endpoint } from './endpoints.ts';

/** What names one record in a path: a number, a UUID, or the key of a field. */
const ID = String.raw`(\d+|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{40})`;
const ONE = `/${ID}$`;

/** The operations this adapter itself calls, by their paths. */
const KNOWN = (Object.values(ENDPOINTS) as Endpoint[]).map((endpoint) => ({
  endpoint,
  path: new RegExp(`^${endpoint.template.replace(/\{\w+\}/g, ID)}$`),
}));

type Class = readonly [method: HttpMethod | 'ANY', path: RegExp, tokens: number];

/**
 * What operations of a class cost (`x-token-cost` of the OpenAPI documents); the first that matches decides. Exact
 * for most, an estimate for those that are not listed one by one.
 */
const CLASSES: readonly Class[] = [
  ['GET', /^\/api\/v2\/.*\/convert\/status\//, 1],
  ['POST', /^\/api\/v2\/.*\/convert\//, 40],
  ['GET', /^\/api\/v2\/(.*\/search|itemSearch(\/field)?)$/, 20],
  ['GET', /^\/api\/v2\/deals\/archived$/, 20],
  ['GET', /^\/api\/v2\/.*\/picture$/, 1],
  ['GET', new RegExp(`^/api/v2/.*${ONE}`), 1],
  ['GET', /^\/api\/v2\/(pipelines|stages)$/, 5],
  ['GET', /^\/api\/v2\//, 10],
  ['POST', /^\/api\/v2\/.*\/bulk$/, 25],
  ['DELETE', new RegExp(`^/api/v2/.*${ONE}`), 3],
  ['DELETE', /^\/api\/v2\/.*\/options$/, 3],
  ['DELETE', /^\/api\/v2\/.*\/images$/, 6],
  ['DELETE', /^\/api\/v2\//, 15],
  ['POST', /^\/api\/v2\/.*\/images$/, 20],
  ['PUT', /^\/api\/v2\/.*\/images$/, 20],
  ['ANY', /^\/api\/v2\//, 5],

  ['PUT', /^\/v1\/.*\/merge$/, 40],
  ['GET', /^\/v1\/.*\/summary\/archived$/, 80],
  ['GET', /^\/v1\/.*\/(summary|flow|archived|search|find|itemSearch|\w+_statistics)$/, 40],
  ['GET', /^\/v1\/.*\/(participants|participantsChangelog|permittedUsers)$/, 10],
  ['GET', /^\/v1\/(leadLabels|webhooks|users\/\d+\/\w+)$/, 10],
  ['GET', /^\/v1\/(leadSources|userSettings)$/, 2],
  ['GET', new RegExp(`^/v1/.*${ONE}`), 2],
  ['GET', /^\/v1\//, 20],
  ['DELETE', new RegExp(`^/v1/.*(${ONE}|/picture$)`), 6],
  ['ANY', /^\/v1\//, 10],
];

/** The operation behind a path: its path without ids, and what it costs. */
export function operationOf(method: HttpMethod, path: string): Pick<Endpoint, 'template' | 'tokens'> {
  const known = KNOWN.find((one) => one.endpoint.method === method && one.path.test(path));
  if (known) return known.endpoint;
  const alike = CLASSES.find(([of, pattern]) => (of === 'ANY' || of === method) && pattern.test(path));
  return { template: templateOf(path), tokens: alike?.[2] ?? 0 };
}

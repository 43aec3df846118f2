import { describe, expect, it } from 'vitest';
import { ENDPOINTS, type Endpoint } from '../../src/adapters/pipedrive/endpoints.ts';
import { tariff as pipedrive } from '../../src/adapters/pipedrive/tariff.ts';
import { tariff as pipelinedeals } from '../../src/adapters/pipelinedeals/tariff.ts';

const ENDPOINT = new Map((Object.values(ENDPOINTS) as Endpoint[]).map((one) => [`${one.method} ${one.template}`, one]));

describe('what Pipedrive can be asked', () => {
  it.each(pipedrive.reads.map((read) => [`${read.subject} ${read.way} ${read.path}`, read] as const))(
    '%s costs what its endpoint does',
    (_name, { path, tokens, again }) => {
      expect(tokens).toBe(ENDPOINT.get(`GET ${path}`)?.tokens);
      if (typeof again === 'object') expect(again.tokens).toBe(ENDPOINT.get(`GET ${again.path}`)?.tokens);
    },
  );

  it('names every read the adapter makes', () => {
    const read = new Set(
      pipedrive.reads.flatMap(({ path, again }) => [path, typeof again === 'object' ? again.path : '']),
    );
    const others = (Object.values(ENDPOINTS) as Endpoint[]).filter(
      ({ method, template }) => method === 'GET' && !read.has(template),
    );
    expect(others).toEqual([]);
  });
});

it('PipelineDeals counts no tokens', () => {
  expect(pipelinedeals.reads.every(({ tokens }) => tokens === null)).toBe(true);
  expect(pipelinedeals.writes.every(({ tokens }) => tokens === null)).toBe(true);
});

describe.each([
  ['pipedrive', pipedrive],
  ['pipelinedeals', pipelinedeals],
])('%s', (_kind, { reads, writes }) => {
  it('says each thing once', () => {
    const ways = reads.map(({ subject, way, path }) => `${subject} ${way} ${path}`);
    expect(new Set(ways).size).toBe(ways.length);
    const kinds = writes.map(({ entity, operation }) => `${entity} ${operation}`);
    expect(new Set(kinds).size).toBe(kinds.length);
  });

  it('has a limit wherever several are read by their ids', () => {
    expect(reads.filter(({ way }) => way === 'BY_IDS' || way === 'OF_DEALS').every(({ limit }) => limit !== null)).toBe(
      true,
    );
  });
});

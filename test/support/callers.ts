import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createApiKey, hashApiKey } from '../../src/config/caller-key.ts';
import type { Scope } from '../../src/domain/caller.ts';
import type { TestGateway } from './gateway.ts';
import { type GraphQLAnswer, sendGraphQL } from './graphql-client.ts';

/** A caller with a key of its own. */
export interface TestCaller {
  readonly id: string;
  readonly key: string;
  readonly scopes: readonly Scope[];
  readonly crms?: readonly string[];
}

export function aCaller(id: string, scopes: readonly Scope[], crms?: readonly string[]): TestCaller {
  return { id, key: createApiKey(), scopes, ...(crms && { crms }) };
}

/** The setting that makes a gateway know these callers. */
export function configOf(callers: readonly TestCaller[], more: Readonly<Record<string, unknown>> = {}) {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'dealgraph-callers-')), 'config.json');
  const list = callers.map(({ key, ...caller }) => ({ ...caller, keys: [hashApiKey(key)] }));
  writeFileSync(file, JSON.stringify({ ...(list.length > 0 && { callers: list }), ...more }));
  return { DEALGRAPH_CONFIG: file };
}

export function bearer(credential: string): { readonly authorization: string } {
  return { authorization: `Bearer ${credential}` };
}

/** Sends an operation with a credential. */
export function queryAs(
  { url }: Pick<TestGateway, 'url'>,
  credential: string | { readonly key: string },
  document: string,
  variables: Readonly<Record<string, unknown>> = {},
): Promise<GraphQLAnswer> {
  const headers = bearer(typeof credential === 'string' ? credential : credential.key);
  return sendGraphQL(url, document, variables, { headers });
}

/** The codes of an answer's errors. */
export function codesOf({ errors }: Pick<GraphQLAnswer, 'errors'>): readonly string[] {
  return (errors ?? []).map((error) => error.extensions.code);
}

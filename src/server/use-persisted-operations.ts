import type { Plugin } from 'graphql-yoga';
import { type Access, isPermitted } from '../config/access.ts';
import type { ServerContext } from './exchange.ts';
import { Refusal } from './refusal.ts';

/**
 * Takes documents by their hash (`extensions.persistedQuery.sha256Hash`), and documents as such only of the callers
 * that may send any, or where they are among those kept.
 */
export function usePersistedOperations(access: Access): Plugin<Record<string, unknown>, ServerContext> {
  const documents = access.persistedOperations;
  if (documents === null) return {};
  const kept = new Set(documents.values());
  return {
    onParams({ params, setParams, context }) {
      if (typeof params.query === 'string') {
        const { caller } = (context as unknown as ServerContext).exchange;
        if (isPermitted(access.arbitraryOperations, caller) || kept.has(params.query)) return;
        throw new Refusal('FORBIDDEN', 'only documents that are kept here may be sent, by their hash', {
          status: 403,
        }).toGraphQLError();
      }
      const hash = hashOf(params.extensions);
      if (hash === null) return;
      const document = documents.get(hash);
      if (document === undefined) {
        throw new Refusal('BAD_REQUEST', 'no document of this hash is kept here', { status: 400 }).toGraphQLError();
      }
      setParams({ ...params, query: document });
    },
  };
}

function hashOf(extensions: unknown): string | null {
  const { persistedQuery } = (extensions ?? {}) as {
    readonly persistedQuery?: { readonly sha256Hash?: unknown } | null;
  };
  const hash = persistedQuery?.sha256Hash;
  return typeof hash === 'string' ? hash : null;
}

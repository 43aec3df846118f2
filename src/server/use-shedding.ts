import type { Plugin } from 'graphql-yoga';
import type { ServerContext } from './exchange.ts';
import type { LoadShedding } from './pressure.ts';
import { Refusal } from './refusal.ts';

/** Refuses reads under pressure before they are parsed. A document that speaks of mutations anywhere is let pass. */
export function useShedding(shedding: LoadShedding): Plugin<Record<string, unknown>, ServerContext> {
  return {
    onParams({ params, context }) {
      if (typeof params.query !== 'string' || /\bmutation\b/.test(params.query)) return;
      try {
        shedding.checkRead((context as unknown as ServerContext).exchange.caller.crms);
      } catch (error) {
        throw error instanceof Refusal ? error.toGraphQLError() : error;
      }
    },
  };
}

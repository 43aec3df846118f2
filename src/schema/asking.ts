import { type GraphQLField, type GraphQLSchema, isObjectType } from 'graphql';
import { GatewayError } from '../domain/errors.ts';
import { type Reads, readsOf } from '../plan/reads.ts';
import { refusedForItsPrice } from '../writes/mutation.ts';
import type { AskedContext, GraphQLContext } from './context.ts';

type Field = GraphQLField<unknown, GraphQLContext>;

/** Gives every field that may ask a CRM something a context of its own, so that what it asks for is told as its. */
export function withAskingFields(schema: GraphQLSchema): GraphQLSchema {
  const [query, mutation] = [schema.getQueryType(), schema.getMutationType()];
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const [reads] = readsOf(field);
      if (reads) askAs(`${type.name}.${field.name}`, field, reads);
      if (reads && type === query) priced(field);
      if (reads && type === mutation) held(field);
    }
  }
  return schema;
}

function askAs(name: string, field: Field, reads: Reads): void {
  const { resolve } = field;
  if (!resolve) return;
  field.resolve = (source, args, context, info) => {
    const own = context.askedBy(name);
    own.resolving(crmOf(source));
    const result: unknown = resolve(source, args, own, info);
    if (reads.kind === 'list') void observe(result, args.first, own);
    return result;
  };
}

/** In an operation that asks for its price only, what would need a CRM is null. */
function priced(field: Field): void {
  const { resolve } = field;
  if (!resolve) return;
  field.resolve = (source, args, context, info) => {
    const { upstream } = context;
    if (upstream.isDryRun && upstream.mayAsk(String(info.path.key))) return null;
    return resolve(source, args, context, info);
  };
}

/** A mutation that takes more than may be spent is refused before its first call. */
function held(field: Field): void {
  const { resolve } = field;
  if (!resolve) return;
  field.resolve = (source, args, context, info) => {
    try {
      const { maxTokens = null, preview = false } = args.control ?? {};
      context.upstream.beginWrite(String(info.path.key), maxTokens, preview !== true);
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      return refusedForItsPrice(error, context.now());
    }
    return resolve(source, args, context, info);
  };
}

function crmOf(source: unknown): string {
  const { ref } = (source ?? {}) as { readonly ref?: { readonly crm: string } };
  return ref?.crm ?? '';
}

interface Page {
  readonly edges?: readonly { readonly node: { readonly ref?: { readonly crm: string } } }[];
}

/** Counts what a list gave of each CRM. */
async function observe(result: unknown, first: number | null | undefined, context: AskedContext): Promise<void> {
  const page = (await Promise.resolve(result).catch(() => null)) as Page | null;
  if (!page?.edges) return;
  const counts = new Map<string, number>();
  for (const { node } of page.edges) {
    const crm = crmOf(node);
    counts.set(crm, (counts.get(crm) ?? 0) + 1);
  }
  for (const [crm, count] of counts) context.filled(crm, count / (first ?? 50));
}

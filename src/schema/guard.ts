import {
  defaultFieldResolver,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { type Caller, hasScope, type Scope } from '../domain/caller.ts';
import { GatewayError, toProblem } from '../domain/errors.ts';
import type { GraphQLContext } from './context.ts';

type Field = GraphQLField<unknown, GraphQLContext>;

/** What every field of a root type needs; fields name more in `extensions.scopes`. */
const ROOT_SCOPES: Readonly<Record<string, Scope>> = { Query: 'read', Mutation: 'write' };

/**
 * Lets fields answer only callers with the scopes they need, and says which those are in their descriptions. Reads are
 * refused with an error, writes with an outcome.
 */
export function guard(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if ((!isObjectType(type) && !isInterfaceType(type)) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields()) as Field[]) {
      const scopes = scopesOf(type, field);
      if (scopes.length > 0) guardField(field, scopes);
    }
  }
  return schema;
}

/** The scopes a caller needs to be answered a field. */
export function scopesOf(type: GraphQLNamedType, field: Field): readonly Scope[] {
  const ofRoot = ROOT_SCOPES[type.name];
  return [...(ofRoot ? [ofRoot] : []), ...((field.extensions.scopes as readonly Scope[] | undefined) ?? [])];
}

function guardField(field: Field, scopes: readonly Scope[]): void {
  const names = scopes.map((scope) => `\`${scope}\``).join(' and ');
  field.description = `${field.description} Needs the scope${scopes.length > 1 ? 's' : ''} ${names}.`;
  const resolve = field.resolve ?? defaultFieldResolver;
  const refuse = refusalOf(field);
  field.resolve = (source, args, context, info) => {
    const missing = missingScope(context.caller, scopes);
    return missing === null ? resolve(source, args, context, info) : refuse(missing, context.now());
  };
}

function missingScope(caller: Caller, scopes: readonly Scope[]): Scope | null {
  return scopes.find((scope) => !hasScope(caller, scope)) ?? null;
}

/** How a field refuses: with an outcome where its type has one, else by throwing. */
function refusalOf(field: Field): (missing: Scope, now: number) => unknown {
  const type = getNamedType(field.type);
  const error = (missing: Scope) =>
    new GatewayError('FORBIDDEN', `${field.name}: the caller does not have the scope ${missing}`);
  if (!isObjectType(type) || !type.getInterfaces().some(({ name }) => name === 'MutationResult')) {
    return (missing) => {
      throw error(missing);
    };
  }
  const lists = Object.values(type.getFields())
    .filter(({ type: of }) => isNonNullType(of) && isListType(of.ofType))
    .map(({ name }) => [name, []]);
  return (missing, now) => ({
    ...Object.fromEntries(lists),
    outcome: 'REJECTED',
    problems: [toProblem(error(missing), now)],
  });
}

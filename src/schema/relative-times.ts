import {
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { GatewayError } from '../domain/errors.ts';
import { RelativeTime } from '../domain/relative-time.ts';
import { RELATIVE_RANGES } from './ranges.ts';

/**
 * The scalars of days and moments read relative times, since a scalar cannot tell where it stands. Only the ranges of
 * filters are to take them, so every other argument is looked through before its field is resolved.
 */
export function refuseRelativeTimes(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const strict = field.args.filter((argument) => holdsTimes(argument.type, new Set()));
      const { resolve } = field;
      if (strict.length === 0 || resolve === undefined) continue;
      field.resolve = (source, args, context, info) => {
        for (const { name, type: given } of strict) refuseRelative(given, args[name], name);
        return resolve(source, args, context, info);
      };
    }
  }
  return schema;
}

/** Whether values of the type hold days or moments elsewhere than in ranges. */
function holdsTimes(type: GraphQLInputType, seen: Set<string>): boolean {
  const named = getNamedType(type);
  if (named.name === 'Date' || named.name === 'DateTime') return true;
  if (!isInputObjectType(named) || RELATIVE_RANGES.includes(named.name) || seen.has(named.name)) return false;
  seen.add(named.name);
  return Object.values(named.getFields()).some((field) => holdsTimes(field.type, seen));
}

function refuseRelative(type: GraphQLInputType, value: unknown, argument: string): void {
  if (value instanceof RelativeTime) {
    throw new GatewayError('BAD_USER_INPUT', `${argument}: a relative time is taken in the ranges of filters only`, {
      argument,
    });
  }
  if (value === null || value === undefined) return;
  if (isNonNullType(type)) {
    refuseRelative(type.ofType, value, argument);
  } else if (isListType(type)) {
    for (const [index, item] of (value as unknown[]).entries())
      refuseRelative(type.ofType, item, `${argument}.${index}`);
  } else if (isInputObjectType(type) && !RELATIVE_RANGES.includes(type.name)) {
    for (const field of Object.values(type.getFields())) {
      const part = (value as Record<string, unknown>)[field.name];
      refuseRelative(field.type, part, `${argument}.${field.name}`);
    }
  }
}

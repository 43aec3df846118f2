import {
  type FieldNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLOutputType,
  getArgumentValues,
  getNamedType,
  getNullableType,
  isAbstractType,
  isListType,
  isObjectType,
} from 'graphql';
import { GatewayError } from '../domain/errors.ts';
import { NONE } from './amount.ts';
import { fieldsOn } from './fields.ts';
import { type Counts, type Place, unbounded, type WalkParts } from './place.ts';
import { Reader } from './reader.ts';
import { type Args, readsOf } from './reads.ts';

/** Adds up what fields of the operation's type read, and everything below them. */
export function walkRoot(
  type: GraphQLObjectType,
  fields: Iterable<readonly [string, readonly FieldNode[]]>,
  parts: WalkParts,
): void {
  new Walker(parts).fields(type, fields, { key: '', counts: new Map() });
}

class Walker {
  readonly #parts: WalkParts;
  readonly #reader: Reader;

  constructor(parts: WalkParts) {
    this.#parts = parts;
    this.#reader = new Reader(parts);
  }

  fields(type: GraphQLObjectType, fields: Iterable<readonly [string, readonly FieldNode[]]>, place: Place): void {
    for (const [name, nodes] of fields) {
      const [node] = nodes;
      const field = node && type.getFields()[node.name.value];
      if (node && field) this.#field(type, field, name, node, nodes, place);
    }
  }

  #field(
    type: GraphQLObjectType,
    field: GraphQLField<unknown, unknown>,
    name: string,
    node: FieldNode,
    nodes: readonly FieldNode[],
    place: Place,
  ): void {
    const because = `${type.name}.${field.name}`;
    let child: Place;
    try {
      const [first, ...others] = readsOf(field);
      const args = first && this.#arguments(field, node);
      child = first ? this.#reader.read(first, because, name, args, nodes, field.type, place) : plain(field, place);
      for (const other of others) this.#reader.read(other, because, name, args, nodes, field.type, place);
    } catch (error) {
      // The field is going to be refused for the same reason, before it reads anything.
      if (error instanceof GatewayError) return;
      throw error;
    }
    this.#below(field.type, nodes, child);
  }

  #below(type: GraphQLOutputType, nodes: readonly FieldNode[], place: Place): void {
    const named = getNamedType(type);
    const types = isObjectType(named)
      ? [named]
      : isAbstractType(named)
        ? this.#parts.schema.getPossibleTypes(named)
        : [];
    for (const possible of types) {
      const counts = place.types ? place.types.get(possible.name) : place.counts;
      if (counts === undefined) continue;
      const own = {
        key: types.length === 1 ? place.key : `${place.key}:${possible.name}`,
        counts: types.length === 1 || place.types ? counts : maybe(counts),
        ...(place.page && { page: place.page }),
      };
      this.fields(possible, fieldsOn(possible, nodes, this.#parts), own);
    }
  }

  #arguments(field: GraphQLField<unknown, unknown>, node: FieldNode): Args {
    return getArgumentValues(field, node, this.#parts.variableValues);
  }
}

/** A field that reads nothing: its values belong to the records it stands in. */
function plain(field: GraphQLField<unknown, unknown>, place: Place): Place {
  const key = `${place.key}.${field.name}`;
  if (!isListType(getNullableType(field.type))) {
    return { ...place, key };
  }
  if (place.page) return { key: `${place.key}.items`, counts: place.page };
  const counts = new Map(
    [...place.counts].map(([crm, { max, expected }]) => [crm, max === 0 ? NONE : unbounded(expected)]),
  );
  return { key, counts };
}

/** Records that may be of another type. */
function maybe(counts: Counts): Counts {
  return new Map([...counts].map(([crm, { max, expected }]) => [crm, { min: 0, max, expected: expected / 2 }]));
}

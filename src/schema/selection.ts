import { type FieldNode, type GraphQLResolveInfo, getDirectiveValues } from 'graphql';
import { fieldsBelow } from '../plan/fields.ts';
import { Defer, Stream } from './incremental.ts';

const cache = new WeakMap<readonly FieldNode[], Map<string, ReadonlySet<string>>>();

/**
 * The names of the fields selected below the field being resolved, or below `path` from there; fragments included,
 * whatever type they are on. `graphql` hands the same `fieldNodes` to every item of a list, so that a page of
 * records is looked at once.
 */
export function selectedFields(info: GraphQLResolveInfo, ...path: readonly string[]): ReadonlySet<string> {
  let byPath = cache.get(info.fieldNodes);
  if (!byPath) {
    byPath = new Map();
    cache.set(info.fieldNodes, byPath);
  }
  const key = path.join('.');
  let names = byPath.get(key);
  if (!names) {
    let nodes: readonly FieldNode[] = info.fieldNodes;
    for (const name of path) nodes = fieldsBelow(nodes, info).filter((field) => field.name.value === name);
    names = new Set(fieldsBelow(nodes, info).map((field) => field.name.value));
    byPath.set(key, names);
  }
  return names;
}

/**
 * Of those, the names of the fields that a first part of the answer waits for: none of fragments that are deferred, and
 * none of items that are streamed.
 */
export function fieldsAtOnce(info: GraphQLResolveInfo, ...path: readonly string[]): ReadonlySet<string> {
  const { variableValues } = info;
  const comesLater = (fragment: Parameters<typeof getDirectiveValues>[1]) =>
    (getDirectiveValues(Defer, fragment, variableValues)?.if ?? false) === true;
  const isStreamed = info.fieldNodes.some((node) => {
    const stream = getDirectiveValues(Stream, node, variableValues);
    return stream?.if === true && stream.initialCount === 0;
  });
  if (isStreamed) return new Set();
  let nodes: readonly FieldNode[] = info.fieldNodes;
  for (const name of path) nodes = fieldsBelow(nodes, info, comesLater).filter((field) => field.name.value === name);
  return new Set(fieldsBelow(nodes, info, comesLater).map((field) => field.name.value));
}

import {
  type FieldNode,
  GraphQLIncludeDirective,
  type GraphQLResolveInfo,
  GraphQLSkipDirective,
  getDirectiveValues,
  Kind,
  type SelectionNode,
} from 'graphql';

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

function fieldsBelow(nodes: readonly FieldNode[], info: GraphQLResolveInfo): readonly FieldNode[] {
  const fields: FieldNode[] = [];
  collect(childrenOf(nodes), info, (field) => fields.push(field));
  return fields;
}

function childrenOf(nodes: readonly FieldNode[]): readonly SelectionNode[] {
  return nodes.flatMap((node) => node.selectionSet?.selections ?? []);
}

function collect(
  selections: readonly SelectionNode[],
  info: GraphQLResolveInfo,
  found: (field: FieldNode) => void,
): void {
  for (const selection of selections) {
    if (!isIncluded(selection, info)) continue;
    if (selection.kind === Kind.FIELD) found(selection);
    else if (selection.kind === Kind.INLINE_FRAGMENT) collect(selection.selectionSet.selections, info, found);
    else collect(info.fragments[selection.name.value]?.selectionSet.selections ?? [], info, found);
  }
}

function isIncluded(node: SelectionNode, info: GraphQLResolveInfo): boolean {
  if (!node.directives || node.directives.length === 0) return true;
  return (
    getDirectiveValues(GraphQLSkipDirective, node, info.variableValues)?.if !== true &&
    getDirectiveValues(GraphQLIncludeDirective, node, info.variableValues)?.if !== false
  );
}

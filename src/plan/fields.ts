import {
  type FieldNode,
  type FragmentDefinitionNode,
  type FragmentSpreadNode,
  GraphQLIncludeDirective,
  type GraphQLObjectType,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getDirectiveValues,
  type InlineFragmentNode,
  isAbstractType,
  Kind,
  type SelectionNode,
} from 'graphql';

/** An operation as far as it matters to what it selects. */
export interface Selecting {
  readonly schema: GraphQLSchema;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  readonly variableValues: Readonly<Record<string, unknown>>;
}

/** The fields selected on an object of a type, by the name they are answered under. */
export function fieldsOn(
  type: GraphQLObjectType,
  nodes: readonly { readonly selectionSet?: { readonly selections: readonly SelectionNode[] } | undefined }[],
  selecting: Selecting,
): ReadonlyMap<string, readonly FieldNode[]> {
  const fields = new Map<string, FieldNode[]>();
  const spread = new Set<string>();
  for (const node of nodes) collect(node.selectionSet?.selections ?? [], type, selecting, fields, spread);
  return fields;
}

function collect(
  selections: readonly SelectionNode[],
  type: GraphQLObjectType,
  selecting: Selecting,
  fields: Map<string, FieldNode[]>,
  spread: Set<string>,
): void {
  for (const selection of selections) {
    if (!isIncluded(selection, selecting)) continue;
    if (selection.kind === Kind.FIELD) {
      const name = selection.alias?.value ?? selection.name.value;
      const same = fields.get(name);
      if (same) same.push(selection);
      else fields.set(name, [selection]);
      continue;
    }
    if (selection.kind === Kind.FRAGMENT_SPREAD) {
      // What it selects is selected already.
      if (spread.has(selection.name.value)) continue;
      spread.add(selection.name.value);
    }
    const part = selection.kind === Kind.INLINE_FRAGMENT ? selection : selecting.fragments[selection.name.value];
    if (part && applies(part.typeCondition?.name.value, type, selecting.schema)) {
      collect(part.selectionSet.selections, type, selecting, fields, spread);
    }
  }
}

/** All fields selected below some, on whatever type; fragments included, but for those that `leavesOut` names. */
export function fieldsBelow(
  nodes: readonly FieldNode[],
  selecting: Pick<Selecting, 'fragments' | 'variableValues'>,
  leavesOut: (fragment: FragmentSpreadNode | InlineFragmentNode) => boolean = () => false,
): readonly FieldNode[] {
  const fields: FieldNode[] = [];
  const collectAll = (selections: readonly SelectionNode[]) => {
    for (const selection of selections) {
      if (!isIncluded(selection, selecting)) continue;
      if (selection.kind !== Kind.FIELD && leavesOut(selection)) continue;
      if (selection.kind === Kind.FIELD) fields.push(selection);
      else if (selection.kind === Kind.INLINE_FRAGMENT) collectAll(selection.selectionSet.selections);
      else collectAll(selecting.fragments[selection.name.value]?.selectionSet.selections ?? []);
    }
  };
  for (const node of nodes) collectAll(node.selectionSet?.selections ?? []);
  return fields;
}

function applies(condition: string | undefined, type: GraphQLObjectType, schema: GraphQLSchema): boolean {
  if (condition === undefined || condition === type.name) return true;
  const named = schema.getType(condition);
  return isAbstractType(named) && schema.isSubType(named, type);
}

function isIncluded(node: SelectionNode, { variableValues }: Pick<Selecting, 'variableValues'>): boolean {
  if (!node.directives || node.directives.length === 0) return true;
  return (
    getDirectiveValues(GraphQLSkipDirective, node, variableValues)?.if !== true &&
    getDirectiveValues(GraphQLIncludeDirective, node, variableValues)?.if !== false
  );
}

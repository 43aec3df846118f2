import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLArgument,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';

/** Entries of a list that has no page size, such as labels or a person's e-mail addresses. */
const UNPAGED = 3;
/** Larger pages are refused where they are asked for, by name. */
const LARGEST_PAGE = 500;
/** Arguments that say how many entries a list has: a number, or one entry for each item given. */
const PAGE_ARGUMENTS = ['first', 'amount', 'ids'];

export interface NodeEstimate {
  /** Records the operation may bring, and what fields that read many to answer little weigh on top. */
  readonly nodes: number;
  /** The variables it depends on, whatever they are. */
  readonly sizedBy: readonly string[];
}

/** What of the values of these variables an estimate depends on. */
export function sizesOf(variables: Readonly<Record<string, unknown>>, names: readonly string[]): string {
  return names.map((name) => valueSize(variables[name])).join();
}

/**
 * Estimates from page sizes how many records an operation may bring: a page of 100 deals with 3 lines each is 400. The
 * document has to be valid.
 */
export function estimateNodes(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): NodeEstimate {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const defaults = new Map(operation.variableDefinitions?.map((d) => [d.variable.name.value, d.defaultValue]));
  const known = new Map<string, number>();
  const sizedBy = new Set<string>();

  function sizeOf(argument: GraphQLArgument, field: FieldNode): number | null {
    const given = field.arguments?.find(({ name }) => name.value === argument.name)?.value;
    if (given?.kind !== Kind.VARIABLE) return given ? literalSize(given) : valueSize(argument.defaultValue);
    const name = given.name.value;
    sizedBy.add(name);
    const absent = defaults.get(name);
    return valueSize(variables[name]) ?? (absent ? literalSize(absent) : valueSize(argument.defaultValue));
  }

  /** `page` is the size of the page that `parent` is. */
  function ofField(parent: GraphQLNamedType, field: FieldNode, page: number): number {
    const definition = 'getFields' in parent ? parent.getFields()[field.name.value] : undefined;
    if (!definition || !('args' in definition)) return 0;
    const type = getNamedType(definition.type);
    const weight = Number(definition.extensions.weight ?? 0);
    if (!field.selectionSet || !isCompositeType(type)) return weight;
    const sizes = definition.args.filter(({ name }) => PAGE_ARGUMENTS.includes(name)).map((arg) => sizeOf(arg, field));
    const size = Math.min(sizes.find((found) => found !== null) ?? UNPAGED, LARGEST_PAGE);
    const isPart = parent.name.endsWith('Connection') && (field.name.value === 'nodes' || field.name.value === 'edges');
    const isList = isListType(getNullableType(definition.type));
    const entries = isPart ? page : isList ? size : 1;
    const isRecord = isPart || (isNode(type) && !parent.name.endsWith('Edge'));
    const below = ofSelections(type, field.selectionSet, size);
    return weight + (isList && !isRecord ? 1 : 0) + entries * ((isRecord ? 1 : 0) + below);
  }

  function ofFragment(name: string, page: number): number {
    const key = `${name} ${page}`;
    const seen = known.get(key);
    if (seen !== undefined) return seen;
    const fragment = fragments.get(name);
    const type = fragment && schema.getType(fragment.typeCondition.name.value);
    const nodes = fragment && type ? ofSelections(type, fragment.selectionSet, page) : 0;
    known.set(key, nodes);
    return nodes;
  }

  function ofSelections(type: GraphQLNamedType, { selections }: SelectionSetNode, page: number): number {
    let nodes = 0;
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) nodes += ofField(type, selection, page);
      else if (selection.kind === Kind.FRAGMENT_SPREAD) nodes += ofFragment(selection.name.value, page);
      else {
        const on = selection.typeCondition && schema.getType(selection.typeCondition.name.value);
        nodes += ofSelections(on ?? type, selection.selectionSet, page);
      }
    }
    return nodes;
  }

  const root = schema.getRootType(operation.operation);
  return { nodes: root ? ofSelections(root, operation.selectionSet, UNPAGED) : 0, sizedBy: [...sizedBy] };
}

function literalSize(value: ValueNode): number | null {
  if (value.kind === Kind.INT) return valueSize(Number(value.value));
  return value.kind === Kind.LIST ? value.values.length : null;
}

function valueSize(value: unknown): number | null {
  if (Array.isArray(value)) return value.length;
  return typeof value === 'number' ? Math.max(0, value) : null;
}

function isNode(type: GraphQLNamedType): boolean {
  if (type.name === 'Node') return true;
  return (isObjectType(type) || isInterfaceType(type)) && type.getInterfaces().some(({ name }) => name === 'Node');
}

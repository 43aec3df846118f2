import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  OperationTypeNode,
  type SelectionNode,
} from 'graphql';

/** How large a document is with all its fragments in place, without writing them out. */
export interface DocumentSize {
  readonly depth: number;
  readonly aliases: number;
  readonly directives: number;
  /** Root fields of the mutation with the most of them. */
  readonly mutations: number;
  /** How often the field of one name is selected at most. Validation compares each with each. */
  readonly repeats: number;
}

interface Part {
  readonly depth: number;
  readonly aliases: number;
  readonly directives: number;
  /** Fields at the top of the part. */
  readonly fields: number;
}

const NOTHING: Part = { depth: 0, aliases: 0, directives: 0, fields: 0 };

/** Describes the schema, whose depth is the engine's own to judge. */
const INTROSPECTION = new Set(['__schema', '__type']);

/**
 * The size of the largest operation or fragment. Each fragment is looked at once, however often it is spread; one that
 * contains itself counts as nothing there, and is refused by validation.
 */
export function measureDocument(document: DocumentNode): DocumentSize {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const known = new Map<string, Part>();
  const occurrences = new Map<string, number>();

  function ofFragment(name: string): Part {
    const seen = known.get(name);
    if (seen) return seen;
    const fragment = fragments.get(name);
    if (!fragment) return NOTHING;
    known.set(name, NOTHING);
    const part = ofSelections(fragment.selectionSet.selections, fragment.directives?.length ?? 0);
    known.set(name, part);
    return part;
  }

  function ofField(field: FieldNode): Part {
    const name = (field.alias ?? field.name).value;
    occurrences.set(name, (occurrences.get(name) ?? 0) + 1);
    const below = ofSelections(field.selectionSet?.selections ?? [], field.directives?.length ?? 0);
    return {
      ...below,
      depth: INTROSPECTION.has(field.name.value) ? 1 : below.depth + 1,
      aliases: below.aliases + (field.alias ? 1 : 0),
      fields: 1,
    };
  }

  function ofSelection(selection: SelectionNode): Part {
    if (selection.kind === Kind.FIELD) return ofField(selection);
    const directives = selection.directives?.length ?? 0;
    if (selection.kind === Kind.INLINE_FRAGMENT) return ofSelections(selection.selectionSet.selections, directives);
    const part = ofFragment(selection.name.value);
    return directives === 0 ? part : { ...part, directives: part.directives + directives };
  }

  function ofSelections(selections: readonly SelectionNode[], ownDirectives: number): Part {
    let { depth, aliases, fields } = NOTHING;
    let directives = ownDirectives;
    for (const selection of selections) {
      const part = ofSelection(selection);
      depth = Math.max(depth, part.depth);
      aliases += part.aliases;
      directives += part.directives;
      fields += part.fields;
    }
    return { depth, aliases, directives, fields };
  }

  let size: DocumentSize = { depth: 0, aliases: 0, directives: 0, mutations: 0, repeats: 0 };
  for (const definition of document.definitions) {
    const part =
      definition.kind === Kind.FRAGMENT_DEFINITION
        ? ofFragment(definition.name.value)
        : definition.kind === Kind.OPERATION_DEFINITION
          ? ofSelections(definition.selectionSet.selections, definition.directives?.length ?? 0)
          : NOTHING;
    const isMutation =
      definition.kind === Kind.OPERATION_DEFINITION && definition.operation === OperationTypeNode.MUTATION;
    size = {
      depth: Math.max(size.depth, part.depth),
      aliases: Math.max(size.aliases, part.aliases),
      directives: Math.max(size.directives, part.directives),
      mutations: Math.max(size.mutations, isMutation ? part.fields : 0),
      repeats: 0,
    };
  }
  return { ...size, repeats: Math.max(0, ...occurrences.values()) };
}

/** Whether a document asks for the schema, in whatever part of it. */
export function asksForSchema(document: DocumentNode): boolean {
  const asks = (selections: readonly SelectionNode[]): boolean =>
    selections.some((selection) => {
      if (selection.kind === Kind.FRAGMENT_SPREAD) return false;
      if (selection.kind === Kind.FIELD && INTROSPECTION.has(selection.name.value)) return true;
      return asks(selection.selectionSet?.selections ?? []);
    });
  return document.definitions.some(
    (definition) => 'selectionSet' in definition && asks(definition.selectionSet.selections),
  );
}

import {
  type ArgumentNode,
  defaultFieldResolver,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLAbstractType,
  type GraphQLField,
  type GraphQLFieldResolver,
  GraphQLID,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  GraphQLString,
  getArgumentValues,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  Kind,
  type OperationDefinitionNode,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
  type ValueNode,
} from 'graphql';
import { fieldsOn, type Selecting } from '../plan/fields.ts';

export type Variables = Readonly<Record<string, unknown>>;
export type Args = Readonly<Record<string, unknown>>;

/** How values of a type are completed. */
export type Shape = LeafShape | ObjectShape | AbstractShape | ListShape;

export interface LeafShape {
  readonly kind: 'leaf';
  readonly isNonNull: boolean;
  readonly type: GraphQLLeafType;
  /** Whether a text is answered as it is. */
  readonly isText: boolean;
}

export interface ObjectShape {
  readonly kind: 'object';
  readonly isNonNull: boolean;
  readonly type: GraphQLObjectType;
  readonly selection: Selection;
}

export interface AbstractShape {
  readonly kind: 'abstract';
  readonly isNonNull: boolean;
  readonly type: GraphQLAbstractType;
  selectionOn(type: GraphQLObjectType): Selection;
}

export interface ListShape {
  readonly kind: 'list';
  readonly isNonNull: boolean;
  readonly item: Shape;
}

/** What is selected of objects of one type. */
export interface Selection {
  readonly fields: readonly PlannedField[];
  /**
   * An object with all the keys, to make answers of: with room for them from the beginning. `null` where no plain object
   * can hold an answer, since the name `__proto__` means something else to it.
   */
  readonly template: Readonly<Record<string, unknown>> | null;
}

/** A selected field, with everything about it that is the same for all objects. */
export interface PlannedField {
  /** The name it is answered under. */
  readonly key: string;
  readonly parentType: GraphQLObjectType;
  readonly definition: GraphQLField<unknown, unknown>;
  readonly nodes: readonly FieldNode[];
  readonly resolve: GraphQLFieldResolver<unknown, unknown>;
  /** The attribute that shows a scalar or enum, where the field has no resolver of its own. */
  readonly attribute: string | null;
  readonly shape: Shape;
  /** Its place among the fields of the operation whose arguments depend on variables. */
  readonly place: number;
  /** Its arguments, where they do not. */
  readonly args: Args | null;
}

/** An operation looked through once, to be executed any number of times. */
export class OperationPlan {
  readonly schema: GraphQLSchema;
  readonly operation: OperationDefinitionNode;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  readonly root: Selection;
  readonly #selecting: Selecting;
  #places = 0;

  /** What is skipped and included is decided by the variables. The document has to be valid. */
  constructor(operation: OperationDefinitionNode, selecting: Selecting) {
    const { schema, fragments } = selecting;
    this.schema = schema;
    this.operation = operation;
    this.fragments = fragments;
    this.#selecting = selecting;
    const type = schema.getRootType(operation.operation);
    if (!type) throw new TypeError(`the schema has no ${operation.operation}s`);
    this.root = this.#select(type, [operation]);
  }

  #select(type: GraphQLObjectType, nodes: Parameters<typeof fieldsOn>[1]): Selection {
    const fields: PlannedField[] = [];
    for (const [key, selected] of fieldsOn(type, nodes, this.#selecting)) {
      const field = this.#field(key, type, selected);
      if (field) fields.push(field);
    }
    return { fields, template: templateOf(fields) };
  }

  #field(key: string, parentType: GraphQLObjectType, nodes: readonly FieldNode[]): PlannedField | null {
    const [node] = nodes as readonly [FieldNode];
    const definition = definitionOf(this.schema, parentType, node.name.value);
    if (!definition) return null;
    const shape = this.#shape(definition.type, nodes, false);
    const isFixed = !node.arguments?.some(namesVariable);
    return {
      key,
      parentType,
      definition,
      nodes,
      resolve: definition.resolve ?? defaultFieldResolver,
      attribute: definition.resolve === undefined && shape.kind === 'leaf' ? definition.name : null,
      shape,
      place: isFixed ? -1 : this.#places++,
      args: isFixed ? fixedArgs(definition, node) : null,
    };
  }

  #shape(type: GraphQLOutputType, nodes: readonly FieldNode[], isNonNull: boolean): Shape {
    if (isNonNullType(type)) return this.#shape(type.ofType, nodes, true);
    if (isListType(type)) return { kind: 'list', isNonNull, item: this.#shape(type.ofType, nodes, false) };
    if (isLeafType(type)) return { kind: 'leaf', isNonNull, type, isText: TEXTS.has(type) };
    // Looked through when there is a first object: what fragments make of a small document can be large.
    const select = (of: GraphQLObjectType) => this.#select(of, nodes);
    if (!isAbstractType(type)) return new PlannedObject(isNonNull, type, select);
    const selections = new Map<GraphQLObjectType, Selection>();
    const selectionOn = (of: GraphQLObjectType) => {
      const known = selections.get(of);
      if (known) return known;
      const selection = select(of);
      selections.set(of, selection);
      return selection;
    };
    return { kind: 'abstract', isNonNull, type, selectionOn };
  }
}

/** Parsed, since an object grows key by key where it is written to. */
function templateOf(fields: readonly PlannedField[]): Selection['template'] {
  const keys = fields.map(({ key }) => key);
  return keys.includes('__proto__') ? null : JSON.parse(`{${keys.map((key) => `"${key}":null`).join()}}`);
}

const TEXTS: ReadonlySet<GraphQLLeafType> = new Set([GraphQLString, GraphQLID]);

class PlannedObject implements ObjectShape {
  readonly kind = 'object';
  readonly isNonNull: boolean;
  readonly type: GraphQLObjectType;
  readonly #select: (type: GraphQLObjectType) => Selection;
  #selection: Selection | null = null;

  constructor(isNonNull: boolean, type: GraphQLObjectType, select: (type: GraphQLObjectType) => Selection) {
    this.isNonNull = isNonNull;
    this.type = type;
    this.#select = select;
  }

  get selection(): Selection {
    this.#selection ??= this.#select(this.type);
    return this.#selection;
  }
}

type Definition = GraphQLField<unknown, unknown>;

function definitionOf(schema: GraphQLSchema, parent: GraphQLObjectType, name: string): Definition | undefined {
  if (name === TypeNameMetaFieldDef.name) return TypeNameMetaFieldDef;
  const isQuery = parent === schema.getQueryType();
  if (isQuery && name === SchemaMetaFieldDef.name) return SchemaMetaFieldDef;
  if (isQuery && name === TypeMetaFieldDef.name) return TypeMetaFieldDef;
  return parent.getFields()[name];
}

/** `null` where they are wrong: the field says so each time. All objects are given the same, so nobody may change it. */
function fixedArgs(definition: Definition, node: FieldNode): Args | null {
  try {
    return Object.freeze(getArgumentValues(definition, node));
  } catch {
    return null;
  }
}

function namesVariable({ value }: ArgumentNode): boolean {
  return holdsVariable(value);
}

function holdsVariable(value: ValueNode): boolean {
  switch (value.kind) {
    case Kind.VARIABLE:
      return true;
    case Kind.LIST:
      return value.values.some(holdsVariable);
    case Kind.OBJECT:
      return value.fields.some((field) => holdsVariable(field.value));
    default:
      return false;
  }
}

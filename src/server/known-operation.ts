import {
  BREAK,
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
  type VariableDefinitionNode,
  visit,
} from 'graphql';
import type { Variables } from '../execution/operation-plan.ts';
import { OperationPlans } from '../execution/operation-plans.ts';
import { brokenTextIn } from './broken-text.ts';
import { estimateNodes, type NodeEstimate, sizesOf } from './estimate-nodes.ts';
import type { Exchange } from './exchange.ts';
import { asksForSchema } from './measure-document.ts';

/** Yoga tells so many at most. */
const MAX_VARIABLE_ERRORS = 50;

/** An operation of a valid document, and what is found out about it once, whoever asks it with whatever variables. */
export class KnownOperation {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  readonly title: NonNullable<Exchange['operation']>;
  readonly plans: OperationPlans;
  /** Whether parts of its answer may come later. A mutation is answered whole: what it reads is what it has made. */
  readonly isIncremental: boolean;
  #asksForSchema: boolean | null = null;
  /** The last one. */
  #estimate: (NodeEstimate & { readonly sizes: string }) | null = null;

  constructor(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode) {
    this.schema = schema;
    this.document = document;
    this.operation = operation;
    this.fragments = fragmentsOf(document);
    this.title = {
      name: operation.name?.value ?? null,
      type: operation.operation === 'mutation' ? 'mutation' : 'query',
    };
    this.plans = new OperationPlans(operation, document, { schema, fragments: this.fragments });
    this.isIncremental = this.title.type === 'query' && hasIncrementalDirective(document);
  }

  get asksForSchema(): boolean {
    this.#asksForSchema ??= asksForSchema(this.document);
    return this.#asksForSchema;
  }

  /** How many records it may bring. */
  estimateNodes(variables: Variables): number {
    const last = this.#estimate;
    if (last !== null && sizesOf(variables, last.sizedBy) === last.sizes) return last.nodes;
    const estimate = estimateNodes(this.schema, this.document, this.operation, variables);
    this.#estimate = { ...estimate, sizes: sizesOf(variables, estimate.sizedBy) };
    return estimate.nodes;
  }

  /** The values of its variables, or what is wrong with those that were given. */
  coerce(given: Variables): { readonly values: Variables } | { readonly errors: readonly GraphQLError[] } {
    const definitions = this.operation.variableDefinitions ?? [];
    const { coerced, errors } = getVariableValues(this.schema, definitions, given, { maxErrors: MAX_VARIABLE_ERRORS });
    // Mutations find it themselves, and tell of it as of all that is wrong with their input.
    const broken = this.title.type === 'query' ? brokenTexts(definitions, given) : [];
    const wrong = coerced ? broken : errors;
    return coerced && wrong.length === 0 ? { values: coerced } : { errors: wrong.map(asBadRequest) };
  }
}

/** Finds the operation of a valid document that is asked for, and remembers it as long as the document. */
export function createKnownOperations(schema: GraphQLSchema) {
  const known = new WeakMap<DocumentNode, Map<string | null, KnownOperation>>();
  return (document: DocumentNode, name: string | null | undefined): KnownOperation | null => {
    const ofDocument = known.get(document) ?? new Map<string | null, KnownOperation>();
    const found = ofDocument.get(name ?? null);
    if (found) return found;
    const operation = getOperationAST(document, name);
    if (!operation) return null;
    const fresh = new KnownOperation(schema, document, operation);
    known.set(document, ofDocument.set(name ?? null, fresh));
    return fresh;
  };
}

export type KnownOperations = ReturnType<typeof createKnownOperations>;

function fragmentsOf({ definitions }: DocumentNode): Readonly<Record<string, FragmentDefinitionNode>> {
  const fragments: Record<string, FragmentDefinitionNode> = Object.create(null);
  for (const definition of definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition;
  }
  return fragments;
}

/** JSON can write what is no text; a document cannot. */
function brokenTexts(definitions: readonly VariableDefinitionNode[], given: Variables): readonly GraphQLError[] {
  return definitions.flatMap((definition) => {
    const name = definition.variable.name.value;
    const path = brokenTextIn(given[name], name);
    if (path === null) return [];
    const message = `Variable "$${name}" got invalid value at "${path}"; Text has to be well-formed Unicode.`;
    return [new GraphQLError(message, { nodes: definition })];
  });
}

/** Wrong variables are a bad request, whatever the client accepts. */
function asBadRequest(error: GraphQLError): GraphQLError {
  return new GraphQLError(error.message, {
    nodes: error.nodes ?? null,
    originalError: error.originalError ?? null,
    extensions: { ...error.extensions, http: { status: 400 } },
  });
}

function hasIncrementalDirective(document: DocumentNode): boolean {
  let found = false;
  visit(document, {
    Directive({ name }) {
      found ||= name.value === 'defer' || name.value === 'stream';
      return found ? BREAK : undefined;
    },
  });
  return found;
}

import {
  type GraphQLAbstractType,
  GraphQLError,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  getArgumentValues,
  isObjectType,
  locatedError,
} from 'graphql';
import type {
  AbstractShape,
  Args,
  LeafShape,
  ListShape,
  ObjectShape,
  OperationPlan,
  PlannedField,
  Selection,
  Shape,
  Variables,
} from './operation-plan.ts';
import { type WholeResult, wholeResult } from './whole-result.ts';

type Path = NonNullable<GraphQLResolveInfo['path']>;
type MaybePromise<T> = T | Promise<T>;
type Data = Record<string, unknown>;

/**
 * Executes a planned operation as the specification says, and as `graphql` does: the same answer, key for key, and the
 * same errors. What does not have to be waited for is completed at once.
 */
export function executePlan(
  plan: OperationPlan,
  variables: Variables,
  contextValue: unknown,
): MaybePromise<WholeResult> {
  return new Execution(plan, variables, contextValue).run();
}

class Execution {
  readonly plan: OperationPlan;
  readonly variables: Variables;
  readonly #context: unknown;
  readonly #errors: GraphQLError[] = [];
  /** Where errors ended; `undefined`: at the root. */
  readonly #nulled = new Set<Path | undefined>();
  /** Objects and lists that were waited for. */
  readonly #awaited: object[] = [];
  /** Arguments that depend on variables, by the place of their field. */
  readonly #args: (Args | undefined)[] = [];

  constructor(plan: OperationPlan, variables: Variables, context: unknown) {
    this.plan = plan;
    this.variables = variables;
    this.#context = context;
  }

  run(): MaybePromise<WholeResult> {
    const { root, operation } = this.plan;
    try {
      const data = operation.operation === 'mutation' ? this.#inTurn(root) : this.#fields(root, undefined, undefined);
      if (!(data instanceof Promise)) return this.#result(data);
      return data.then(
        (found) => this.#result(found),
        (error: GraphQLError) => this.#failed(error),
      );
    } catch (error) {
      return this.#failed(error as GraphQLError);
    }
  }

  #result(data: Data | null): WholeResult {
    return wholeResult(data, this.#errors, this.#awaited);
  }

  #failed(error: GraphQLError): WholeResult {
    this.#add(error, undefined);
    return this.#result(null);
  }

  /** What fails within something that is null already is not told. */
  #add(error: GraphQLError, path: Path | undefined): void {
    if (this.#nulled.has(undefined)) return;
    for (let at = path; at; at = at.prev) if (this.#nulled.has(at)) return;
    this.#nulled.add(path);
    this.#errors.push(error);
  }

  async #inTurn(selection: Selection): Promise<Data> {
    const data = emptyFor(selection);
    for (const field of selection.fields) data[field.key] = await this.#field(field, undefined, undefined);
    return data;
  }

  #fields(selection: Selection, source: unknown, path: Path | undefined): MaybePromise<Data> {
    const data = emptyFor(selection);
    let waiting: Promise<void>[] | null = null;
    for (const field of selection.fields) {
      let value: unknown;
      try {
        value = this.#field(field, source, path);
      } catch (error) {
        if (waiting === null) throw error;
        return failedAfter(waiting, error);
      }
      if (value instanceof Promise) {
        // Takes its place among the keys.
        data[field.key] = null;
        waiting ??= [];
        waiting.push(this.#put(value, data, field));
      } else {
        data[field.key] = value;
      }
    }
    return waiting === null ? data : dataAfter(waiting, data);
  }

  #put(value: Promise<unknown>, data: Data, { key, shape }: PlannedField): Promise<void> {
    return value.then((found) => {
      data[key] = found;
      // What stands for a leaf may be others' as well.
      if (shape.kind !== 'leaf' && found !== null) this.#awaited.push(found as object);
    });
  }

  /** Throws what makes the object around the field null. */
  #field(field: PlannedField, source: unknown, parent: Path | undefined): unknown {
    if (field.attribute !== null) {
      const shown = shownAtOnce(field.shape as LeafShape, source, field.attribute);
      if (shown !== undefined) return shown;
    }
    const info = new FieldInfo(this, field, parent);
    try {
      const value = field.resolve(source, field.args ?? this.#argsOf(field), this.#context, info);
      return isThenable(value) ? this.#later(value, field.shape, info, undefined) : this.#now(value, field.shape, info);
    } catch (error) {
      return this.#caught(error, field.shape, info, undefined);
    }
  }

  #now(value: unknown, shape: Shape, info: FieldInfo): unknown {
    const completed = this.#complete(shape, info, value, undefined);
    return completed instanceof Promise ? this.#guarded(completed, shape, info, undefined) : completed;
  }

  #later(value: Promise<unknown>, shape: Shape, info: FieldInfo, at: Path | undefined): Promise<unknown> {
    return Promise.resolve(value).then(
      (found) => this.#completed(shape, info, found, at),
      (error) => this.#caught(error, shape, info, at),
    );
  }

  #argsOf(field: PlannedField): Args {
    const known = field.place < 0 ? undefined : this.#args[field.place];
    if (known) return known;
    const [node] = field.nodes as [PlannedField['nodes'][number]];
    const args = Object.freeze(getArgumentValues(field.definition, node, this.variables));
    if (field.place >= 0) this.#args[field.place] = args;
    return args;
  }

  /** Completes a value, and has its failure end where it may be null. `at`: the item of a list, or of lists in it. */
  #completed(shape: Shape, info: FieldInfo, value: unknown, at: Path | undefined): unknown {
    try {
      const completed = this.#complete(shape, info, value, at);
      return completed instanceof Promise ? this.#guarded(completed, shape, info, at) : completed;
    } catch (error) {
      return this.#caught(error, shape, info, at);
    }
  }

  #guarded(completing: Promise<unknown>, shape: Shape, info: FieldInfo, at: Path | undefined): Promise<unknown> {
    return completing.then(undefined, (error: unknown) => this.#caught(error, shape, info, at));
  }

  #caught(error: unknown, { isNonNull }: Shape, info: FieldInfo, at: Path | undefined): null {
    const path = at ?? info;
    const located = locatedError(error, info.fieldNodes, keysOf(path));
    if (isNonNull) throw located;
    this.#add(located, path);
    return null;
  }

  #complete(shape: Shape, info: FieldInfo, value: unknown, at: Path | undefined): unknown {
    if (value === null || value === undefined) {
      if (!shape.isNonNull) return null;
      throw new Error(`Cannot return null for non-nullable field ${info.parentType.name}.${info.fieldName}.`);
    }
    if (value instanceof Error) throw value;
    switch (shape.kind) {
      case 'leaf':
        return shape.isText && typeof value === 'string' ? value : serialized(shape.type, value);
      case 'object':
        return this.#object(shape, info, value, at);
      case 'list':
        return this.#list(shape, info, value, at);
      case 'abstract':
        return this.#abstract(shape, info, value, at);
    }
  }

  #object({ type, selection }: ObjectShape, info: FieldInfo, value: unknown, at: Path | undefined): MaybePromise<Data> {
    return this.#ofType(type, selection, info, value, at);
  }

  #ofType(
    type: GraphQLObjectType,
    selection: Selection,
    info: FieldInfo,
    value: unknown,
    at: Path | undefined,
  ): MaybePromise<Data> {
    if (type.isTypeOf) {
      const isOfType = type.isTypeOf(value, this.#context, info);
      if (isOfType instanceof Promise) {
        return isOfType.then((itIs) => {
          if (!itIs) throw notOfType(type, info);
          return this.#fields(selection, value, at ?? info);
        });
      }
      if (!isOfType) throw notOfType(type, info);
    }
    return this.#fields(selection, value, at ?? info);
  }

  #list({ item }: ListShape, info: FieldInfo, value: unknown, at: Path | undefined): MaybePromise<unknown[]> {
    if (typeof value !== 'object' || !(Symbol.iterator in (value as object))) {
      throw new GraphQLError(
        `Expected Iterable, but did not find one for field "${info.parentType.name}.${info.fieldName}".`,
      );
    }
    const path = at ?? info;
    const items: unknown[] = [];
    let isWaiting = false;
    try {
      for (const each of value as Iterable<unknown>) {
        const place: Path = { prev: path, key: items.length, typename: undefined };
        const completed = isThenable(each)
          ? this.#later(each, item, info, place)
          : this.#completed(item, info, each, place);
        isWaiting ||= completed instanceof Promise;
        items.push(completed);
      }
    } catch (error) {
      for (const begun of items) leave(begun);
      if (Array.isArray(value)) for (const other of value.slice(items.length)) leave(other);
      throw error;
    }
    return isWaiting ? Promise.all(items) : items;
  }

  #abstract(shape: AbstractShape, info: FieldInfo, value: unknown, at: Path | undefined): MaybePromise<Data> {
    const name = shape.type.resolveType
      ? shape.type.resolveType(value, this.#context, info, shape.type)
      : this.#typeOf(shape.type, info, value);
    const complete = (found: string | undefined) => {
      const type = this.#requireType(found, shape.type, info);
      return this.#ofType(type, shape.selectionOn(type), info, value, at);
    };
    return name instanceof Promise ? name.then(complete) : complete(name);
  }

  /** The name a value gives itself, or the first type that takes it for its own. */
  #typeOf(type: GraphQLAbstractType, info: FieldInfo, value: unknown): MaybePromise<string | undefined> {
    const { __typename: named } = value as { readonly __typename?: unknown };
    if (typeof named === 'string') return named;
    const possible = this.plan.schema.getPossibleTypes(type);
    const later: MaybePromise<boolean>[] = [];
    for (const one of possible) {
      const isOfType = one.isTypeOf?.(value, this.#context, info) ?? false;
      if (isOfType === true) return one.name;
      later.push(isOfType);
    }
    if (!later.some((isOfType) => isOfType instanceof Promise)) return undefined;
    return Promise.all(later).then((found) => possible[found.indexOf(true)]?.name);
  }

  #requireType(name: unknown, of: GraphQLAbstractType, info: FieldInfo): GraphQLObjectType {
    const type = typeof name === 'string' ? this.plan.schema.getType(name) : undefined;
    if (isObjectType(type) && this.plan.schema.isSubType(of, type)) return type;
    throw new GraphQLError(
      `The value of ${info.parentType.name}.${info.fieldName} is of none of the types of "${of.name}".`,
      { nodes: info.fieldNodes },
    );
  }
}

/**
 * What resolvers are told of the field. Most do not ask, so that nothing is put together before they do. It is the
 * place of the field as well.
 */
class FieldInfo implements GraphQLResolveInfo, Path {
  readonly prev: Path | undefined;
  readonly key: string;
  readonly typename: string;
  readonly #execution: Execution;
  readonly #field: PlannedField;

  constructor(execution: Execution, field: PlannedField, parent: Path | undefined) {
    this.prev = parent;
    this.key = field.key;
    this.typename = field.parentType.name;
    this.#execution = execution;
    this.#field = field;
  }

  get path(): Path {
    return this;
  }

  get fieldName() {
    return this.#field.definition.name;
  }

  get fieldNodes() {
    return this.#field.nodes;
  }

  get returnType() {
    return this.#field.definition.type;
  }

  get parentType() {
    return this.#field.parentType;
  }

  get schema() {
    return this.#execution.plan.schema;
  }

  get fragments() {
    return this.#execution.plan.fragments as Record<string, never>;
  }

  get rootValue() {
    return undefined;
  }

  get operation() {
    return this.#execution.plan.operation;
  }

  get variableValues() {
    return this.#execution.variables as Record<string, unknown>;
  }
}

/** Nobody waits for it any more, and if it fails nobody has to hear of it. */
function leave(begun: unknown): void {
  if (isThenable(begun)) begun.then(undefined, () => undefined);
}

function emptyFor({ template }: Selection): Data {
  return template === null ? Object.create(null) : { ...template };
}

function failedAfter(waiting: readonly Promise<void>[], error: unknown): Promise<never> {
  const fail = () => {
    throw error;
  };
  return Promise.all(waiting).then(fail, fail);
}

function dataAfter(waiting: readonly Promise<void>[], data: Data): Promise<Data> {
  return (waiting.length === 1 ? (waiting[0] as Promise<void>) : Promise.all(waiting)).then(() => data);
}

/**
 * An attribute as it is answered, as most fields are: there, and no more than that. `undefined` where there is more to
 * it, or something is wrong with it.
 */
function shownAtOnce({ type, isText, isNonNull }: LeafShape, source: unknown, attribute: string): unknown {
  if (typeof source !== 'object' || source === null) return undefined;
  try {
    const value = (source as Data)[attribute];
    if (isText && typeof value === 'string') return value;
    if (value === null || value === undefined) return isNonNull ? undefined : null;
    if (typeof value === 'function' || value instanceof Error || isThenable(value)) return undefined;
    return type.serialize(value) ?? undefined;
  } catch {
    return undefined;
  }
}

/**
 * What a type makes of a value. That it makes nothing of it is a bug of ours and not to be told to clients, whatever
 * kind of error it is.
 */
function serialized(type: { serialize(value: unknown): unknown; readonly name: string }, value: unknown): unknown {
  let text: unknown;
  try {
    text = type.serialize(value);
  } catch (error) {
    throw error instanceof GraphQLError ? new Error(error.message) : error;
  }
  if (text === null || text === undefined) throw new Error(`${type.name} has nothing to show for a value`);
  return text;
}

function notOfType(type: GraphQLObjectType, info: FieldInfo): GraphQLError {
  return new GraphQLError(`A value is not of the type "${type.name}".`, { nodes: info.fieldNodes });
}

function keysOf(path: Path): (string | number)[] {
  const keys: (string | number)[] = [];
  for (let at: Path | undefined = path; at; at = at.prev) keys.push(at.key);
  return keys.reverse();
}

function isThenable(value: unknown): value is Promise<unknown> {
  if (typeof value !== 'object' && typeof value !== 'function') return false;
  return typeof (value as { readonly then?: unknown } | null)?.then === 'function';
}

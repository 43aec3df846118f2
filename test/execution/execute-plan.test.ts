import fc from 'fast-check';
import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  GraphQLEnumType,
  GraphQLError,
  type GraphQLFieldConfigMap,
  GraphQLInt,
  GraphQLInterfaceType,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  GraphQLScalarType,
  GraphQLSchema,
  GraphQLString,
  GraphQLUnionType,
  getOperationAST,
  getVariableValues,
  Kind,
  parse,
  validate,
} from 'graphql';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { executePlan } from '../../src/execution/execute-plan.ts';
import type { Variables } from '../../src/execution/operation-plan.ts';
import { OperationPlans } from '../../src/execution/operation-plans.ts';
import { type FuzzedOperation, operations } from '../fuzz/documents.ts';
import { runs } from '../support/runs.ts';

/** What a resolver does, chosen by the numbers of a case. */
class Chance {
  readonly #numbers: readonly number[];
  constructor(numbers: readonly number[]) {
    this.#numbers = numbers;
  }
  /** The same for the same place, whoever executes and in whatever order. */
  at(place: string, below: number): number {
    let hash = 7;
    for (const char of place) hash = (hash * 31 + char.charCodeAt(0)) % 1_000_003;
    return (this.#numbers[hash % this.#numbers.length] as number) % below;
  }
}

/** Resolvers that answer, fail, are late, or give what does not fit; all of it decided by the place. */
function hostileSchema(): GraphQLSchema {
  const pathOf = (info: GraphQLResolveInfo): string => {
    const keys: (string | number)[] = [];
    for (let at: GraphQLResolveInfo['path'] | undefined = info.path; at; at = at.prev) keys.push(at.key);
    return `${info.parentType.name}.${info.fieldName}:${keys.join('<')}`;
  };
  const resolving = (make: (chance: Chance, place: string) => unknown) => {
    return (_source: unknown, args: object, chance: Chance, info: GraphQLResolveInfo) => {
      const place = `${pathOf(info)}(${JSON.stringify(args)})`;
      const give = (): unknown => {
        switch (chance.at(place, 12)) {
          case 0:
            throw new GraphQLError(`refused ${place}`, { extensions: { code: 'X' } });
          case 1:
            return null;
          case 2:
            return new TypeError(`given ${place}`);
          case 3:
            return { of: 'another kind' };
          default:
            return make(chance, place);
        }
      };
      return chance.at(`late ${place}`, 3) === 0 ? Promise.resolve().then(give) : give();
    };
  };
  const odd = new GraphQLScalarType({
    name: 'Odd',
    serialize(value) {
      if (typeof value === 'number' && value % 2 === 1) return value;
      throw new GraphQLError(`not odd: ${String(value)}`);
    },
  });
  const color = new GraphQLEnumType({ name: 'Color', values: { RED: { value: 1 }, GREEN: { value: 2 } } });
  const named = new GraphQLInterfaceType({
    name: 'Named',
    fields: { name: { type: GraphQLString } },
    resolveType: (value: { kind?: string }, chance: Chance) => {
      const name = value.kind as string;
      return chance.at(`type ${name}`, 2) === 0 ? Promise.resolve(name) : name;
    },
  });
  const wrap = (type: GraphQLOutputType, how: number): GraphQLOutputType =>
    [
      type,
      new GraphQLNonNull(type as never),
      new GraphQLList(type),
      new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(type as never))),
      new GraphQLList(new GraphQLNonNull(new GraphQLList(type))),
    ][how] as GraphQLOutputType;
  const value = (make: (chance: Chance, place: string) => unknown, how: number) => (chance: Chance, place: string) => {
    const many = (at: string, inner: (at: string) => unknown): unknown[] =>
      Array.from({ length: chance.at(`count ${at}`, 4) }, (_item, index) => {
        const item = `${at}/${index}`;
        const turn = chance.at(`item ${item}`, 10);
        if (turn === 0) return null;
        if (turn === 1) {
          const lost = Promise.reject(new Error(`lost ${item}`));
          // Nobody looks into the lists behind one that failed.
          if (how === 4) lost.catch(() => undefined);
          return lost;
        }
        return turn < 4 ? Promise.resolve(inner(item)) : inner(item);
      });
    if (how < 2) return make(chance, place);
    if (how < 4) return many(place, (at) => make(chance, at));
    return many(place, (at) => many(at, (below) => make(chance, below)));
  };
  const field = (type: GraphQLOutputType, how: number, make: (chance: Chance, place: string) => unknown) => ({
    type: wrap(type, how),
    args: { n: { type: GraphQLInt, defaultValue: 1 }, of: { type: new GraphQLList(color) } },
    resolve: resolving(value(make, how)),
  });
  const kinds = ['A', 'B'];
  /** What fields without a resolver find. */
  const attribute = (chance: Chance, place: string, fine: unknown): PropertyDescriptor => {
    const value = [
      null,
      undefined,
      new Error(`given ${place}`),
      () => fine,
      Promise.resolve(fine),
      { of: 'another kind' },
    ];
    const turn = chance.at(`attribute ${place}`, 14);
    const get = () => {
      throw new Error(`refused ${place}`);
    };
    // Not to be met with by an engine that words what is wrong with the object.
    if (turn === 13) return { get, enumerable: false };
    return { value: turn < value.length ? value[turn] : fine, enumerable: true };
  };
  const object = (chance: Chance, place: string) =>
    Object.defineProperties(
      { kind: kinds[chance.at(place, 2)] },
      {
        name: attribute(chance, `${place}.name`, place),
        must: attribute(chance, `${place}.must`, place),
        shade: attribute(chance, `${place}.shade`, chance.at(place, 4)),
        uneven: attribute(chance, `${place}.uneven`, chance.at(place, 3)),
      },
    );
  const types: Record<string, GraphQLObjectType> = {};
  const union = new GraphQLUnionType({
    name: 'Either',
    types: () => kinds.map((kind) => types[kind] as GraphQLObjectType),
  });
  const fields = () => {
    const made: Record<string, ReturnType<typeof field> | { type: GraphQLOutputType }> = {
      name: { type: GraphQLString },
      must: { type: new GraphQLNonNull(GraphQLString) },
      shade: { type: color },
      uneven: { type: odd },
    };
    for (let how = 0; how < 5; how += 1) {
      made[`text${how}`] = field(GraphQLString, how, (_chance, place) => place);
      made[`color${how}`] = field(color, how, (chance, place) => chance.at(place, 4));
      made[`odd${how}`] = field(odd, how, (chance, place) => chance.at(place, 3));
      made[`a${how}`] = field(types.A as GraphQLObjectType, how, object);
      made[`named${how}`] = field(named, how, object);
      made[`either${how}`] = field(union, how, object);
    }
    return made;
  };
  for (const kind of kinds) {
    types[kind] = new GraphQLObjectType({
      name: kind,
      interfaces: [named],
      fields,
      isTypeOf: (given: { kind?: string }, chance: Chance) => {
        const isOfKind = given.kind === kind || (kind === 'A' && given.kind !== 'B');
        return chance.at(`isTypeOf ${kind}`, 2) === 0 ? Promise.resolve(isOfKind) : isOfKind;
      },
    });
  }
  return new GraphQLSchema({
    query: new GraphQLObjectType({ name: 'Query', fields }),
    mutation: new GraphQLObjectType({ name: 'Mutation', fields }),
    types: Object.values(types),
  });
}

/** Failures that an engine left to nobody, and that would end the process. Graphql leaves some, beside others. */
const unhandled: unknown[] = [];
let listeners: NodeJS.UnhandledRejectionListener[] = [];
beforeAll(() => {
  listeners = process.listeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection');
  process.on('unhandledRejection', (error) => unhandled.push(error));
});
afterAll(() => {
  process.removeAllListeners('unhandledRejection');
  for (const listener of listeners) process.on('unhandledRejection', listener);
});

/** What our engine came to. */
async function ours(plans: OperationPlans, variables: Variables, context?: unknown) {
  unhandled.length = 0;
  const came = await outcome(executePlan(plans.of(variables), variables, context));
  expect(unhandled).toEqual([]);
  return came;
}

/** What resolvers say themselves; how the engine words what they did wrong is its own. */
const OWN = /^(refused|given|lost) |^Cannot return null for non-nullable field /;

/**
 * What an engine came to: its data, and for each place that is null for an error what that was. Where several would be,
 * it depends on the order of promises which are told. What was begun beside a failure may fail later than the answer
 * is there.
 */
async function outcome(executing: unknown) {
  const { data, errors = [] } = (await executing) as ExecutionResult;
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  const byPlace = new Map<string, string[]>();
  for (const { path = [], locations, message, extensions } of errors) {
    const told = JSON.stringify([path, locations, OWN.test(message) ? message : 'engine', extensions]);
    const place = nullOn(path, data).join('.');
    byPlace.set(place, [...(byPlace.get(place) ?? []), told]);
  }
  return { json: JSON.stringify(data), byPlace };
}

/** The way to the first null on the way of a path. */
function nullOn(path: readonly (string | number)[], data: unknown): readonly (string | number)[] {
  let value = data;
  for (const [depth, key] of path.entries()) {
    if (value == null) return path.slice(0, depth);
    value = (value as Record<string | number, unknown>)[key];
  }
  return path;
}

function expectSame(ours: Awaited<ReturnType<typeof outcome>>, theirs: Awaited<ReturnType<typeof outcome>>): void {
  expect(ours.json).toBe(theirs.json);
  expect([...ours.byPlace.keys()].sort()).toEqual([...theirs.byPlace.keys()].sort());
  for (const [place, told] of ours.byPlace) {
    const others = theirs.byPlace.get(place) ?? [];
    for (const one of told) {
      const same = others.find((other) => pathIn(other) === pathIn(one));
      if (same !== undefined) expect(one).toBe(same);
    }
  }
}

const pathIn = (told: string) => JSON.stringify((JSON.parse(told) as readonly unknown[])[0]);

/** A document with its variables, ready for either engine; `null` where it is not valid. */
function readied(schema: GraphQLSchema, { query, variables }: FuzzedOperation) {
  let document: DocumentNode;
  try {
    document = parse(query);
  } catch {
    return null;
  }
  const operation = getOperationAST(document);
  if (!operation || validate(schema, document).length > 0) return null;
  const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], variables);
  const fragments = Object.fromEntries(
    document.definitions.flatMap((one) =>
      one.kind === Kind.FRAGMENT_DEFINITION ? [[one.name.value, one] as const] : [],
    ),
  );
  const plans = new OperationPlans(operation, document, { schema, fragments });
  return coerced ? { document, variables, coerced, plans } : null;
}

const chances = fc.array(fc.nat(1_000_000), { minLength: 60, maxLength: 60 }).map((numbers) => new Chance(numbers));

it('answers what graphql answers, key for key and error for error, the second time as well', async () => {
  const schema = hostileSchema();
  let executed = 0;
  const seen = { errors: 0, nulls: 0 };
  await fc.assert(
    fc.asyncProperty(operations(schema), chances, chances, async (operation, ...tries) => {
      const ready = readied(schema, operation);
      if (ready === null) return;
      executed += 1;
      const { document, variables, coerced, plans } = ready;
      for (const contextValue of tries) {
        const expected = await outcome(execute({ schema, document, variableValues: variables, contextValue }));
        expectSame(await ours(plans, coerced, contextValue), expected);
        if (expected.byPlace.size > 0) seen.errors += 1;
        if (expected.json === 'null') seen.nulls += 1;
      }
    }),
    runs(300),
  );
  expect(executed).toBeGreaterThan(200);
  expect(seen.errors).toBeGreaterThan(50);
  expect(seen.nulls).toBeGreaterThan(20);
}, 60_000);

const QUERY = new GraphQLObjectType({
  name: 'Query',
  fields: (): GraphQLFieldConfigMap<unknown, unknown> => ({
    text: { type: GraphQLString, resolve: () => 'text' },
    echo: {
      type: GraphQLString,
      args: { a: { type: GraphQLString, defaultValue: 'none' } },
      resolve: (_source, args) => JSON.stringify(args),
    },
    self: { type: QUERY, resolve: () => ({}) },
    items: { type: new GraphQLList(QUERY), resolve: () => new Set([{}, {}]) },
    told: {
      type: GraphQLString,
      resolve: (_source, _args, _context, info) =>
        JSON.stringify([
          info.path,
          info.fieldName,
          String(info.returnType),
          info.parentType.name,
          info.fieldNodes.length,
          Object.keys(info.fragments),
          info.operation.name?.value,
          info.variableValues,
          info.schema === TOLD,
          info.rootValue,
        ]),
    },
    callable: { type: GraphQLString },
    failing: {
      type: new GraphQLList(new GraphQLNonNull(GraphQLString)),
      resolve: () => [Promise.reject(new Error('late')), null],
    },
  }),
});
const TOLD = new GraphQLSchema({ query: QUERY });

it.each([
  'query Q($v: String, $on: Boolean! = true) { told ...F ... on Query { self { told ...F } } } fragment F on Query { items { told } a: told @include(if: $on) b: echo(a: $v) }',
  '{ __proto__: text, then: text, constructor: text, self { __proto__: text } }',
  '{ echo, a: echo(a: null), b: echo(a: "x"), ...F, ...F } fragment F on Query { text self { text } self { a: text } }',
  '{ __typename __schema { queryType { name fields { name args { name defaultValue type { name kind ofType { name } } } } } } __type(name: "Query") { name } }',
  '{ failing text }',
  'query ($on: Boolean!) { text @skip(if: $on) self @include(if: $on) { text } }',
])('tells resolvers what graphql tells them: %s', async (query) => {
  for (const variables of [{ on: true }, { on: false, v: 'v' }, { on: true, v: null }]) {
    const ready = readied(TOLD, { query, variables });
    if (ready === null) throw new Error('not a valid case');
    const expected = await outcome(execute({ schema: TOLD, document: ready.document, variableValues: variables }));
    for (let time = 0; time < 2; time += 1) {
      expectSame(await ours(ready.plans, ready.coerced), expected);
    }
  }
});

it('keeps a plan for each combination of what is skipped and included, and no more than a few of them', () => {
  const names = Array.from({ length: 6 }, (_name, index) => `v${index}`);
  const query = `query (${names.map((name) => `$${name}: Boolean!`)}) { text ${names.map((name) => `${name}: text @skip(if: $${name})`)} }`;
  const valuesOf = (bits: number) =>
    Object.fromEntries(names.map((name, index) => [name, Boolean(bits & (1 << index))]));
  const ready = readied(TOLD, { query, variables: valuesOf(0) });
  if (ready === null) throw new Error('not a valid case');
  const { plans } = ready;
  expect(plans.of(valuesOf(1))).toBe(plans.of(valuesOf(1)));
  expect(plans.of(valuesOf(1))).not.toBe(plans.of(valuesOf(2)));
  for (let bits = 0; bits < 64; bits += 1) {
    const keys = plans.of(valuesOf(bits)).root.fields.map(({ key }) => key);
    expect(keys).toEqual(['text', ...names.filter((_name, index) => !(bits & (1 << index)))]);
  }
  expect(plans.of(valuesOf(63))).not.toBe(plans.of(valuesOf(63)));
});

it('gives the same arguments to all objects, so that nobody may change them', () => {
  const seenArgs: object[] = [];
  const schema = new GraphQLSchema({
    query: new GraphQLObjectType({
      name: 'Query',
      fields: {
        echo: {
          type: GraphQLString,
          args: { a: { type: GraphQLString } },
          resolve: (_source, args) => {
            seenArgs.push(args);
            args.a = 'changed';
          },
        },
      },
    }),
  });
  const ready = readied(schema, { query: 'query ($v: String) { echo(a: $v) b: echo(a: "x") }', variables: { v: 'v' } });
  if (ready === null) throw new Error('not a valid case');
  const { errors } = executePlan(ready.plans.of(ready.coerced), ready.coerced, undefined) as ExecutionResult;
  expect(errors?.map(({ message }) => message)).toEqual([
    expect.stringContaining('read only'),
    expect.stringContaining('read only'),
  ]);
  expect(seenArgs).toEqual([{ a: 'v' }, { a: 'x' }]);
});

it('has what was waited for hold nothing after it was released, and leaves what is others’', async () => {
  const raw = { own: { kept: [1, 2] } };
  const json = new GraphQLScalarType({ name: 'Json', serialize: (value) => value });
  const deal: GraphQLObjectType = new GraphQLObjectType({
    name: 'Deal',
    fields: () => ({
      title: { type: GraphQLString, resolve: () => 'a' },
      raw: { type: json, resolve: () => raw },
      later: { type: json, resolve: async () => raw.own },
      deals: { type: new GraphQLList(deal), resolve: async () => [{}, {}] },
    }),
  });
  const query = new GraphQLObjectType({ name: 'Query', fields: { deal: { type: deal, resolve: async () => ({}) } } });
  const schema = new GraphQLSchema({ query });
  const ready = readied(schema, { query: '{ deal { title raw later deals { raw later } } }', variables: {} });
  if (ready === null) throw new Error('not a valid case');
  const result = await executePlan(ready.plans.of(ready.coerced), ready.coerced, undefined);
  const { data } = result;
  const found = data?.deal as Record<string, unknown>;
  const deals = found.deals as unknown[];
  expect(JSON.parse(JSON.stringify(result))).toEqual({
    data: { deal: { title: 'a', raw, later: raw.own, deals: Array(2).fill({ raw, later: raw.own }) } },
  });
  result.release?.();
  expect([result.data, data, found, deals]).toEqual([
    null,
    { deal: null },
    { title: null, raw: null, later: null, deals: null },
    [],
  ]);
  expect(raw).toEqual({ own: { kept: [1, 2] } });
});

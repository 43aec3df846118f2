import fc from 'fast-check';
import {
  type GraphQLArgument,
  GraphQLBoolean,
  type GraphQLField,
  type GraphQLInputType,
  GraphQLNonNull,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql';

/** An operation to send. */
export interface FuzzedOperation {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** How far down selections and inputs go. */
const DEPTH = 5;
const ODD_TEXTS = ['', '..', '%2e%2e', '\u0000', '\ud800', '1\r\nx: y', 'a'.repeat(3_000), '💥', "'; drop", '{{7*7}}'];
const ODD_NUMBERS = [0, -1, 1, 2, 3, 5, 2_147_483_647, -2_147_483_648];
const ODD_VALUES: readonly unknown[] = [null, true, 1.5, 2 ** 53, '', [], {}, [[]], { a: { b: [1] } }];
const IDS = [
  ...[1, 2, 3, 7, 999_999].flatMap((n) =>
    ['pipedrive', 'pipelinedeals'].flatMap((crm) =>
      ['Deal', 'Person', 'Organization', 'Stage', 'Pipeline', 'User', 'Activity', 'SavedFilter'].map(
        (of) => `${crm}:${of}:${n}`,
      ),
    ),
  ),
  'pipedrive',
  'pipelinedeals',
  'pipedrive:DealProduct:1/1',
  'pipedrive:Nothing:1',
  'x:Deal:1',
];
const SCALARS: Readonly<Record<string, readonly unknown[]>> = {
  ID: IDS,
  DateTime: ['2026-01-01T00:00:00Z', '2026-13-01T00:00:00Z', '2026-01-01T00:00:00+14:00', '0000-01-01T00:00:00Z'],
  Date: ['2026-01-31', '2026-02-30', '0001-01-01', '9999-12-31'],
  Decimal: ['1', '0.1', '-1e5', '123456789012345678901234567890.12', 'NaN', 5],
  CurrencyCode: ['EUR', 'XXX', 'eur', ''],
  URL: ['https://x.example', 'javascript:1'],
  Boolean: [true, false],
  Int: ODD_NUMBERS,
  Float: [0, 1.5, -1, 100, 1e308],
  JSON: ODD_VALUES,
};

/** Chances are decided by one source, so that a failure can be shrunk and repeated. */
type Choose = <T>(values: readonly T[]) => T;

/** Operations that are valid, and, where `isOdd` says so, spoilt in one place or another. */
export function operations(schema: GraphQLSchema): fc.Arbitrary<FuzzedOperation> {
  return fc
    .tuple(fc.array(fc.nat(1_000_000), { minLength: 400, maxLength: 400 }), fc.boolean(), fc.nat(9))
    .map(([numbers, isOdd, spoil]) => {
      let at = 0;
      const choose: Choose = (values) => values[(numbers[at++ % numbers.length] as number) % values.length] as never;
      const operation = new Writer(schema, choose, isOdd).operation();
      return isOdd && spoil < 4 ? { ...operation, query: spoilt(operation.query, choose) } : operation;
    });
}

/** Takes away, doubles or exchanges a piece. */
function spoilt(query: string, choose: Choose): string {
  const tokens = query.split(/(?<=[\s{}()[\]:,])/);
  const index = choose(tokens.map((_token, place) => place));
  const replacement = choose([
    '',
    tokens[index] + (tokens[index] ?? ''),
    '@skip(if: 1) ',
    '... ',
    '$none ',
    '{',
    '}',
    '"',
    '__schema ',
  ]);
  return tokens.map((token, place) => (place === index ? replacement : token)).join('');
}

class Writer {
  readonly #schema: GraphQLSchema;
  readonly #choose: Choose;
  readonly #isOdd: boolean;
  readonly #variables = new Map<string, { readonly type: GraphQLInputType; readonly value: unknown }>();

  constructor(schema: GraphQLSchema, choose: Choose, isOdd: boolean) {
    this.#schema = schema;
    this.#choose = choose;
    this.#isOdd = isOdd;
  }

  operation(): FuzzedOperation {
    const type = this.#choose(['query', 'query', 'query', 'mutation'] as const);
    const root = type === 'query' ? this.#schema.getQueryType() : this.#schema.getMutationType();
    const selected = this.#selection(root as GraphQLOutputType, 0, type === 'mutation' ? 1 : 2);
    const declared = [...this.#variables].map(([name, of]) => `$${name}: ${of.type}`);
    const head = declared.length > 0 ? `${type} Fuzz(${declared.join(', ')})` : `${type} Fuzz`;
    return {
      query: `${head} ${selected}`,
      variables: Object.fromEntries(Array.from(this.#variables, ([name, { value }]) => [name, value])),
    };
  }

  #selection(type: GraphQLOutputType, depth: number, most = 4): string {
    const named = getNamedType(type);
    if (!isCompositeType(named)) return '';
    const fragments =
      isAbstractType(named) && depth < DEPTH
        ? [this.#choose(this.#schema.getPossibleTypes(named))].map(
            (of) => `... on ${of.name} ${this.#selection(of, depth + 1, 2)}`,
          )
        : [];
    if (!('getFields' in named)) return `{ __typename ${fragments.join(' ')} }`;
    const fields = Object.values(named.getFields()).filter(
      (field) => depth < DEPTH || !isCompositeType(getNamedType(field.type)),
    );
    const count = this.#choose([1, 2, 3, 4].slice(0, most));
    const chosen = fields.length === 0 ? [] : Array.from({ length: count }, () => this.#choose(fields));
    const texts = [...new Set(chosen)].map((field, index) => this.#field(field, depth, index));
    return `{ ${[...texts, ...fragments, ...(texts.length === 0 ? ['__typename'] : [])].join(' ')} }`;
  }

  #field(field: GraphQLField<unknown, unknown>, depth: number, index: number): string {
    const given = field.args.filter((arg) => isRequired(arg) || this.#choose([true, false, false]));
    const args = given.map((arg) => `${arg.name}: ${this.#argument(arg)}`);
    const alias = this.#choose([true, false, false, false]) ? `a${depth}${index}: ` : '';
    const directive = this.#choose([true, ...Array(8).fill(false)]) ? ` ${this.#condition()}` : '';
    const call = args.length > 0 ? `(${args.join(', ')})` : '';
    return `${alias}${field.name}${call}${directive} ${this.#selection(field.type, depth + 1)}`;
  }

  /** By a variable that two conditions may share. */
  #condition(): string {
    const value = this.#choose([true, true, false]);
    this.#variables.set(`is${value}`, { type: new GraphQLNonNull(GraphQLBoolean), value });
    return this.#choose([`@include(if: $is${value})`, `@skip(if: $is${value})`]);
  }

  #argument({ name, type }: GraphQLArgument): string {
    const value = name === 'first' ? this.#choose([1, 2, 5, 0, 501]) : this.#value(type, 0);
    const variable = `v${this.#variables.size}`;
    this.#variables.set(variable, { type, value });
    return `$${variable}`;
  }

  #value(type: GraphQLInputType, depth: number): unknown {
    if (this.#isOdd && this.#choose([true, ...Array(15).fill(false)])) return this.#choose(ODD_VALUES);
    if (isNonNullType(type)) return this.#value(type.ofType as GraphQLInputType, depth);
    if (isListType(type))
      return Array.from({ length: this.#choose([0, 1, 1, 2]) }, () => this.#value(type.ofType, depth));
    if (isEnumType(type)) return this.#choose(type.getValues()).name;
    if (isInputObjectType(type)) {
      const fields = Object.values(type.getFields()).filter(
        (field) => isRequired(field) || (depth < 3 && this.#choose([true, false, false, false])),
      );
      return Object.fromEntries(fields.map((field) => [field.name, this.#value(field.type, depth + 1)]));
    }
    return this.#choose(
      SCALARS[type.name] ?? (this.#isOdd ? ODD_TEXTS : ['a', 'pilot', 'Deal 1', ...ODD_TEXTS.slice(7)]),
    );
  }
}

function isRequired({
  type,
  defaultValue,
}: {
  readonly type: GraphQLInputType;
  readonly defaultValue?: unknown;
}): boolean {
  return isNonNullType(type) && defaultValue === undefined;
}

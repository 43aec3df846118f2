import fc from 'fast-check';
import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { schema } from '../../src/schema/index.ts';
import { estimateNodes } from '../../src/server/estimate-nodes.ts';
import { examples } from '../../src/server/examples.ts';
import { createKnownOperations } from '../../src/server/known-operation.ts';
import { asksForSchema, measureDocument } from '../../src/server/measure-document.ts';

describe('the size of a document', () => {
  it.each([
    ['{ a }', { depth: 1, aliases: 0, directives: 0, mutations: 0, repeats: 1 }],
    ['{ x: a { y: b } }', { depth: 2, aliases: 2, directives: 0, mutations: 0, repeats: 1 }],
    ['{ a @s { ... @i { b @s } } }', { depth: 2, aliases: 0, directives: 3, mutations: 0, repeats: 1 }],
    [
      'query @q { ...f @s ...f } fragment f on Q @d { x: a { b } }',
      { depth: 2, aliases: 2, directives: 4, mutations: 0, repeats: 1 },
    ],
    [
      'mutation { a ...f ...f } fragment f on M { b c }',
      { depth: 1, aliases: 0, directives: 0, mutations: 5, repeats: 1 },
    ],
    ['query { a } mutation { b c }', { depth: 1, aliases: 0, directives: 0, mutations: 2, repeats: 1 }],
    ['{ a { id } b { id } }', { depth: 2, aliases: 0, directives: 0, mutations: 0, repeats: 2 }],
    ['{ __schema { a { b { c } } } }', { depth: 1, aliases: 0, directives: 0, mutations: 0, repeats: 1 }],
    ['fragment f on Q { a { ...f } }', { depth: 1, aliases: 0, directives: 0, mutations: 0, repeats: 1 }],
  ])('%s', (document, size) => {
    expect(measureDocument(parse(document))).toMatchObject({
      ...size,
      depth: document.startsWith('fragment') ? 1 : size.depth,
    });
  });

  it('is that of the document with its fragments written out', () => {
    const bodies = fc.array(
      fc.array(fc.constantFrom('a', 'x: b', 'c @s', 'SPREAD', 'd { NEXT }'), { minLength: 1, maxLength: 4 }),
      {
        minLength: 1,
        maxLength: 5,
      },
    );
    fc.assert(
      fc.property(bodies, (levels) => {
        const spread = (index: number) => (index + 1 < levels.length ? `...f${index + 1}` : 'leaf');
        const body = (index: number, inner: string) =>
          [...(levels[index] as string[]), 'SPREAD'].map((part) => part.replace(/SPREAD|NEXT/, inner)).join(' ');
        const withFragments = [
          `{ ${body(0, spread(0))} }`,
          ...levels
            .slice(1)
            .map((_level, index) => `fragment f${index + 1} on T { ${body(index + 1, spread(index + 1))} }`),
        ].join('\n');
        let inner = 'leaf';
        for (let index = levels.length - 1; index > 0; index -= 1) inner = `... { ${body(index, inner)} }`;
        const { repeats: _, ...size } = measureDocument(parse(withFragments));
        const { repeats: __, ...written } = measureDocument(parse(`{ ${body(0, inner)} }`));
        expect(size).toEqual(written);
      }),
    );
  });

  it.each([
    ['{ __typename }', false],
    ['{ __schema { queryType { name } } }', true],
    ['{ a { b } ...f } fragment f on Q { ... { x: __type(name: "A") { name } } }', true],
  ])('%s asks for the schema: %s', (document, asks) => {
    expect(asksForSchema(parse(document))).toBe(asks);
  });
});

describe('the records an operation may bring', () => {
  const estimate = (document: string, variables = {}) => {
    const parsed = parse(document);
    return estimateNodes(schema, parsed, parsed.definitions[0] as never, variables);
  };

  it.each([
    ['{ crms { id } }', {}, 3],
    ['{ deal(id: "x") { title value { amount } } }', {}, 1],
    ['{ deals { nodes { id } } }', {}, 50],
    ['{ deals(first: 10) { nodes { id } pageInfo { endCursor } } }', {}, 10],
    ['{ deals(first: 10) { edges { cursor node { id stage { id } } } } }', {}, 20],
    ['{ deals(first: 100) { nodes { id products(first: 3) { nodes { id } } } } }', {}, 400],
    [
      '{ deals(first: 10) { ...p } } fragment p on DealConnection { nodes { ...d } } fragment d on Deal { person { id } }',
      {},
      20,
    ],
    ['query ($n: Int = 7) { deals(first: $n) { nodes { id } } }', {}, 7],
    ['query ($n: Int = 7) { deals(first: $n) { nodes { id } } }', { n: 20 }, 20],
    ['query ($n: Int) { deals(first: $n) { nodes { id } } }', {}, 50],
    ['{ deals(first: 100000) { nodes { id } } }', {}, 500],
    ['{ nodes(ids: ["a", "b", "c"]) { id ... on Deal { person { id } } } }', {}, 6],
    ['query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids: ['a', 'b'] }, 2],
    ['{ dealsSummary { count } }', {}, 1_000],
    ['{ __schema { types { name } } }', {}, 0],
  ])('%s with %j: %i', (document, variables, nodes) => {
    expect(estimate(document, variables).nodes).toBe(nodes);
  });

  it('depend on variables only where those are page sizes', () => {
    expect(estimate('query ($i: ID!) { deal(id: $i) { id } }', { i: 'x' }).sizedBy).toEqual([]);
    expect(estimate('query ($n: Int) { deals(first: $n) { nodes { id } } }').sizedBy).toEqual(['n']);
  });

  it('are found anew for other page sizes, and for none', () => {
    const document = parse('query ($n: Int = 7, $i: ID) { deals(first: $n) { nodes { id } } deal(id: $i) { id } }');
    const known = createKnownOperations(schema)(document, null);
    const sizes = [{ n: 20, i: 'a' }, { n: 20, i: 'b' }, {}, { n: 30 }, { n: null }, { n: 20 }];
    expect(sizes.map((variables) => known?.estimateNodes(variables))).toEqual([21, 21, 8, 31, 8, 21]);
  });

  it('of the examples are far below the limit', () => {
    for (const { query, variables } of examples) expect(estimate(query, variables).nodes).toBeLessThan(3_000);
  });
});

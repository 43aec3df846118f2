import { type DocumentNode, GraphQLError, type ParseOptions, parse, type Source } from 'graphql';
import type { Limits } from '../config/limits.ts';
import { type DocumentSize, measureDocument } from './measure-document.ts';
import { tooComplex } from './refusal.ts';

const TOO_MUCH: Readonly<Record<keyof DocumentSize, string>> = {
  depth: 'the document nests fields too deep',
  aliases: 'the document has too many aliases',
  directives: 'the document has too many directives',
  mutations: 'the document has too many mutations',
  repeats: 'the document selects the same field too often',
};

const MAX_REPEATS = 150;

/**
 * Parses a document and refuses one that is too large, before validation looks at it: what fragments make of a small
 * document can keep that busy for minutes.
 */
export function parseWithinLimits(limits: Limits): (source: string | Source, options?: ParseOptions) => DocumentNode {
  const most: DocumentSize = { ...limits, repeats: MAX_REPEATS };
  return (source, options) => {
    const document = parseTokens(source, { ...options, maxTokens: limits.tokens });
    const size = measureDocument(document);
    for (const what of Object.keys(TOO_MUCH) as (keyof DocumentSize)[]) {
      if (size[what] > most[what]) throw tooComplex(TOO_MUCH[what]).toGraphQLError();
    }
    return document;
  };
}

function parseTokens(source: string | Source, options: ParseOptions): DocumentNode {
  try {
    return parse(source, options);
  } catch (error) {
    const isLong = error instanceof GraphQLError && /more tha[nt] \d+ tokens/.test(error.message);
    if (isLong || error instanceof RangeError) throw tooComplex('the document is too long').toGraphQLError();
    throw error;
  }
}

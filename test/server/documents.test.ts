import { parse } from 'graphql';
import { expect, it } from 'vitest';
import { Documents } from '../../src/server/documents.ts';

it('knows a document as valid from when it was found so', () => {
  const documents = new Documents();
  const document = parse('{ hello }');
  expect(documents.valid('{ hello }')).toBeNull();
  documents.parsed.set('{ hello }', document);
  expect(documents.valid('{ hello }')).toBeNull();
  documents.foundValid(document);
  expect(documents.valid('{ hello }')).toBe(document);
  expect(documents.valid('{hello}')).toBeNull();
});

it('keeps those that are used, and of others no more than so much text', () => {
  const documents = new Documents();
  const document = parse('{ hello }');
  const textOf = (number: number) => `{ hello } #${String(number).padEnd(10_000)}`;
  documents.foundValid(document);
  documents.parsed.set('{ hello }', document);
  for (let number = 0; number < 1_000; number += 1) {
    documents.parsed.set(textOf(number), document);
    documents.refused.set(textOf(number), new SyntaxError('refused'));
    expect(documents.valid('{ hello }')).toBe(document);
  }
  expect(documents.valid(textOf(0))).toBeNull();
  expect(documents.valid(textOf(999))).toBe(document);
  for (const kept of [documents.parsed, documents.refused]) {
    expect(kept.calculatedSize).toBeLessThanOrEqual(500_000);
    expect(kept.size).toBeGreaterThan(40);
  }
  const huge = '#'.repeat(600_000);
  documents.parsed.set(huge, document);
  expect(documents.valid(huge)).toBeNull();
});

import { expect, it } from 'vitest';
import type { TextCondition } from '../../src/domain/list.ts';
import { matchesId, matchesInstant, matchesText } from '../../src/domain/match.ts';

it.each<{ text: string | null; condition: TextCondition | undefined; matches: boolean }>([
  { text: 'Roof', condition: undefined, matches: true },
  { text: 'Roof', condition: { eq: 'Roof' }, matches: true },
  { text: 'Roof', condition: { eq: 'roof' }, matches: false },
  { text: 'Roof', condition: { eq: null }, matches: false },
  { text: null, condition: { eq: null }, matches: true },
  { text: null, condition: { contains: '' }, matches: false },
  { text: 'Roof job', condition: { contains: 'F JO' }, matches: true },
  { text: 'Roof job', condition: { startsWith: 'roof' }, matches: true },
  { text: 'Roof job', condition: { startsWith: 'job' }, matches: false },
  { text: 'Roof job', condition: { contains: 'job', startsWith: 'x' }, matches: false },
  { text: 'Cafe\u0301', condition: { contains: 'CAFÉ' }, matches: true },
])('$text against $condition: $matches', ({ text, condition, matches }) => {
  expect(matchesText(text, condition)).toBe(matches);
});

it('a reference matches one of the ids, or having none', () => {
  const link = { ref: { crm: 'c', type: 'Stage', id: '5' } } as const;
  expect(matchesId(link, { anyOf: ['4', '5'] })).toBe(true);
  expect(matchesId(link, { anyOf: [null] })).toBe(false);
  expect(matchesId(null, { anyOf: ['5', null] })).toBe(true);
  expect(matchesId(null, { anyOf: ['5'] })).toBe(false);
});

it('a range of moments takes its start and leaves its end', () => {
  expect(matchesInstant(10, { gte: 10, lt: 20 })).toBe(true);
  expect(matchesInstant(20, { gte: 10, lt: 20 })).toBe(false);
  expect(matchesInstant(null, { gte: 10 })).toBe(false);
  expect(matchesInstant(null, undefined)).toBe(true);
});

import { expect, it } from 'vitest';
import { matchesTerm } from '../../src/domain/deal-search.ts';

it.each<{ text: string; term: string; isExact?: boolean; found: boolean }>([
  { text: 'Fleet rollout 2027', term: 'ROLL', found: true },
  { text: 'Fleet rollout 2027', term: '2027 fleet', found: true },
  { text: 'Fleet rollout 2027', term: 'fleet 2028', found: false },
  { text: 'Re\u0301union', term: 'réunion', isExact: true, found: true },
  { text: 'Réunions', term: 'réunion', isExact: true, found: false },
  { text: ' Roof ', term: 'roof', isExact: true, found: true },
])('"$term" in "$text": $found', ({ text, term, isExact = false, found }) => {
  expect(matchesTerm(text, { term, isExact })).toBe(found);
});

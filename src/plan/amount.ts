import type { Span } from '../domain/upstream.ts';

/** How many of something there are: at least, at most (`Infinity` without bound), and most likely. */
export interface Amount {
  readonly min: number;
  readonly max: number;
  readonly expected: number;
}

export const NONE: Amount = { min: 0, max: 0, expected: 0 };

export function exactly(count: number): Amount {
  return { min: count, max: count, expected: count };
}

/** Up to so many, of which so many are likely. */
export function upTo(max: number, expected: number): Amount {
  return { min: 0, max, expected: Math.min(expected, max) };
}

export function plus(a: Amount, b: Amount): Amount {
  return { min: a.min + b.min, max: a.max + b.max, expected: a.expected + b.expected };
}

/** Something without bound, of which there is nothing, is nothing. */
export function times(a: Amount, b: Amount): Amount {
  return { min: product(a.min, b.min), max: product(a.max, b.max), expected: product(a.expected, b.expected) };
}

function product(a: number, b: number): number {
  return a === 0 || b === 0 ? 0 : a * b;
}

/** As it is told: in whole numbers, at most what is bounded. */
export function toSpan({ min, max, expected }: Amount): Span {
  const likely = Math.round(expected);
  return {
    min,
    max: Number.isFinite(max) ? Math.ceil(max) : null,
    expected: Math.max(min, Number.isFinite(max) ? Math.min(likely, Math.ceil(max)) : likely),
  };
}

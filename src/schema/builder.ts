import SchemaBuilder from '@pothos/core';
import type { Decimal } from '../domain/decimal.ts';
import type { CalendarDate, Instant } from '../domain/time.ts';
import type { GraphQLContext } from './context.ts';

/** Fields are nullable by default: behind many of them another upstream call may stand. */
export const builder = new SchemaBuilder<{
  Context: GraphQLContext;
  Scalars: {
    ID: { Input: string; Output: string };
    DateTime: { Input: Instant; Output: Instant };
    Date: { Input: CalendarDate; Output: CalendarDate };
    Decimal: { Input: Decimal; Output: Decimal };
    CurrencyCode: { Input: string; Output: string };
    URL: { Input: URL; Output: string };
    JSON: { Input: unknown; Output: unknown };
  };
}>({});

builder.queryType({ description: 'Reads. A field that fails costs itself, with its error, and nothing beside it.' });
builder.mutationType({
  description:
    'Writes. Each field reports its own outcome: what cannot be done is data (`outcome`, `problems`), not an error.',
});

import { GraphQLError, GraphQLScalarType, Kind, type ValueNode } from 'graphql';
import { GraphQLJSON, GraphQLURL } from 'graphql-scalars';
import { type Decimal, formatDecimal, isDecimal, parseDecimal } from '../domain/decimal.ts';
import { RelativeTime } from '../domain/relative-time.ts';
import { type CalendarDate, formatInstant, type Instant, isCalendarDate } from '../domain/time.ts';
import { builder } from './builder.ts';

const RFC_3339 = /^(\d{4}-\d{2}-\d{2})[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})$/;

builder.addScalarType(
  'DateTime',
  textScalar<Instant>({
    name: 'DateTime',
    description:
      'A moment, RFC 3339. Answers are in UTC (`2026-02-11T08:15:42Z`); inputs may have any offset but must have one. In the ranges of filters also an ISO 8601 duration from now: `-P30D`, `-PT12H`, `P0D`.',
    specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc3339',
    format: formatInstant,
    parse(text) {
      const day = RFC_3339.exec(text)?.[1];
      const instant = Date.parse(text);
      if (day === undefined) return relative(text);
      return isCalendarDate(day) && !Number.isNaN(instant) ? instant : undefined;
    },
    expected: 'a moment with an offset, such as 2026-02-11T08:15:42Z',
  }),
);

builder.addScalarType(
  'Date',
  textScalar<CalendarDate>({
    name: 'Date',
    description:
      'A calendar day without a time zone, `YYYY-MM-DD`. In the ranges of filters also an ISO 8601 duration of whole days, months or years from today in UTC: `-P30D`, `P1M`, `P0D`.',
    specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc3339#section-5.6',
    format: (date) => date,
    parse: (text) => (isCalendarDate(text) ? text : relative(text, (time) => time.isOfDays)),
    expected: 'a day that exists, YYYY-MM-DD',
  }),
);

builder.addScalarType(
  'CurrencyCode',
  textScalar<string>({
    name: 'CurrencyCode',
    description:
      'A currency as the CRM has it, in upper case: `EUR`. Accounts may define their own, so not only ISO 4217 codes.',
    format: (code) => code,
    parse: (text) => (/^[A-Z0-9]{2,12}$/.test(text) ? text : undefined),
    expected: 'an upper-case currency code, such as EUR',
  }),
);

builder.addScalarType(
  'Decimal',
  new GraphQLScalarType<Decimal, string>({
    name: 'Decimal',
    description:
      'An exact decimal number, a string in answers: `"18450.5"`. Inputs may be strings or, up to 15 digits, numbers.',
    serialize(value) {
      if (!isDecimal(value)) throw new TypeError('not a Decimal');
      return formatDecimal(value);
    },
    parseValue(value) {
      if (typeof value !== 'string' && typeof value !== 'number') throw refusal('Decimal', 'a decimal number');
      return readDecimal(value);
    },
    parseLiteral(node) {
      if (node.kind !== Kind.STRING && node.kind !== Kind.INT && node.kind !== Kind.FLOAT) {
        throw refusal('Decimal', 'a decimal number', node);
      }
      // The digits of a literal have not been through a binary float, so any number of them is exact.
      return readDecimal(node.value, node);
    },
  }),
);

builder.addScalarType(
  'URL',
  new GraphQLScalarType({
    ...GraphQLURL.toConfig(),
    description: 'An absolute address of a web page.',
    serialize: (value) => String(value),
  }),
);

builder.addScalarType(
  'JSON',
  new GraphQLScalarType({
    ...GraphQLJSON.toConfig(),
    description:
      'Any JSON value. Numbers of more than 15 digits are strings in answers, so that no client rounds them.',
  }),
);

/**
 * A time relative to now, which only the ranges of filters take: `refuseRelativeTimes` keeps it out of everything else.
 * So it goes under the type of an absolute time, and whoever reads a range tells them apart.
 */
function relative<T>(text: string, fits: (time: RelativeTime) => boolean = () => true): T | undefined {
  const time = RelativeTime.parse(text);
  return time && fits(time) ? (time as T) : undefined;
}

interface TextScalar<T> {
  readonly name: string;
  readonly description: string;
  readonly specifiedByURL?: string;
  format(value: T): string;
  /** `undefined` for text that is not one. */
  parse(text: string): T | undefined;
  readonly expected: string;
}

function textScalar<T>({ format, parse, expected, ...config }: TextScalar<T>): GraphQLScalarType<T, string> {
  const read = (value: unknown, node?: ValueNode): T => {
    const parsed = typeof value === 'string' ? parse(value) : undefined;
    if (parsed === undefined) throw refusal(config.name, expected, node);
    return parsed;
  };
  return new GraphQLScalarType<T, string>({
    ...config,
    serialize: (value) => format(value as T),
    parseValue: (value) => read(value),
    parseLiteral: (node) => read(node.kind === Kind.STRING ? node.value : undefined, node),
  });
}

function readDecimal(value: string | number, node?: ValueNode): Decimal {
  try {
    return parseDecimal(value);
  } catch (error) {
    throw refusal('Decimal', `a decimal number (${(error as Error).message})`, node);
  }
}

function refusal(scalar: string, expected: string, node?: ValueNode): GraphQLError {
  return new GraphQLError(`${scalar} has to be ${expected}.`, {
    ...(node && { nodes: [node] }),
    extensions: { code: 'BAD_USER_INPUT' },
  });
}

import { isLosslessNumber, LosslessNumber, parse, stringify } from 'lossless-json';

/** Reads JSON; numbers that a double cannot hold exactly stay `LosslessNumber`s. Throws `SyntaxError`. */
export function parseJson(text: string): unknown {
  return parse(text, undefined, (digits) => {
    const significant = digits
      .replace(/[eE].*$/, '')
      .replace(/[-.]/g, '')
      .replace(/^0+/, '');
    return significant.length > 15 ? new LosslessNumber(digits) : Number(digits);
  });
}

/** Writes JSON, `LosslessNumber`s digit by digit. */
export function formatJson(value: unknown): string {
  return stringify(value) ?? '';
}

/** Whether a JSON value is a number, of either kind. */
export function isJsonNumber(value: unknown): value is number | LosslessNumber {
  return typeof value === 'number' || isLosslessNumber(value);
}

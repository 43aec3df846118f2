import { errors } from 'undici';
import { expect, it } from 'vitest';
import type { HttpFailure } from '../../src/transport/errors.ts';
import { failureOf } from '../../src/transport/exchange.ts';

it.each<{ code: string | null; failure: HttpFailure }>([
  { code: 'ECONNREFUSED', failure: 'UNREACHABLE' },
  { code: 'ENOTFOUND', failure: 'UNREACHABLE' },
  { code: 'ECONNRESET', failure: 'UNREACHABLE' },
  { code: 'EPIPE', failure: 'UNREACHABLE' },
  { code: 'CERT_HAS_EXPIRED', failure: 'UNREACHABLE' },
  { code: 'UND_ERR_CONNECT_TIMEOUT', failure: 'UNREACHABLE' },
  { code: 'UND_ERR_SOCKET', failure: 'UNREACHABLE' },
  { code: 'UND_ERR_HEADERS_OVERFLOW', failure: 'INVALID_ANSWER' },
  { code: 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH', failure: 'UNREACHABLE' },
  { code: null, failure: 'UNREACHABLE' },
])('$code is $failure', ({ code, failure }) => {
  expect(failureOf(Object.assign(new Error('down'), { code }))).toBe(failure);
});

it('an answer that is not HTTP is unreadable', () => {
  expect(failureOf(new errors.HTTPParserError('Expected HTTP/'))).toBe('INVALID_ANSWER');
});

it('an answer that ends amid a chunk is that of a broken connection', () => {
  expect(failureOf(new errors.HTTPParserError('(Invalid EOF state)'))).toBe('UNREACHABLE');
});

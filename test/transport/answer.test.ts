import { brotliCompressSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { answerFailure, type Body, MAX_BODY_BYTES, maybeApplied, readBody } from '../../src/transport/answer.ts';
import type { HttpFailure } from '../../src/transport/errors.ts';
import type { Method } from '../../src/transport/http-client.ts';

const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' };
const bytes = (text: string) => Buffer.from(text);
const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);

describe('readBody', () => {
  it.each<{ given: string; headers: Record<string, string>; body: Buffer | null; kind: Body['kind'] }>([
    { given: 'JSON', headers: JSON_TYPE, body: bytes('{"a":1}'), kind: 'json' },
    {
      given: 'JSON of a vendor',
      headers: { 'content-type': 'application/vnd.api+json' },
      body: bytes('[]'),
      kind: 'json',
    },
    { given: 'JSON with a byte order mark', headers: JSON_TYPE, body: bytes('\ufeff{"a":1}'), kind: 'json' },
    {
      given: 'gzipped JSON',
      headers: { ...JSON_TYPE, 'content-encoding': 'gzip' },
      body: gzipSync('{"a":1}'),
      kind: 'json',
    },
    { given: 'nothing', headers: JSON_TYPE, body: bytes(''), kind: 'empty' },
    { given: 'nothing of no type', headers: {}, body: bytes(''), kind: 'empty' },
    { given: 'a single space', headers: { 'content-type': 'text/html' }, body: bytes(' '), kind: 'empty' },
    {
      given: 'gzipped nothing',
      headers: { ...JSON_TYPE, 'content-encoding': 'gzip' },
      body: gzipSync(''),
      kind: 'empty',
    },
    { given: 'HTML', headers: { 'content-type': 'text/html' }, body: bytes('<html>'), kind: 'other' },
    { given: 'JSON said to be text', headers: { 'content-type': 'text/plain' }, body: bytes('{}'), kind: 'other' },
    { given: 'JSON of no type', headers: {}, body: bytes('{}'), kind: 'other' },
    { given: 'JSON lines', headers: { 'content-type': 'application/jsonl' }, body: bytes('{}'), kind: 'other' },
    { given: 'HTML said to be JSON', headers: JSON_TYPE, body: bytes('<html>'), kind: 'other' },
    { given: 'half of JSON', headers: JSON_TYPE, body: bytes('{"a":'), kind: 'other' },
    { given: 'JSON that is not UTF-8', headers: JSON_TYPE, body: Buffer.from('"\xe9"', 'latin1'), kind: 'other' },
    {
      given: 'JSON nested without end',
      headers: JSON_TYPE,
      body: bytes(`${'['.repeat(200_000)}1234567890123456`),
      kind: 'other',
    },
    { given: 'JSON as deep as may be', headers: JSON_TYPE, body: bytes(nested(100)), kind: 'json' },
    { given: 'JSON that is deeper', headers: JSON_TYPE, body: bytes(nested(101)), kind: 'other' },
    {
      given: 'deep objects',
      headers: JSON_TYPE,
      body: bytes(`${'{"a":'.repeat(101)}1${'}'.repeat(101)}`),
      kind: 'other',
    },
    {
      given: 'much JSON as deep as may be',
      headers: JSON_TYPE,
      body: bytes(`["${'\\\\\\"[{'.repeat(200_000)}",${nested(99)}]`),
      kind: 'json',
    },
    {
      given: 'much JSON that is deeper',
      headers: JSON_TYPE,
      body: bytes(`["${' '.repeat(1_000_000)}",${nested(100)}]`),
      kind: 'other',
    },
    { given: 'nothing but brackets', headers: JSON_TYPE, body: bytes(nested(2_000_000)), kind: 'other' },
    {
      given: 'JSON said to be gzip',
      headers: { ...JSON_TYPE, 'content-encoding': 'gzip' },
      body: bytes('{}'),
      kind: 'other',
    },
    {
      given: 'brotli',
      headers: { ...JSON_TYPE, 'content-encoding': 'br' },
      body: brotliCompressSync('{}'),
      kind: 'other',
    },
    { given: 'too much', headers: JSON_TYPE, body: null, kind: 'other' },
    {
      given: 'a little gzip that is much too much',
      headers: { ...JSON_TYPE, 'content-encoding': 'gzip' },
      body: gzipSync(`"${' '.repeat(MAX_BODY_BYTES)}"`),
      kind: 'other',
    },
  ])('$given is $kind', async ({ headers, body, kind }) => {
    expect((await readBody(headers, body)).kind).toBe(kind);
  });

  it('reads what it says', async () => {
    const body = await readBody({ ...JSON_TYPE, 'content-encoding': 'gzip' }, gzipSync('{"id":9007199254740993}'));
    expect(body).toEqual({ kind: 'json', value: { id: '9007199254740993' } });
  });

  it.each(['{"a":"plain"}', '{"a":"Håkon Dvořák"}', '{"a":"日本 😀"}', '\ufeff{"a":"é"}'])(
    'decodes %s',
    async (text) => {
      expect(await readBody(JSON_TYPE, bytes(text))).toEqual({
        kind: 'json',
        value: JSON.parse(text.replace('\ufeff', '')),
      });
    },
  );

  it('never repeats what it could not read', async () => {
    expect(JSON.stringify(await readBody(JSON_TYPE, bytes('<p>s3cret')))).not.toContain('s3cret');
  });
});

describe('answerFailure', () => {
  it.each<{ status: number; body: Body['kind']; quotaSpent?: boolean; failure: HttpFailure | null }>([
    { status: 200, body: 'json', failure: null },
    { status: 201, body: 'json', failure: null },
    { status: 200, body: 'empty', failure: null },
    { status: 204, body: 'empty', failure: null },
    { status: 200, body: 'other', failure: 'INVALID_ANSWER' },
    { status: 200, body: 'json', quotaSpent: true, failure: null },
    { status: 301, body: 'empty', failure: 'INVALID_ANSWER' },
    { status: 302, body: 'json', failure: 'INVALID_ANSWER' },
    { status: 304, body: 'empty', failure: 'INVALID_ANSWER' },
    { status: 400, body: 'json', failure: null },
    { status: 401, body: 'empty', failure: null },
    { status: 403, body: 'json', failure: null },
    { status: 403, body: 'empty', failure: null },
    { status: 403, body: 'other', failure: 'BLOCKED' },
    { status: 404, body: 'other', failure: null },
    { status: 422, body: 'empty', failure: null },
    { status: 429, body: 'json', failure: 'RATE_LIMITED' },
    { status: 429, body: 'other', failure: 'RATE_LIMITED' },
    { status: 429, body: 'json', quotaSpent: true, failure: 'QUOTA' },
    { status: 500, body: 'json', failure: 'SERVER_ERROR' },
    { status: 503, body: 'other', failure: 'SERVER_ERROR' },
    { status: 999, body: 'json', failure: 'INVALID_ANSWER' },
  ])('$status with $body (quota spent: $quotaSpent) is $failure', ({ status, body, quotaSpent = false, failure }) => {
    expect(answerFailure(status, body, quotaSpent)).toBe(failure);
  });
});

it.each<{ method: Method; failure: HttpFailure; maybe: boolean }>([
  { method: 'GET', failure: 'SERVER_ERROR', maybe: false },
  { method: 'POST', failure: 'SERVER_ERROR', maybe: true },
  { method: 'PATCH', failure: 'INVALID_ANSWER', maybe: true },
  { method: 'DELETE', failure: 'RATE_LIMITED', maybe: false },
  { method: 'PUT', failure: 'QUOTA', maybe: false },
  { method: 'POST', failure: 'BLOCKED', maybe: false },
])('$method answered with $failure was maybe executed: $maybe', ({ method, failure, maybe }) => {
  expect(maybeApplied(method, failure)).toBe(maybe);
});

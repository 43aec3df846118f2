import { setTimeout as sleep } from 'node:timers/promises';
import { asSent, type WireAnswer } from '../../support/fault-proxy.ts';
import type { Codes, ReadFault } from './read-fault.ts';

const UNAVAILABLE = (): Codes => ['UPSTREAM_UNAVAILABLE'];
const TIMEOUT = (): Codes => ['UPSTREAM_TIMEOUT'];
const INVALID = (): Codes => ['UPSTREAM_INVALID_RESPONSE'];
/** Half of an answer may be taken for a broken connection or for a broken answer. */
const BROKEN = (): Codes => ['UPSTREAM_UNAVAILABLE', 'UPSTREAM_INVALID_RESPONSE'];
const NOTHING = (): Codes => [];

const DRIP_MS = 50;

/** What goes wrong with connections, and with HTTP itself. */
export const CONNECTION_FAULTS: readonly ReadFault[] = [
  {
    name: 'reset before the request is read',
    isTransient: true,
    codes: UNAVAILABLE,
    make: () => ({ kind: 'resetBefore' }),
  },
  { name: 'reset in place of the answer', isTransient: true, codes: UNAVAILABLE, make: () => ({ kind: 'resetAfter' }) },
  bytes('connection closed in place of the answer', UNAVAILABLE, () => [], 'ended', { isTransient: true }),
  bytes('body cut by the end of the connection', BROKEN, (real) => [half(sent(real))], 'ended', { isTransient: true }),
  bytes('body cut by a reset', BROKEN, (real) => [half(sent(real))], 'reset', { isTransient: true }),
  bytes('chunked body cut by the end of the connection', BROKEN, (real) => [half(chunked(real))], 'ended', {
    isTransient: true,
  }),
  { name: 'no headers', isSlow: true, turns: 'slow', codes: TIMEOUT, make: () => ({ kind: 'hang' }) },
  { name: 'a body that stops', isSlow: true, turns: 'slow', codes: TIMEOUT, make: stops },
  { name: 'a body by drops', isSlow: true, turns: 'slow', codes: TIMEOUT, make: drips },
  { name: 'slow headers', codes: NOTHING, make: () => ({ kind: 'delay', ms: 150 }) },
  { name: 'slow body', codes: NOTHING, make: () => ({ kind: 'throttle', ms: 200 }) },
  bytes('early hints before the answer', NOTHING, (real) => [
    Buffer.from('HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n'),
    sent(real),
  ]),
  bytes(
    'a second answer behind the first',
    NOTHING,
    (real) => [
      Buffer.concat([
        sent(real, { connection: 'keep-alive' }),
        sent({ ...real, body: Buffer.from('{"success":true,"data":[]}') }),
      ]),
    ],
    'open',
  ),
  bytes('what is not HTTP', BROKEN, () => [Buffer.from('SSH-2.0-OpenSSH_9.6\r\n\u0000\u0001\r\n\r\n')]),
  bytes('headers of 200 KB', BROKEN, (real) => [sent(real, { 'x-long': 'x'.repeat(200_000) })]),
  bytes('a chunk of no size', BROKEN, ({ status }) => [
    Buffer.from(`HTTP/1.1 ${status} \r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n{}`),
  ]),
  bytes('a length that is too short', BROKEN, (real) => [
    sent(real, { 'content-length': String(Math.floor(real.body.length / 2)) }),
  ]),
  bytes('a body without an end', INVALID, endless),
];

function bytes(
  name: string,
  codes: ReadFault['codes'],
  of: (real: WireAnswer) => Iterable<Buffer>,
  left: 'ended' | 'reset' | 'open' = 'ended',
  more: Partial<ReadFault> = {},
): ReadFault {
  return { name, codes, ...more, make: () => ({ kind: 'bytes', of, left }) };
}

/** The answer as bytes, with other headers. */
function sent(real: WireAnswer, over: WireAnswer['headers'] = {}): Buffer {
  return asSent(real.status, { ...real.headers, 'content-length': String(real.body.length), ...over }, real.body);
}

function chunked(real: WireAnswer): Buffer {
  const body = Buffer.concat([
    Buffer.from(`${real.body.length.toString(16)}\r\n`),
    real.body,
    Buffer.from('\r\n0\r\n\r\n'),
  ]);
  const { 'content-length': _, ...headers } = real.headers;
  return asSent(real.status, { ...headers, 'transfer-encoding': 'chunked' }, body);
}

function half(whole: Buffer): Buffer {
  return whole.subarray(0, Math.max(whole.length - 100, Math.ceil(whole.length / 2)));
}

function stops(): ReturnType<ReadFault['make']> {
  return { kind: 'bytes', of: (real) => [half(sent(real))], left: 'open' };
}

function drips(): ReturnType<ReadFault['make']> {
  async function* drops(real: WireAnswer) {
    yield sent(real).subarray(0, -real.body.length);
    for (let at = 0; at < real.body.length; at += 1) {
      yield real.body.subarray(at, at + 1);
      await sleep(DRIP_MS);
    }
  }
  return { kind: 'bytes', of: drops, left: 'ended' };
}

/** More than anybody reads. */
function* endless({ status, headers }: WireAnswer): Iterable<Buffer> {
  const { 'content-length': _, ...others } = headers;
  yield asSent(status, others, Buffer.from('{"success":true,"data":["'));
  const piece = Buffer.alloc(64 * 1024, 'x');
  for (let count = 0; count < 10_000; count += 1) yield piece;
}

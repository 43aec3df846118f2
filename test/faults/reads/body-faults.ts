import { deflateSync, gzipSync } from 'node:zlib';
import type { WireAnswer } from '../../support/fault-proxy.ts';
import { type Codes, CRM_TEXT, json, type ReadFault, refusalOf, text } from './read-fault.ts';

const INVALID = (): Codes => ['UPSTREAM_INVALID_RESPONSE'];
const NOTHING = (): Codes => [];
const MB = 1024 * 1024;

/** Answers of status 200 whose body is not what it should be, or not as it should be. */
export const BODY_FAULTS: readonly ReadFault[] = [
  body('HTML', `<!doctype html><title>${CRM_TEXT}</title>`, { 'content-type': 'text/html' }),
  body('plain text', CRM_TEXT, { 'content-type': 'text/plain' }),
  body('nothing', ''),
  body('a space', ' '),
  body('null', 'null'),
  body('a number', '42'),
  body('a text', `"${CRM_TEXT}"`),
  body('an object of nothing', '{}'),
  body('another shape', `{"unexpected":["${CRM_TEXT}"]}`),
  body('another shape within', `{"success":true,"data":"${CRM_TEXT}","entries":{"0":1},"pagination":[]}`),
  body('two documents', '{"success":true,"data":[]}{"success":true,"data":[]}'),
  body('JSON with NaN', '{"success":true,"data":NaN,"entries":NaN}'),
  body('JSON nested 100,000 deep', `${'['.repeat(100_000)}${']'.repeat(100_000)}`),
  changed('JSON that goes 20,000 deep in a field nobody reads', INVALID, (real) =>
    withText(real, (whole) => whole.replace(/^\{/, `{"odd":${'['.repeat(20_000)}${']'.repeat(20_000)},`)),
  ),
  {
    name: 'success: false',
    codes: INVALID,
    make: (struck) => ({ kind: 'answer', of: json(refusalOf(struck)) }),
  },
  changed('half of the JSON', INVALID, (real) => ({ ...real, body: real.body.subarray(0, real.body.length / 2) })),
  changed('a type other than JSON', INVALID, (real) => withHeaders(real, { 'content-type': 'text/html' })),
  changed('no type', INVALID, (real) => withHeaders(real, { 'content-type': undefined })),
  changed('a byte order mark', NOTHING, (real) => ({
    ...real,
    body: Buffer.concat([Buffer.from('\ufeff'), real.body]),
  })),
  changed('UTF-16', INVALID, (real) => ({ ...real, body: Buffer.from(`\ufeff${real.body}`, 'utf16le') })),
  changed('bytes that are not UTF-8', INVALID, (real) => ({
    ...real,
    body: Buffer.concat([
      Buffer.from('{"odd":"'),
      Buffer.from([0xff, 0xc0, 0xaf]),
      Buffer.from('",'),
      real.body.subarray(1),
    ]),
  })),
  changed('a body of 9 MB', INVALID, (real) =>
    withText(real, (whole) => whole.replace(/^\{/, `{"odd":"${'x'.repeat(9 * MB)}",`)),
  ),
  changed('gzip', NOTHING, (real) => encoded(real, 'gzip', gzipSync(real.body))),
  changed('a gzip bomb of 400 MB', INVALID, (real) => encoded(real, 'gzip', bomb())),
  changed('half of the gzip', INVALID, (real) => encoded(real, 'gzip', gzipSync(real.body).subarray(0, -20))),
  changed('gzip that is none', INVALID, (real) => encoded(real, 'gzip', real.body)),
  changed('an encoding that was not asked for', INVALID, (real) => encoded(real, 'deflate', deflateSync(real.body))),
  changed('204', INVALID, (real) => ({ ...real, status: 204, body: Buffer.alloc(0) })),
];

let made: Buffer | null = null;

/** 400 KB that become 400 MB. */
function bomb(): Buffer {
  made ??= Buffer.concat(new Array<Buffer>(400).fill(gzipSync(Buffer.alloc(MB, ' '))));
  return made;
}

function body(name: string, content: string, headers: WireAnswer['headers'] = {}): ReadFault {
  return { name: `200 with ${name}`, codes: INVALID, make: () => ({ kind: 'answer', of: text(content, { headers }) }) };
}

function changed(name: string, codes: ReadFault['codes'], of: (real: WireAnswer) => WireAnswer): ReadFault {
  return { name, codes, make: () => ({ kind: 'answer', of }) };
}

function withHeaders(real: WireAnswer, headers: WireAnswer['headers']): WireAnswer {
  return { ...real, headers: { ...real.headers, ...headers } };
}

function withText(real: WireAnswer, change: (whole: string) => string): WireAnswer {
  return { ...real, body: Buffer.from(change(real.body.toString())) };
}

function encoded(real: WireAnswer, encoding: string, bytes: Buffer): WireAnswer {
  return { ...withHeaders(real, { 'content-encoding': encoding }), body: bytes };
}

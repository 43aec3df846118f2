import { randomUUID } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { refusalExtensions } from './mask-error.ts';
import { Refusal } from './refusal.ts';

const STATUS: Readonly<Record<string, readonly [status: number, reason: string, message: string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'Request Timeout', 'the request took too long to arrive'],
  HPE_HEADER_OVERFLOW: [431, 'Request Header Fields Too Large', 'the headers are too large'],
};

/** Answers what is not HTTP, or does not arrive in time, and ends its connection. */
export function onBrokenRequest(error: Error & { readonly code?: string }, socket: Duplex): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const [status, reason, message] = STATUS[error.code ?? ''] ?? [400, 'Bad Request', 'the request is not HTTP'];
  const refusal = new Refusal('BAD_REQUEST', message, { status });
  const body = JSON.stringify({ errors: [{ message, extensions: refusalExtensions(refusal, randomUUID()) }] });
  const headers = `content-type: application/json; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(body)}`;
  socket.end(`HTTP/1.1 ${status} ${reason}\r\n${headers}\r\nconnection: close\r\n\r\n${body}`);
}

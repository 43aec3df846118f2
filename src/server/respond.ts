import type { ServerResponse } from 'node:http';
import { type RefusalCode, refusal } from './mask-error.ts';

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}

/** Refuses a request with a GraphQL error, before it reaches the GraphQL engine. */
export function sendRefusal(
  response: ServerResponse,
  status: number,
  code: RefusalCode,
  message: string,
  requestId: string,
): void {
  sendJson(response, status, { errors: [{ message, extensions: refusal(code, requestId) }] });
}

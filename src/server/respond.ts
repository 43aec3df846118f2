import type { ServerResponse } from 'node:http';
import { refusalExtensions } from './mask-error.ts';
import type { Refusal } from './refusal.ts';

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}

/** Refuses a request with a GraphQL error, before it reaches the GraphQL engine. */
export function sendRefusal(response: ServerResponse, refusal: Refusal, requestId: string): void {
  for (const [name, value] of Object.entries(refusal.http.headers ?? {})) response.setHeader(name, value);
  const error = { message: refusal.message, extensions: refusalExtensions(refusal, requestId) };
  sendJson(response, refusal.http.status, { errors: [error] });
}

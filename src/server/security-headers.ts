import type { ServerResponse } from 'node:http';

/** What every answer tells a browser: to run nothing of it, show it in no frame and take it for nothing else. */
export function secure(response: ServerResponse): void {
  response.setHeader('content-security-policy', "default-src 'none'; frame-ancestors 'none'");
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader('referrer-policy', 'no-referrer');
}

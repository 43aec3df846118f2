import { inspect } from 'node:util';
import { expect, it } from 'vitest';
import { HttpError } from '../../src/transport/errors.ts';
import type { HttpRequest } from '../../src/transport/http-client.ts';
import { callOf, clientOf, get, post, SECRET } from './client-under-test.ts';
import { json, listen, listenTcp, nowhere } from './origin.ts';

/** Everything a curious reader of an error could find. */
function everything(error: unknown): string {
  const chain: string[] = [];
  for (let each: unknown = error; each instanceof Error; each = each.cause) {
    chain.push(each.message, each.stack ?? '', JSON.stringify(each), inspect(each, { depth: 20, showHidden: true }));
  }
  return chain.join('\n');
}

/** Answers that repeat the key as loudly as they can. */
const echo = `<html>${SECRET}</html>`;
const origins: Record<string, () => Promise<{ url: string; close(): Promise<void> }>> = {
  'refuses connections': async () => ({ url: await nowhere(), close: () => Promise.resolve() }),
  'drops connections': () => listen((response) => response.destroy()),
  'resets connections': () => listenTcp((socket) => socket.resetAndDestroy()),
  'repeats what it was sent instead of HTTP': () => listenTcp((socket, text) => socket.end(text)),
  'breaks off within a body': () =>
    listenTcp((socket) => socket.end(`HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n${SECRET}`)),
  hangs: () => listen(() => undefined),
  redirects: () => listen((response) => response.writeHead(302, { location: `/?api_key=${SECRET}` }).end()),
  'answers HTML': () => listen((response) => response.writeHead(200, { 'content-type': 'text/html' }).end(echo)),
  'answers broken JSON': () => listen((response) => json(response, echo)),
  'answers a block': () => listen((response) => response.writeHead(403, { 'content-type': 'text/html' }).end(echo)),
  'answers 429': () => listen((response) => json(response, { key: SECRET }, 429)),
  'answers 500': () => listen((response) => json(response, { key: SECRET }, 500, { 'x-echo': SECRET })),
};

it.each(
  Object.keys(origins).flatMap((origin) =>
    [get(), post({ body: { note: SECRET } })].map((request): { origin: string; request: HttpRequest } => ({
      origin,
      request,
    })),
  ),
)('a CRM that $origin makes no $request.method tell the key', async ({ origin, request }) => {
  const { url, close } = (await origins[origin]?.()) ?? { url: '', close: () => Promise.resolve() };
  const { client, clock, logged } = clientOf(url, {}, { timeouts: { connectMs: 500, headersMs: 500, totalMs: 100 } });
  const error: unknown = await client.send(request, callOf(clock)).catch((reason: unknown) => reason);
  await client.close();
  await close();
  expect(error).toBeInstanceOf(HttpError);
  expect(everything(error)).not.toContain(SECRET);
  expect(logged.length).toBeGreaterThan(0);
  expect(JSON.stringify(logged)).not.toContain(SECRET);
});

it('a key that cannot be sent in a header is not told either', async () => {
  const credentials = { headers: { 'x-api-token': `${SECRET}\r\nx-admin: 1` } };
  const { client, clock, logged } = clientOf('http://127.0.0.1:9', { credentials });
  const error: unknown = await client.send(get(), callOf(clock)).catch((reason: unknown) => reason);
  await client.close();
  expect(error).toMatchObject({ failure: 'UNREACHABLE', maybeApplied: false });
  expect(everything(error) + JSON.stringify(logged)).not.toContain(SECRET);
});

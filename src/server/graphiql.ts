import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { examples } from './examples.ts';

const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-cache',
  vary: 'accept, accept-encoding',
};

/**
 * Tabs that are given from the start are laid out twice, and GraphiQL shifts each by the difference once it has the
 * focus: it would move away under the pointer that clicks it.
 */
const TABS_STAY = '<style>.graphiql-tab { transform: none !important; }</style>';

/** Whether a browser opens the page, rather than a client sending an operation. */
export function wantsGraphiql(request: IncomingMessage): boolean {
  return request.method === 'GET' && (request.headers.accept ?? '').includes('text/html');
}

/**
 * Serves GraphiQL, whole and without any request elsewhere, with the example operations in tabs. The page is several
 * megabytes, so it is loaded, rendered and compressed once, when it is first asked for.
 */
export function createGraphiql(): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  let page: ReturnType<typeof renderPage> | null = null;
  return async (request, response) => {
    page ??= renderPage();
    const { plain, zipped, policy } = await page;
    const zips = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));
    const body = zips ? zipped : plain;
    response.writeHead(200, {
      ...HEADERS,
      'content-security-policy': policy,
      'content-length': body.length,
      ...(zips && { 'content-encoding': 'gzip' }),
    });
    response.end(body);
  };
}

async function renderPage() {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  const html = renderGraphiQL({
    title: 'dealgraph',
    defaultTabs: examples.map(({ query, variables }) => ({
      query,
      variables: variables ? JSON.stringify(variables, null, 2) : null,
    })),
    defaultEditorToolsVisibility: 'variables',
    shouldPersistHeaders: false,
  });
  const page = html.replace('</head>', () => `${TABS_STAY}</head>`);
  const plain = Buffer.from(page, 'utf8');
  return { plain, zipped: await promisify(gzip)(plain), policy: policyOf(page) };
}

/**
 * Lets the page run its own scripts, which are known by their hashes, and call its own origin. It can change deals, so
 * no other site may show it inside its own.
 */
function policyOf(page: string): string {
  const scripts = Array.from(
    page.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g),
    ([, script = '']) => `'sha256-${createHash('sha256').update(script).digest('base64')}'`,
  );
  return [
    "default-src 'none'",
    `script-src ${scripts.join(' ')}`,
    "style-src 'unsafe-inline'",
    "img-src 'self' data:",
    'font-src data:',
    "connect-src 'self'",
    'worker-src blob:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

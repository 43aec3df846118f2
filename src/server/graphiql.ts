import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { renderGraphiQL } from '@graphql-yoga/render-graphiql';
import { examples } from './examples.ts';

const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-cache',
  // The page can change deals, so no other site may show it inside its own.
  'content-security-policy': "frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
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
 * megabytes, so it is rendered and compressed once, when it is first asked for.
 */
export function createGraphiql(): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  let page: Promise<{ readonly plain: Buffer; readonly zipped: Buffer }> | null = null;
  return async (request, response) => {
    page ??= renderPage();
    const { plain, zipped } = await page;
    const zips = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));
    const body = zips ? zipped : plain;
    response.writeHead(200, {
      ...HEADERS,
      'content-length': body.length,
      ...(zips && { 'content-encoding': 'gzip' }),
    });
    response.end(body);
  };
}

async function renderPage() {
  const html = renderGraphiQL({
    title: 'dealgraph',
    defaultTabs: examples.map(({ query, variables }) => ({
      query,
      variables: variables ? JSON.stringify(variables, null, 2) : null,
    })),
    defaultEditorToolsVisibility: 'variables',
    shouldPersistHeaders: false,
  });
  const plain = Buffer.from(
    html.replace('</head>', () => `${TABS_STAY}</head>`),
    'utf8',
  );
  return { plain, zipped: await promisify(gzip)(plain) };
}

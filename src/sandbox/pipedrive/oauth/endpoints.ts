import querystring from 'node:querystring';
import { findRoute, type Route, type SimRequest, type SimResponse } from '../../kit/simulator.ts';
import { isObject } from '../schema.ts';
import { requireRedirectUri } from './app.ts';
import { OAuthFailure } from './failure.ts';
import type { IssuedTokens } from './grants.ts';
import type { OAuthServer } from './server.ts';

/** Whether a path belongs to the OAuth server and not to the API. */
export function isOAuth(path: string): boolean {
  return path.startsWith('/oauth/');
}

/** Answers a request of the OAuth server. */
export async function answerOAuth(server: OAuthServer, request: SimRequest): Promise<SimResponse> {
  const routes: readonly Route[] = [
    { method: 'GET', path: '/oauth/authorize', handler: () => authorize(server, request) },
    { method: 'POST', path: '/oauth/token', handler: () => token(server, request) },
    { method: 'POST', path: '/oauth/revoke', handler: () => revoke(server, request) },
  ];
  // The published API description has the token endpoint with and without a slash at the end.
  const hit = findRoute(routes, request.method, request.path.replace(/\/$/, ''));
  if (!('route' in hit)) {
    return hit.allowed.length > 0 ? { status: 405, headers: { allow: hit.allowed.join(', ') } } : { status: 404 };
  }
  try {
    return await hit.route.handler(request);
  } catch (error) {
    if (error instanceof OAuthFailure) return error.response;
    throw error;
  }
}

/** The consent page, answered at once. Wrong clients and addresses are never redirected to. */
function authorize(server: OAuthServer, { query }: SimRequest): SimResponse {
  const clientId = query.get('client_id');
  if (!clientId) throw new OAuthFailure('invalid_request', 'Missing parameter: `client_id`');
  if (clientId !== server.app.clientId) throw new OAuthFailure('invalid_client', 'Invalid client: client is invalid');
  const redirectUri = requireRedirectUri(server.app, query.get('redirect_uri'));
  const target = new URL(redirectUri);
  if (server.deniesConsent) target.searchParams.set('error', 'user_denied');
  else {
    target.searchParams.set('code', server.grants.issueCode(server.consentBy(server.signedIn), redirectUri));
  }
  const state = query.get('state');
  if (state !== null) target.searchParams.set('state', state);
  return { status: 302, headers: { location: target.href } };
}

function token(server: OAuthServer, request: SimRequest): SimResponse {
  const form = readForm(server, request);
  switch (required(form, 'grant_type')) {
    case 'authorization_code': {
      const code = required(form, 'code');
      const redirectUri = requireRedirectUri(server.app, form.redirect_uri);
      return reply(server, request, server.grants.exchange(code, redirectUri, server.accessTokenLife));
    }
    case 'refresh_token': {
      const known = required(form, 'refresh_token');
      return reply(server, request, server.grants.refresh(known, server.accessTokenLife, server.rotatesRefreshTokens));
    }
    default:
      throw new OAuthFailure('unsupported_grant_type', 'Unsupported grant type: `grant_type` is invalid');
  }
}

/** RFC 7009: 200 whether or not the token was known. */
function revoke(server: OAuthServer, request: SimRequest): SimResponse {
  const token = required(readForm(server, request), 'token');
  server.grants.revoke(token);
  // The official client encodes access tokens once more than the form does.
  server.grants.revoke(querystring.unescape(token));
  return { status: 200 };
}

function reply(
  server: OAuthServer,
  { headers }: SimRequest,
  { accessToken, refreshToken, scopes }: IssuedTokens,
): SimResponse {
  return {
    status: 200,
    headers: { 'cache-control': 'no-store' },
    body: {
      access_token: accessToken,
      token_type: 'Bearer',
      refresh_token: refreshToken,
      scope: scopes.join(','),
      expires_in: server.accessTokenLife,
      api_domain: server.apiDomain ?? `http://${headers.host}`,
    },
  };
}

/** The form of a client that has shown its secret: with HTTP Basic, or in the form itself. */
function readForm(server: OAuthServer, { headers, body }: SimRequest): Form {
  if (!(headers['content-type'] ?? '').includes('application/x-www-form-urlencoded') || !isObject(body)) {
    throw new OAuthFailure('invalid_request', 'Invalid request: content must be application/x-www-form-urlencoded');
  }
  const form = body as Form;
  const [id, secret] = basicCredentials(headers.authorization) ?? [form.client_id, form.client_secret];
  if (!id || !secret) {
    throw new OAuthFailure('invalid_client', 'Invalid client: cannot retrieve client credentials');
  }
  if (id !== server.app.clientId || secret !== server.app.clientSecret) {
    throw new OAuthFailure('invalid_client', 'Invalid client: client is invalid');
  }
  return form;
}

type Form = Readonly<Record<string, string | undefined>>;

function required(form: Form, name: string): string {
  const value = form[name];
  if (!value) throw new OAuthFailure('invalid_request', `Missing parameter: \`${name}\``);
  return value;
}

function basicCredentials(header: string | undefined): [id: string, secret: string] | null {
  const encoded = /^basic ([A-Za-z0-9+/=]+)$/i.exec(header ?? '')?.[1];
  if (encoded === undefined) return null;
  const [id = '', ...secret] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  return [id, secret.join(':')];
}

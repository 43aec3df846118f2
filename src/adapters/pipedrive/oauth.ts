import { HttpError } from '../../transport/errors.ts';
import type { HttpClient } from '../../transport/http-client.ts';
import type { Identity, OAuthApp } from '../../transport/oauth.ts';
import { isWire } from '../wire.ts';
import { ENDPOINTS } from './endpoints.ts';

interface AppSettings {
  readonly clientId: string | undefined;
  readonly clientSecret: string | undefined;
  readonly oauthUrl: string;
  readonly redirectUri: string;
  readonly apiUrl: string;
}

/** A Pipedrive app, whose tokens tell the company's own host as `api_domain`. */
export function oauthApp({ clientId, clientSecret, oauthUrl, redirectUri, apiUrl }: AppSettings): OAuthApp | null {
  if (clientId === undefined || clientSecret === undefined) return null;
  return {
    clientId,
    clientSecret,
    authorizeUrl: `${oauthUrl}/oauth/authorize`,
    tokenUrl: `${oauthUrl}/oauth/token`,
    revokeUrl: `${oauthUrl}/oauth/revoke`,
    redirectUri,
    baseUrlOf: ({ api_domain: told }) => (told == null ? apiUrl : apiHost(String(told), oauthUrl, apiUrl)),
    identify,
  };
}

/**
 * Where a token may be sent: to Pipedrive's own hosts, by https. Where the OAuth server itself is another, as with the
 * sandbox, only to that one and to the configured host of the API.
 */
function apiHost(told: string, oauthUrl: string, apiUrl: string): string | null {
  if (!URL.canParse(told)) return null;
  const { origin, href } = new URL(told);
  if (href !== `${origin}/`) return null;
  if (isPipedrive(oauthUrl)) return isPipedrive(origin) ? origin : null;
  return [oauthUrl, apiUrl].some((url) => new URL(url).origin === origin) ? origin : null;
}

function isPipedrive(url: string): boolean {
  const { protocol, hostname, port } = new URL(url);
  return protocol === 'https:' && port === '' && /^([a-z0-9-]+\.)*pipedrive\.com$/.test(hostname);
}

async function identify(http: HttpClient, call: Parameters<HttpClient['send']>[1]): Promise<Identity> {
  const { method, template, tokens } = ENDPOINTS.me;
  const { status, body } = await http.send({ method, path: template, template, tokens }, call);
  const facts = { status, maybeApplied: false };
  if (status >= 400) throw new HttpError('NOT_CONNECTED', `${method} ${template} was answered ${status}`, facts);
  const me = isWire(body) && isWire(body.data) ? body.data : {};
  const words = (...names: readonly string[]) => names.map((name) => me[name]).find((word) => isWord(word));
  const [userId, companyId] = [words('id'), words('company_id')];
  if (userId === undefined || companyId === undefined) {
    throw new HttpError('INVALID_ANSWER', `${method} ${template} was answered without a user and company`, facts);
  }
  return {
    company: { id: String(companyId), label: String(words('company_name', 'company_domain') ?? companyId) },
    user: { id: String(userId), label: String(words('name', 'email') ?? userId) },
  };
}

function isWord(value: unknown): boolean {
  return (typeof value === 'string' && value !== '') || typeof value === 'number';
}

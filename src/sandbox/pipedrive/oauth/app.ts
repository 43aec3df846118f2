import { OAuthFailure } from './failure.ts';
import { ALL_SCOPES } from './scopes.ts';

/** An app as it is registered in Pipedrive's Developer Hub. */
export interface RegisteredApp {
  clientId: string;
  clientSecret: string;
  /** Where users may be sent back to, compared letter by letter; none registered: any address of this computer. */
  redirectUris: readonly string[];
  /** What users grant. The app has them once and for all: requests do not choose among them. */
  scopes: readonly string[];
}

/** The app every sandbox knows. Its secret opens nothing but sandboxes. */
export function sandboxApp(over: Partial<RegisteredApp> = {}): RegisteredApp {
  return {
    clientId: '6f2d1c0a9b7e4835',
    clientSecret: 'c41f7a90d3e85b26f1a7089d4ce2b35f6a18e07d',
    redirectUris: [],
    scopes: ALL_SCOPES,
    ...over,
  };
}

/** Throws unless users may be sent back to this address. */
export function requireRedirectUri(app: RegisteredApp, uri: string | null | undefined): string {
  if (!uri || !URL.canParse(uri)) {
    throw new OAuthFailure('invalid_request', 'Invalid request: `redirect_uri` is not a valid URI');
  }
  const allowed = app.redirectUris.length === 0 ? isLoopback(new URL(uri)) : app.redirectUris.includes(uri);
  if (!allowed) throw new OAuthFailure('invalid_request', 'Invalid request: `redirect_uri` is invalid');
  return uri;
}

function isLoopback({ protocol, hostname }: URL): boolean {
  return /^https?:$/.test(protocol) && ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);
}

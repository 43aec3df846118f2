import { createHash } from 'node:crypto';
import type { SimRequest } from '../kit/simulator.ts';
import { type Failure, gatewayRefusal } from './failure.ts';
import type { OAuthServer } from './oauth/server.ts';
import type { User } from './records.ts';
import type { Caller } from './store.ts';

/** Who a request of the API comes from, and what they may. */
export interface Credential extends Caller {
  /** The scopes of an access token; `null` for an API token, which may all that its user may. */
  readonly scopes: readonly string[] | null;
}

/** A user's API token; users have one each. The account's own is the one handed in. */
export function apiTokenOf(user: User, ofAccount: string): string {
  return user.is_you ? ofAccount : createHash('sha1').update(`${ofAccount}:${user.id}`).digest('hex');
}

/** Who sends a request; else the refusal: 401, or 400 for another kind of header. API tokens go before access tokens. */
export function authenticate(
  { headers }: SimRequest,
  users: Iterable<User>,
  ofAccount: string,
  oauth: OAuthServer,
): Credential | Failure {
  const { 'x-api-token': token, authorization } = headers;
  if (token || authorization === undefined) {
    for (const user of users) {
      if (user.active_flag && apiTokenOf(user, ofAccount) === token) {
        return { userId: user.id, clientId: null, scopes: null };
      }
    }
    return gatewayRefusal(401, 'unauthorized access');
  }
  const accessToken = /^bearer (\S+)$/i.exec(authorization)?.[1];
  if (accessToken === undefined) return gatewayRefusal(400, 'Invalid request: malformed authorization header');
  const consent = oauth.grants.consentOf(accessToken);
  if (!consent) return gatewayRefusal(401, 'Invalid token: access token is invalid');
  return { ...consent, clientId: oauth.app.clientId };
}

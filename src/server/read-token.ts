import { createHash } from 'node:crypto';
import type { JWTPayload, JWTVerifyGetKey } from 'jose';
import type { JwtSettings } from '../config/caller-settings.ts';
import type { Caller } from '../domain/caller.ts';
import type { Clock } from '../transport/clock.ts';
import { Refusal, unauthenticated } from './refusal.ts';

const JWKS_TIMEOUT_MS = 5_000;
/** An unknown key may be a new one, but the issuer is not asked for each. */
const JWKS_COOLDOWN_MS = 30_000;
const JWKS_MAX_AGE_MS = 600_000;
const CLOCK_TOLERANCE_SECONDS = 5;
/** What says that the token is wrong, rather than that the issuer's keys could not be had. */
const OF_TOKEN = /^ERR_(JWT|JWS|JOSE_ALG|JOSE_NOT_SUPPORTED|JWKS_NO_MATCHING_KEY|JWKS_MULTIPLE_MATCHING_KEYS)/;

/** Reads callers out of the issuer's tokens. The library and the issuer's keys are loaded when the first one comes. */
export function createTokenReader(settings: JwtSettings, clock: Clock): (token: string) => Promise<Caller> {
  let loading: Promise<{ jose: typeof import('jose'); keys: JWTVerifyGetKey }> | null = null;
  return async (token) => {
    loading ??= load(settings);
    const { jose, keys } = await loading;
    try {
      const { payload } = await jose.jwtVerify(token, keys, {
        issuer: settings.issuer,
        audience: settings.audience,
        algorithms: [...settings.algorithms],
        requiredClaims: ['exp', settings.callerClaim],
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
        currentDate: new Date(clock.now()),
      });
      return callerOf(payload, settings);
    } catch (error) {
      if (error instanceof Refusal) throw error;
      if (error instanceof jose.errors.JOSEError && OF_TOKEN.test(error.code)) {
        throw unauthenticated('the API key or token is not valid');
      }
      throw new Refusal(
        'OVERLOADED',
        'tokens cannot be checked: the keys of their issuer cannot be had',
        { status: 503 },
        5_000,
      );
    }
  };
}

async function load({ jwksUrl }: JwtSettings) {
  const jose = await import('jose');
  const keys = jose.createRemoteJWKSet(new URL(jwksUrl), {
    timeoutDuration: JWKS_TIMEOUT_MS,
    cooldownDuration: JWKS_COOLDOWN_MS,
    cacheMaxAge: JWKS_MAX_AGE_MS,
  });
  return { jose, keys };
}

function callerOf(claims: JWTPayload, settings: JwtSettings): Caller {
  const name = claims[settings.callerClaim];
  if (typeof name !== 'string' || name === '') throw unauthenticated('the token does not name its caller');
  const { crmsClaim } = settings;
  return {
    // The claim may be a person's name or address, which has no place in logs and journals.
    id: `jwt:${createHash('sha256').update(`${settings.issuer}\n${name}`).digest('base64url').slice(0, 22)}`,
    scopes: new Set(wordsOf(claims[settings.scopesClaim]).flatMap((word) => settings.scopes.get(word) ?? [])),
    crms: crmsClaim === null ? null : new Set(wordsOf(claims[crmsClaim])),
  };
}

/** The words of a claim, which is a text of them or a list; none where there is no such claim. */
function wordsOf(claim: unknown): readonly string[] {
  if (typeof claim === 'string') return claim.split(' ').filter((word) => word !== '');
  return Array.isArray(claim) ? claim.filter((word) => typeof word === 'string') : [];
}

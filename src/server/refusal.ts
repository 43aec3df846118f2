import { GraphQLError } from 'graphql';

/** Codes of requests that are refused before anything is executed. */
export const REFUSALS = {
  BAD_REQUEST: { retryable: false },
  REQUEST_TOO_LARGE: { retryable: false },
  CSRF_REJECTED: { retryable: false },
  UNAUTHENTICATED: { retryable: false },
  FORBIDDEN: { retryable: false },
  GRAPHQL_PARSE_FAILED: { retryable: false },
  GRAPHQL_VALIDATION_FAILED: { retryable: false },
  QUERY_TOO_COMPLEX: { retryable: false },
  CLIENT_RATE_LIMITED: { retryable: true },
  OVERLOADED: { retryable: true },
} as const;
export type RefusalCode = keyof typeof REFUSALS;

/** `spec`: clients that accept `application/json` only get the error with HTTP 200, as GraphQL over HTTP has it. */
export const BAD_REQUEST_STATUS = { status: 400, spec: true };

/** A request that is refused before anything of it is executed. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: RefusalCode;
  readonly http: { readonly status: number; readonly spec?: boolean; readonly headers?: Record<string, string> };
  readonly retryAfterMs: number | null;

  constructor(code: RefusalCode, message: string, http: Refusal['http'], retryAfterMs: number | null = null) {
    super(message);
    this.code = code;
    const retryAfter =
      retryAfterMs === null ? {} : { 'retry-after': String(Math.max(1, Math.ceil(retryAfterMs / 1000))) };
    this.http = { ...http, headers: { ...http.headers, ...retryAfter } };
    this.retryAfterMs = retryAfterMs;
  }

  /** For the GraphQL engine, which knows no other errors. */
  toGraphQLError(): GraphQLError {
    return new GraphQLError(this.message, { originalError: this });
  }
}

/** A document that asks for more than is allowed. */
export function tooComplex(message: string): Refusal {
  return new Refusal('QUERY_TOO_COMPLEX', message, BAD_REQUEST_STATUS);
}

/** A caller who cannot be told, or is not known. */
export function unauthenticated(message: string): Refusal {
  return new Refusal('UNAUTHENTICATED', message, { status: 401, headers: { 'www-authenticate': 'Bearer' } });
}

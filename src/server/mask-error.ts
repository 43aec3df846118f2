import { GraphQLError } from 'graphql';
import { ERROR_CODES, GatewayError } from '../domain/errors.ts';

/** Codes of requests that are refused before anything is executed. */
const REFUSALS = {
  BAD_REQUEST: { retryable: false },
  REQUEST_TOO_LARGE: { retryable: false },
  CSRF_REJECTED: { retryable: false },
  GRAPHQL_PARSE_FAILED: { retryable: false },
  GRAPHQL_VALIDATION_FAILED: { retryable: false },
  OVERLOADED: { retryable: true },
} as const;
export type RefusalCode = keyof typeof REFUSALS;

/** What every error of the gateway carries in its `extensions`. */
export interface ErrorExtensions {
  readonly code: string;
  /** Whether the same request may succeed later. */
  readonly retryable: boolean;
  readonly requestId: string;
  /** The configured CRM that failed. */
  readonly crm?: string;
  /** The id the CRM gave the failed exchange. */
  readonly upstreamRequestId?: string;
  readonly retryAfterMs?: number;
  /** The GraphQL argument a read was refused for. */
  readonly argument?: string;
  /** The ceiling that would be exceeded, and the tokens it would take. */
  readonly maxTokens?: number;
  readonly tokens?: number;
}

/**
 * Any error of an operation as clients see it. Failures of ours keep their code and message, refusals by the GraphQL
 * engine get a code; whatever is neither is a bug: its message is replaced, and `onBug` gets it for the log.
 */
export function maskError(error: unknown, requestId: string, onBug: (cause: unknown) => void): GraphQLError {
  const graphql = isGraphQLError(error) ? error : null;
  const verdict = gatewayVerdict(error) ?? (graphql && engineVerdict(graphql)) ?? bugVerdict(error, onBug);
  const beforeExecution = !graphql?.path;
  return new GraphQLError(verdict.message, {
    nodes: graphql?.nodes ?? null,
    source: graphql?.source ?? null,
    positions: graphql?.positions ?? null,
    path: graphql?.path ?? null,
    extensions: {
      ...verdict.extensions,
      requestId,
      // Read by the HTTP layer and not sent: a failed field is no failed request.
      ...(beforeExecution && { http: graphql?.extensions.http ?? verdict.http }),
    },
  });
}

/** The `extensions` of a refusal. */
export function refusal(code: RefusalCode, requestId: string): ErrorExtensions {
  return { code, ...REFUSALS[code], requestId };
}

interface Verdict {
  readonly message: string;
  readonly extensions: Omit<ErrorExtensions, 'requestId'>;
  readonly http: { readonly status: number; readonly spec?: boolean };
}

/** `spec`: clients that accept `application/json` only get the error with HTTP 200, as GraphQL over HTTP has it. */
const BAD_REQUEST_STATUS = { status: 400, spec: true };

function gatewayVerdict(error: unknown): Verdict | null {
  const failure = gatewayError(error);
  if (!failure) return null;
  const { crm, upstreamRequestId, retryAfterMs, argument, budget } = failure.details;
  const extensions = {
    code: failure.code,
    retryable: ERROR_CODES[failure.code].retryable,
    ...(crm !== undefined && { crm }),
    ...(upstreamRequestId !== undefined && { upstreamRequestId }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(argument !== undefined && { argument }),
    ...budget,
  };
  return { message: failure.message, extensions, http: BAD_REQUEST_STATUS };
}

/** What the GraphQL engine or its HTTP layer refuses because of what the client sent. */
function engineVerdict(error: GraphQLError): Verdict | null {
  const refused = (code: RefusalCode | 'BAD_USER_INPUT'): Verdict => ({
    message: error.message,
    extensions: { code, retryable: false },
    http: BAD_REQUEST_STATUS,
  });
  if (error.path) return /^Argument "/.test(error.message) ? refused('BAD_USER_INPUT') : null;
  if (/^Variable "\$/.test(error.message)) return refused('BAD_USER_INPUT');
  // An error of the parser that yoga keeps and throws again comes without its code.
  if (/^Syntax Error: /.test(error.message)) return refused('GRAPHQL_PARSE_FAILED');
  // Parameters in a URL that are not JSON.
  if (error.originalError instanceof SyntaxError)
    return { ...refused('BAD_REQUEST'), message: 'Parameters must be JSON' };
  switch (error.extensions.code) {
    case 'REQUEST_ENTITY_TOO_LARGE':
      return refused('REQUEST_TOO_LARGE');
    case 'OPERATION_RESOLUTION_FAILURE':
      return refused('BAD_REQUEST');
    case 'BAD_USER_INPUT':
    case 'BAD_REQUEST':
    case 'GRAPHQL_PARSE_FAILED':
    case 'GRAPHQL_VALIDATION_FAILED':
      return refused(error.extensions.code);
    default:
      return null;
  }
}

function bugVerdict(error: unknown, onBug: (cause: unknown) => void): Verdict {
  onBug(rootOf(error));
  return {
    message: 'Internal error',
    extensions: { code: 'INTERNAL_SERVER_ERROR', retryable: false },
    http: { status: 500 },
  };
}

function gatewayError(error: unknown): GatewayError | null {
  for (let current = error; current !== undefined && current !== null; current = originalOf(current)) {
    if (current instanceof GatewayError) return current;
  }
  return null;
}

function rootOf(error: unknown): unknown {
  const original = originalOf(error);
  return original === undefined ? error : rootOf(original);
}

function originalOf(error: unknown): unknown {
  return isGraphQLError(error) ? error.originalError : undefined;
}

/** By name as well as by class, since two copies of graphql may be loaded. */
function isGraphQLError(error: unknown): error is GraphQLError {
  return error instanceof GraphQLError || (error instanceof Error && error.name === 'GraphQLError');
}

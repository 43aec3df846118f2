import { GraphQLError } from 'graphql';
import { ERROR_CODES, GatewayError } from '../domain/errors.ts';
import type { Redact } from './redactor.ts';
import { BAD_REQUEST_STATUS, REFUSALS, Refusal, type RefusalCode } from './refusal.ts';

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

export interface MaskTerms {
  readonly requestId: string;
  /** Whether the caller is told nothing of the schema that it does not know already. */
  readonly hidesSchema: boolean;
  readonly redact: Redact;
  onBug(cause: unknown): void;
}

/**
 * Any error of an operation as clients see it. Failures of ours keep their code and message, refusals by the GraphQL
 * engine get a code; whatever is neither is a bug: its message is replaced, and `onBug` gets it for the log.
 */
export function maskError(error: unknown, { requestId, hidesSchema, redact, onBug }: MaskTerms): GraphQLError {
  const graphql = isGraphQLError(error) ? error : null;
  const verdict = ourVerdict(error) ?? (graphql && engineVerdict(graphql, hidesSchema)) ?? bugVerdict(error, onBug);
  const beforeExecution = !graphql?.path;
  return new GraphQLError(redact(verdict.message), {
    nodes: graphql?.nodes ?? null,
    source: graphql?.source ?? null,
    positions: graphql?.positions ?? null,
    path: graphql?.path ?? null,
    extensions: {
      ...verdict.extensions,
      requestId,
      // Read by the HTTP layer and not sent: a failed field is no failed request.
      ...(beforeExecution && { http: httpOf(graphql, verdict) }),
    },
  });
}

/** What is wrong with the request itself, and not with its document, is no matter of what the client accepts. */
function httpOf(graphql: GraphQLError | null, verdict: Verdict): Verdict['http'] {
  const http = (graphql?.extensions.http as Verdict['http'] | undefined) ?? verdict.http;
  return verdict.extensions.code === 'BAD_REQUEST' ? { ...http, spec: false } : http;
}

/** The `extensions` of a refusal. */
export function refusalExtensions({ code, retryAfterMs }: Refusal, requestId: string): ErrorExtensions {
  return { code, ...REFUSALS[code], ...(retryAfterMs !== null && { retryAfterMs }), requestId };
}

interface Verdict {
  readonly message: string;
  readonly extensions: Omit<ErrorExtensions, 'requestId'>;
  readonly http: Refusal['http'];
}

function ourVerdict(error: unknown): Verdict | null {
  const failure = ourError(error);
  if (!failure) return null;
  if (failure instanceof Refusal) {
    const { requestId, ...extensions } = refusalExtensions(failure, '');
    return { message: failure.message, extensions, http: failure.http };
  }
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
function engineVerdict(error: GraphQLError, hidesSchema: boolean): Verdict | null {
  const refused = (code: RefusalCode | 'BAD_USER_INPUT'): Verdict => ({
    message: hidesSchema ? withoutSchema(error.message, code) : error.message,
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

/** Without what the engine suggests in place of a name, and without the words of its parser. */
function withoutSchema(message: string, code: string): string {
  if (code === 'GRAPHQL_PARSE_FAILED') return 'The document cannot be parsed';
  return message.replace(/ ?Did you mean .*\?$/, '');
}

function bugVerdict(error: unknown, onBug: (cause: unknown) => void): Verdict {
  onBug(rootOf(error));
  return {
    message: 'Internal error',
    extensions: { code: 'INTERNAL_SERVER_ERROR', retryable: false },
    http: { status: 500 },
  };
}

function ourError(error: unknown): GatewayError | Refusal | null {
  for (let current = error; current !== undefined && current !== null; current = originalOf(current)) {
    if (current instanceof GatewayError || current instanceof Refusal) return current;
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

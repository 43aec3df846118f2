import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ExecutionResult, type GraphQLError, getOperationAST } from 'graphql';
import type { YogaServerInstance } from 'graphql-yoga';
import type { Writes } from '../domain/writes.ts';
import type { Answer, Complete } from './answer.ts';
import type { Exchange } from './exchange.ts';
import { jsonTypeFor, statusOf, toBytes } from './json-answer.ts';
import { type Shareable, SharedQueries } from './shared-queries.ts';
import type { ServerContext } from './use-operation.ts';

/** Answers a request, or answers `false` and leaves it, with its body, to yoga. */
export type PlainPost = (request: IncomingMessage, response: ServerResponse, exchange: Exchange) => Promise<boolean>;

type Yoga = Pick<YogaServerInstance<Record<string, unknown>, ServerContext>, 'getEnveloped'>;

/** An operation as a plain request asks for it. */
interface Params {
  readonly query: string;
  readonly variables: Record<string, unknown> | null | undefined;
  readonly operationName: string | null | undefined;
}

/** What executing an operation came to, which several may be answered with. */
interface Executed {
  readonly result: ExecutionResult;
  readonly exchange: Exchange;
  /** `data` as JSON, once somebody was answered with it. */
  data: Buffer | null;
}

const PLAIN_TYPE = /^application\/json(?:;\s*charset=utf-8)?$/i;
const INCREMENTAL = /@(?:defer|stream)\b/;
/** Failures that come of how much time the one who asked first had left. */
const OF_ITS_TIME: ReadonlySet<unknown> = new Set(['RATE_LIMITED', 'UPSTREAM_TIMEOUT', 'BUDGET_EXCEEDED']);

/**
 * Answers what nearly all clients send, an operation in a plain JSON body, without the conversions to and from fetch's
 * requests and responses. The operation goes through the same plugins, so it meets the same checks; whatever is not
 * plain, or is refused before it is executed, is left to yoga. Identical queries in flight are executed once.
 */
export function createPlainPost(yoga: Yoga, writes: Writes, complete: Complete, maxBytes: number): PlainPost {
  const shared = new SharedQueries<Executed>(writes);

  return async (request, response, exchange) => {
    const type = jsonTypeFor(request.headers.accept);
    if (type === null || !isPlain(request, maxBytes)) return false;
    const body = await readBody(request);
    if (body === null) return true;
    const operation = prepare(yoga, body, exchange);
    if (operation === null) {
      leaveBody(request, body);
      return false;
    }
    const { executed, isJoined } = await answerOf(operation, keyOf(request, body), exchange);
    if (isJoined) {
      exchange.operation = executed.exchange.operation;
      exchange.receipt.join(executed.exchange.receipt);
    }
    send(response, type, executed, complete(executed.result, exchange));
    return true;
  };

  async function answerOf(operation: Operation, key: string, exchange: Exchange) {
    if (operation.type === 'mutation') return { executed: await operation.execute(exchange), isJoined: false };
    const { result, isJoined } = await shared.ask(key, exchange.disconnected, async (abandoned) =>
      toShareable(await operation.execute({ ...exchange, disconnected: abandoned })),
    );
    if (!isJoined) exchange.operation = result.exchange.operation;
    return { executed: result, isJoined };
  }
}

interface Operation {
  readonly type: 'query' | 'mutation';
  execute(exchange: Exchange): Promise<Executed>;
}

/** Parses and validates what is asked for, or answers `null` where yoga has to tell what is wrong with it. */
function prepare(yoga: Yoga, body: Buffer, exchange: Exchange): Operation | null {
  const params = readParams(body);
  if (params === null || INCREMENTAL.test(params.query)) return null;
  const context: ServerContext = { exchange };
  const { schema, parse, validate, execute, contextFactory } = yoga.getEnveloped(context);
  try {
    const document = parse(params.query);
    if (validate(schema, document).length > 0) return null;
    const type = getOperationAST(document, params.operationName)?.operation;
    if (type !== 'query' && type !== 'mutation') return null;
    return {
      type,
      async execute(own) {
        Object.assign(context, { exchange: own });
        const { variables: variableValues, operationName } = params;
        const given = contextFactory();
        const contextValue = given instanceof Promise ? await given : given;
        let result: ExecutionResult;
        try {
          result = await execute({ schema, document, contextValue, variableValues, operationName });
        } catch (error) {
          result = { errors: [error as GraphQLError] };
        }
        return { result, exchange: own, data: null };
      },
    };
  } catch {
    return null;
  }
}

function toShareable(executed: Executed): Shareable<Executed> {
  const isCutShort = executed.result.errors?.some(({ originalError, extensions }) =>
    OF_ITS_TIME.has((originalError as { code?: unknown } | null)?.code ?? extensions?.code),
  );
  return { result: executed, isCutShort: isCutShort === true };
}

/** Everything that was sent, headers with their credentials included: who sends the same is the same to a CRM. */
function keyOf(request: IncomingMessage, body: Buffer): string {
  return `${request.rawHeaders.join('\n')}\n\n${body.toString('latin1')}`;
}

/** Whether a request is a POST to the endpoint itself, of JSON of a known size. */
function isPlain({ method, url, headers }: IncomingMessage, maxBytes: number): boolean {
  const size = Number(headers['content-length']);
  return (
    method === 'POST' &&
    url?.includes('?') === false &&
    PLAIN_TYPE.test(headers['content-type'] ?? '') &&
    headers['content-encoding'] === undefined &&
    size > 0 &&
    size <= maxBytes
  );
}

/** The body, or `null` when the client hangs up first. */
function readBody(request: IncomingMessage): Promise<Buffer | null> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.once('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
    request.once('error', () => resolve(null));
    request.once('close', () => resolve(null));
  });
}

/** Gives the body to yoga, which takes it from here where a request was read already. */
function leaveBody(request: IncomingMessage, body: Buffer): void {
  Object.assign(request, { body });
}

/** What is asked for, or `null` where it is not what plain requests consist of. */
function readParams(body: Buffer): Params | null {
  let params: unknown;
  try {
    params = JSON.parse(body.toString('utf8'));
  } catch {
    return null;
  }
  if (!isObject(params)) return null;
  const { query, variables, operationName, ...others } = params;
  const isKnown =
    typeof query === 'string' &&
    (variables == null || isObject(variables)) &&
    (operationName == null || typeof operationName === 'string') &&
    Object.keys(others).length === 0;
  return isKnown ? ({ query, variables, operationName } as Params) : null;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function send(response: ServerResponse, type: string, executed: Executed, answer: Answer): void {
  if (answer.data !== undefined) executed.data ??= Buffer.from(JSON.stringify(answer.data));
  const bytes = toBytes(executed.data, answer);
  response.writeHead(statusOf(answer, type), {
    'content-type': `${type}; charset=utf-8`,
    'content-length': bytes.length,
  });
  response.end(bytes);
}

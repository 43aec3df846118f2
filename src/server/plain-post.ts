import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { DocumentNode, ExecutionResult, GraphQLError } from 'graphql';
import type { GraphQLParams, Plugin, YogaServerInstance } from 'graphql-yoga';
import { type Shareable, type Shared, SharedReads } from '../domain/shared-reads.ts';
import type { Writes } from '../domain/writes.ts';
import type { WholeResult } from '../execution/whole-result.ts';
import type { Documents } from './documents.ts';
import type { Exchange, ServerContext } from './exchange.ts';
import { besideData, jsonTypeFor, statusOf, takesParts } from './json-answer.ts';
import type { KnownOperations } from './known-operation.ts';
import type { RunOperation } from './run-operation.ts';
import type { Tracing } from './tracing.ts';
import type { Answer, Complete } from './use-answer.ts';

/** Answers a request, or answers `false` and leaves it, with its body, to yoga. */
export type PlainPost = (request: IncomingMessage, response: ServerResponse, exchange: Exchange) => Promise<boolean>;

export interface PlainPostParts {
  readonly yoga: Pick<YogaServerInstance<Record<string, unknown>, ServerContext>, 'getEnveloped'>;
  /** What was handed to yoga: their checks of parameters are run here as well. */
  readonly plugins: readonly Plugin<Record<string, unknown>, ServerContext>[];
  readonly writes: Writes;
  readonly documents: Documents;
  readonly known: KnownOperations;
  readonly run: RunOperation;
  readonly complete: Complete;
  readonly maxBytes: number;
  /** `null` where nothing is traced. */
  tracing?(): Tracing | null;
}

/** What executing an operation came to, which several may be answered with. */
interface Executed {
  /** All but its data. */
  readonly result: ExecutionResult;
  /** Of the one it was executed for. */
  readonly exchange: Exchange;
  /** `data` as JSON, if there is any; as bytes where it is much. */
  readonly data: string | Buffer | null;
}

const PLAIN_TYPE = /^application\/json(?:;\s*charset=utf-8)?$/i;
const OWN_STATE = /\b(?:upstream|operations?)\b/;
/** Failures that come of how much time the one who asked first had left. */
const OF_ITS_TIME: ReadonlySet<unknown> = new Set(['RATE_LIMITED', 'UPSTREAM_TIMEOUT', 'BUDGET_EXCEEDED']);

/**
 * Answers what nearly all clients send, an operation in a plain JSON body, without the conversions to and from fetch's
 * requests and responses. The operation goes through the same plugins, so it meets the same checks; whatever is not
 * plain, or is refused before it is executed, is left to yoga. Identical queries in flight are executed once.
 */
export function createPlainPost(parts: PlainPostParts): PlainPost {
  const { writes, complete, maxBytes } = parts;
  const shared = new SharedReads<Executed>(writes);
  const prepare = createPrepare(parts);

  return async (request, response, exchange) => {
    const type = jsonTypeFor(request.headers.accept);
    if (type === null || !isPlain(request, maxBytes)) return false;
    const body = await readBody(request);
    if (body === null) return true;
    if (isList(body)) {
      leaveBody(request, LIST);
      return false;
    }
    const operation = await prepare(body, exchange);
    if (operation === null) {
      leaveBody(request, body);
      return false;
    }
    const { result: executed, isJoined } = await answerOf(operation, request, body, exchange);
    if (isJoined) {
      exchange.operation = executed.exchange.operation;
      exchange.receipt.join(executed.exchange.receipt);
      exchange.trace = parts.tracing?.()?.beginOperation(exchange) ?? null;
    }
    send(response, type, executed.data, complete(executed.result, exchange));
    return true;
  };

  function answerOf(operation: Operation, request: IncomingMessage, body: Buffer, exchange: Exchange) {
    if (!operation.isShareable) return operation.execute(exchange).then(alone);
    return shared.ask(keyOf(request, body, exchange), exchange.disconnected, (abandoned) => {
      exchange.abandoned = abandoned;
      return operation.execute(exchange);
    });
  }
}

function alone<T>({ result }: Shareable<T>): Shared<T> {
  return { result, isJoined: false };
}

/** What the checks use of what yoga tells them. */
type ParamsHook = Parameters<NonNullable<Plugin<Record<string, unknown>, ServerContext>['onParams']>>[0];

interface Operation {
  /** Queries, unless they ask for their own receipt, or for operations the gateway remembers. */
  readonly isShareable: boolean;
  execute(exchange: Exchange): Promise<Shareable<Executed>>;
}

/** Finds what is asked for in a body. Answers `null` where yoga has to tell what is wrong with it. */
function createPrepare({ yoga, plugins, documents, known, run }: PlainPostParts) {
  function read(query: string, context: ServerContext): DocumentNode | null {
    const known = documents.valid(query);
    if (known) return known;
    const { schema, parse, validate } = yoga.getEnveloped(context);
    const document: DocumentNode = parse(query);
    if (validate(schema, document).length > 0) return null;
    documents.foundValid(document);
    return document;
  }

  return async (body: Buffer, exchange: Exchange): Promise<Operation | null> => {
    const context: ServerContext = { exchange };
    try {
      let params = readParams(body);
      const setParams = (other: GraphQLParams) => {
        params = other;
      };
      for (const { onParams } of plugins) {
        const checking = onParams?.({ params, context, setParams } as ParamsHook);
        if (checking instanceof Promise) await checking;
      }
      const { query, variables, operationName } = params;
      if (query == null) return null;
      const document = read(query, context);
      const operation = document && known(document, operationName);
      if (!operation || (operation.isIncremental && takesParts(exchange.headers.accept))) return null;
      return {
        isShareable: operation.title.type === 'query' && !OWN_STATE.test(query),
        execute: (own) => executed(run.whole(operation, variables, own), own),
      };
    } catch {
      return null;
    }
  };
}

async function executed(running: Promise<WholeResult>, exchange: Exchange): Promise<Shareable<Executed>> {
  try {
    const result = await running;
    const { data, ...others } = result;
    const encoded = encode(data);
    result.release?.();
    return { result: { result: others, exchange, data: encoded }, isCutShort: isCutShort(others) };
  } catch (error) {
    const result = { errors: [error as GraphQLError] };
    return { result: { result, exchange, data: null }, isCutShort: isCutShort(result) };
  }
}

/** Text of less is sent together with the headers. Bytes are put together once for all who share them. */
const MUCH = 8_192;

function encode(data: ExecutionResult['data']): Executed['data'] {
  if (data === undefined) return null;
  const json = JSON.stringify(data);
  return json.length < MUCH ? json : Buffer.from(json);
}

function isCutShort({ errors }: ExecutionResult): boolean {
  if (errors === undefined) return false;
  return errors.some(({ originalError, extensions }) =>
    OF_ITS_TIME.has((originalError as { code?: unknown } | null)?.code ?? extensions?.code),
  );
}

/** Everything that was sent, headers with their credentials included: who sends the same is the same to a CRM. */
function keyOf(request: IncomingMessage, body: Buffer, { caller }: Exchange): string {
  return `${caller.id}\n${request.rawHeaders.join('\n')}\n\n${body.toString('latin1')}`;
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
    request.on('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
    request.on('close', () => resolve(null));
  });
}

/** Several operations at once are refused, however many and whatever they are: nobody has to read them. */
const LIST = Buffer.from('[]');

function isList(body: Buffer): boolean {
  return /^\s*\[/.test(body.toString('latin1', 0, 100));
}

/**
 * Gives the body to yoga, which takes it from here where a request was read already; as a stream, because yoga would
 * list every single byte of anything else.
 */
function leaveBody(request: IncomingMessage, body: Buffer): void {
  Object.assign(request, { body: Readable.from([body]) });
}

/** What is asked for. Throws where it is not what plain requests consist of. */
function readParams(body: Buffer): GraphQLParams {
  const params: unknown = JSON.parse(body.toString('utf8'));
  if (!isObject(params)) throw new TypeError('not an object');
  const { query, variables, operationName, extensions, ...others } = params;
  const isKnown =
    (query === undefined || typeof query === 'string') &&
    (variables == null || isObject(variables)) &&
    (operationName == null || typeof operationName === 'string') &&
    (extensions == null || isObject(extensions)) &&
    Object.keys(others).length === 0;
  if (!isKnown) throw new TypeError('not the parameters of an operation');
  return params;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const DATA = '{"data":';

/** Sends an answer in one go. */
function send(response: ServerResponse, type: string, data: Executed['data'], answer: Answer): void {
  const beside = besideData(answer);
  const isBytes = data instanceof Buffer;
  const text = data === null ? beside : `${isBytes ? '' : DATA + data},${beside.slice(1)}`;
  const size = Buffer.byteLength(text) + (isBytes ? DATA.length + data.length : 0);
  response.writeHead(statusOf(answer, type), {
    'content-type': `${type}; charset=utf-8`,
    'content-length': size,
  });
  if (isBytes) {
    response.cork();
    response.write(DATA, 'latin1');
    response.write(data);
  }
  response.end(text);
}

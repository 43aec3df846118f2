import type { JsonValue, Settlement, Settling, WriteCall, WriteRequest } from '../../domain/write-step.ts';
import { takePrepared } from '../prepared-step.ts';
import { probe } from '../settling.ts';
import type { Ids, PipedriveApi, Sent } from './api.ts';
import type { Endpoint } from './endpoints.ts';

/** An operation that writes. */
type WriteEndpoint = Endpoint & Pick<WriteRequest, 'method'>;

interface StepFacts<Result extends JsonValue> {
  readonly name: string;
  readonly endpoint: WriteEndpoint;
  /** Read only when it is sent: in a preview they may stand for what is not there. */
  readonly ids: Ids;
  /** Reads the data of the answer. */
  read(data: unknown): Result;
  readonly previewed: Result;
}

/** A write of which nothing has to be read before. */
interface Step<Result extends JsonValue> extends StepFacts<Result> {
  readonly sent?: Sent;
  settle(settling: Settling<JsonValue>): Promise<Settlement<Result>>;
  /** See `WriteStep`. */
  readonly likeness?: string;
}

interface PreparedStep<Result extends JsonValue, Note extends JsonValue> extends StepFacts<Result> {
  /** Reads and checks, and says what to send and what to note of it. */
  prepare(): Promise<{ readonly sent?: Sent; readonly note: Note }>;
  settle(note: Note, settling: Settling<Note>): Promise<Settlement<Result>>;
  /** See `WriteStep`. */
  likeness?(note: Note): string;
}

/** Takes a step of one write. */
export function takeStep<Result extends JsonValue>(
  api: PipedriveApi,
  step: Step<Result>,
  call: WriteCall,
): Promise<Result> {
  const { name, endpoint, ids, sent = {}, previewed, likeness } = step;
  return call.steps.take<Result>({
    name,
    request: requestOf(endpoint),
    previewed,
    send: () => api.write(endpoint, ids, sent, call, (data) => step.read(data)),
    settle: probe((settling) => step.settle(settling)),
    ...(likeness !== undefined && { likeness: () => likeness }),
  });
}

/** Takes a step of one write for which something is read or checked before. */
export function takePreparedStep<Result extends JsonValue, Note extends JsonValue>(
  api: PipedriveApi,
  step: PreparedStep<Result, Note>,
  call: WriteCall,
): Promise<Result> {
  const { name, endpoint, ids, previewed, likeness } = step;
  const prepare = async () => {
    const { sent = {}, note } = await step.prepare();
    return { note, send: () => api.write(endpoint, ids, sent, call, (data) => step.read(data)) };
  };
  const settle = (note: Note, settling: Settling<Note>) => step.settle(note, settling);
  const facts = { name, request: requestOf(endpoint), previewed, ...(likeness && { likeness }) };
  return takePrepared({ ...facts, prepare, settle }, call);
}

function requestOf({ method, template, tokens }: WriteEndpoint): WriteRequest {
  return { method, template, tokens };
}

import type { Call } from '../../domain/call.ts';
import type { DealProductDraft } from '../../domain/deal-writes.ts';
import { GatewayError } from '../../domain/errors.ts';
import { decimalOrNull, id, idOrNull, list, object, type Wire, WireError } from '../wire.ts';
import type { PipedriveApi } from './api.ts';
import { chunksOf } from './chunks.ts';
import { LINE_KEYS, lineBody } from './deal-product-body.ts';
import { ENDPOINTS, MAX_BATCH } from './endpoints.ts';
import { attempt, restOfLines, type Stop } from './write-problems.ts';

/** What a request costs beside its tokens, in tokens: time, and a place in the rate window. */
const REQUEST_WEIGHT = 2;

/** Lines that were added, in input order, and where adding stopped, if it did. */
export interface AddedLines {
  readonly lines: readonly string[];
  readonly stop: Stop | null;
}

/** Adds lines in input order, one request after the other, and stops at the first that fails. */
export async function addLines(
  api: PipedriveApi,
  deal: string,
  drafts: readonly DealProductDraft[],
  call: Call,
): Promise<AddedLines> {
  const lines: string[] = [];
  for (const chunk of chunksOf(drafts, MAX_BATCH)) {
    for (const step of stepsOf(chunk)) {
      const added = await attempt(addStep(api, deal, step, call));
      if (added instanceof GatewayError) return { lines, stop: addStop(added, lines.length, step, drafts) };
      lines.push(...added);
    }
  }
  return { lines, stop: null };
}

/** One bulk request, or one request a line where that costs less. */
function stepsOf(chunk: readonly DealProductDraft[]): readonly (readonly DealProductDraft[])[] {
  const singly = chunk.length * (ENDPOINTS.addLine.tokens + REQUEST_WEIGHT);
  return singly <= ENDPOINTS.addLines.tokens + REQUEST_WEIGHT ? chunksOf(chunk, 1) : [chunk];
}

function addStep(
  api: PipedriveApi,
  deal: string,
  step: readonly DealProductDraft[],
  call: Call,
): Promise<readonly string[]> {
  const [only] = step;
  if (step.length === 1 && only !== undefined) {
    const sent = { body: lineBody(only), keys: LINE_KEYS };
    return api.write(ENDPOINTS.addLine, { id: deal }, sent, call, (data) => [id(object(data, 'data'))]);
  }
  const body = { data: step.map(lineBody) };
  return api.write(ENDPOINTS.addLines, { id: deal }, { body }, call, (data) => inInputOrder(step, list(data, 'data')));
}

/** Finds each draft's line in a bulk answer, whose order is not documented. */
function inInputOrder(drafts: readonly DealProductDraft[], answer: readonly unknown[]): readonly string[] {
  const left = answer.map((line) => object(line, 'data'));
  if (left.length !== drafts.length) throw new WireError('data does not hold the lines that were sent');
  return drafts.map((draft) => {
    const same = left.findIndex((line) => isLineOf(line, draft) && hasFigures(line, draft));
    const index = same >= 0 ? same : left.findIndex((line) => isLineOf(line, draft));
    const [line] = index >= 0 ? left.splice(index, 1) : [];
    if (line === undefined) throw new WireError('data does not hold the lines that were sent');
    return id(line);
  });
}

function isLineOf(line: Wire, draft: DealProductDraft): boolean {
  return idOrNull(line, 'product_id') === draft.product;
}

function hasFigures(line: Wire, draft: DealProductDraft): boolean {
  return (
    decimalOrNull(line, 'item_price')?.eq(draft.unitPrice) === true &&
    decimalOrNull(line, 'quantity')?.eq(draft.quantity) === true
  );
}

function addStop(
  error: GatewayError,
  done: number,
  step: readonly DealProductDraft[],
  drafts: readonly DealProductDraft[],
): Stop {
  const untried = drafts.length - done - step.length;
  return { error, path: ['products', String(done)], rest: restOfLines(step.length, untried) };
}

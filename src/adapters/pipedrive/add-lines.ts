import type { DealProductDraft } from '../../domain/deal-writes.ts';
import { GatewayError } from '../../domain/errors.ts';
import type { Settlement, Settling, WriteCall } from '../../domain/write-step.ts';
import { isWithin } from '../crm-clock.ts';
import { STAND_IN_ID } from '../prepared-step.ts';
import { applied, unknown } from '../settling.ts';
import { decimalOrNull, id, idOrNull, isWire, list, object, type Wire, WireError } from '../wire.ts';
import type { PipedriveApi } from './api.ts';
import { chunksOf } from './chunks.ts';
import { LINE_KEYS, lineBody } from './deal-product-body.ts';
import { ENDPOINTS, MAX_BATCH } from './endpoints.ts';
import { addTime, idsOf, shows } from './evidence.ts';
import { takePreparedStep } from './steps.ts';
import { attempt, restOfLines, type Stop } from './write-problems.ts';

/** What a request costs beside its tokens, in tokens: time, and a place in the rate window. */
const REQUEST_WEIGHT = 2;

/** Lines that were added, in input order, and where adding stopped, if it did. */
export interface AddedLines {
  readonly lines: readonly string[];
  readonly stop: Stop | null;
}

/**
 * Adds lines in input order, one request after the other, and stops at the first that fails. `check` is made before
 * the first of them is sent.
 */
export async function addLines(
  api: PipedriveApi,
  deal: string,
  drafts: readonly DealProductDraft[],
  call: WriteCall,
  check: () => Promise<void> = async () => {},
): Promise<AddedLines> {
  const lines: string[] = [];
  for (const chunk of chunksOf(drafts, MAX_BATCH)) {
    for (const together of requestsFor(chunk)) {
      const isFirst = lines.length === 0;
      const request = { deal, drafts: together, at: lines.length, before: [...lines] };
      const added = await attempt(takeLines(api, request, isFirst ? check : null, call));
      if (added instanceof GatewayError) return { lines, stop: addStop(added, lines.length, together, drafts) };
      lines.push(...added);
    }
  }
  return { lines, stop: null };
}

/** One bulk request, or one request a line where that costs less. */
function requestsFor(chunk: readonly DealProductDraft[]): readonly (readonly DealProductDraft[])[] {
  const singly = chunk.length * (ENDPOINTS.addLine.tokens + REQUEST_WEIGHT);
  return singly <= ENDPOINTS.addLines.tokens + REQUEST_WEIGHT ? chunksOf(chunk, 1) : [chunk];
}

/** Lines that one request adds. */
interface LinesRequest {
  readonly deal: string;
  readonly drafts: readonly DealProductDraft[];
  /** Where in the input they begin. */
  readonly at: number;
  /** The lines that the requests before it added. */
  readonly before: readonly string[];
}

function takeLines(
  api: PipedriveApi,
  request: LinesRequest,
  check: (() => Promise<void>) | null,
  call: WriteCall,
): Promise<readonly string[]> {
  const { deal, drafts, at } = request;
  const [only] = drafts;
  const isSingle = drafts.length === 1 && only !== undefined;
  return takePreparedStep<readonly string[], readonly []>(
    api,
    {
      name: `lines ${at}`,
      endpoint: isSingle ? ENDPOINTS.addLine : ENDPOINTS.addLines,
      ids: { id: deal },
      async prepare() {
        await check?.();
        const sent = isSingle ? { body: lineBody(only), keys: LINE_KEYS } : { body: { data: drafts.map(lineBody) } };
        return { sent, note: [] };
      },
      read: (data) => (isSingle ? [id(object(data, 'data'))] : inInputOrder(drafts, list(data, 'data'))),
      settle: (_note, settling) => settleLines(api, request, settling),
      likeness: () => deal,
      previewed: drafts.map(() => STAND_IN_ID),
    },
    call,
  );
}

/**
 * The lines that a request whose answer was lost added: those that came to the deal since, if they are exactly the
 * ones that were sent.
 */
async function settleLines(
  api: PipedriveApi,
  { deal, drafts, before }: LinesRequest,
  { sentAt, isTaken, rivals, call }: Settling<unknown>,
): Promise<Settlement<readonly string[]>> {
  const values = await api.all(ENDPOINTS.linesOfDeals, [['deal_ids', deal]], call);
  const span = api.time.spanOf(sentAt);
  const added = values
    .filter(isWire)
    .filter((line) => idOrNull(line, 'deal_id') === deal && isWithin(span, addTime(line)))
    .filter((line) => !before.includes(id(line)) && !isTaken(id(line)));
  const bodies = drafts.map(lineBody);
  const alike = added.filter((line) => bodies.some((body) => shows(line, body)));
  const others = rivals();
  if (others > 0) return unknown(`${others} more operations may have added lines like these`);
  if (alike.length !== drafts.length) {
    return unknown(`${alike.length} lines like the ${drafts.length} that were sent were found: ${idsOf(alike)}`);
  }
  const lines = assigned(alike, bodies);
  return lines === null ? unknown('the lines that were found are not the ones that were sent') : applied(lines);
}

/** Each body's own line, in the order of the bodies; those that say least take what the others leave. */
function assigned(lines: readonly Wire[], bodies: readonly unknown[]): readonly string[] | null {
  const free = new Set(lines);
  const found: string[] = [];
  const choices = bodies.map((body, index) => ({ index, lines: lines.filter((line) => shows(line, body)) }));
  for (const { index, lines: fitting } of choices.toSorted((a, b) => a.lines.length - b.lines.length)) {
    const line = fitting.find((one) => free.has(one));
    if (line === undefined) return null;
    free.delete(line);
    found[index] = id(line);
  }
  return found;
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
  together: readonly DealProductDraft[],
  drafts: readonly DealProductDraft[],
): Stop {
  const untried = drafts.length - done - together.length;
  return { error, path: ['products', String(done)], rest: restOfLines(together.length, untried) };
}

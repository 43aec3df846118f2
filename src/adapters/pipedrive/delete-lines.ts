import { GatewayError } from '../../domain/errors.ts';
import type { WriteCall } from '../../domain/write-step.ts';
import { applied, unknown } from '../settling.ts';
import { idOf, ids, isWire, object } from '../wire.ts';
import { type PipedriveApi, sameRecord } from './api.ts';
import { chunksOf } from './chunks.ts';
import { ENDPOINTS, MAX_BATCH } from './endpoints.ts';
import { takePreparedStep } from './steps.ts';
import { attempt, restOfLines, type Stop } from './write-problems.ts';

/**
 * Deletes lines in runs of what one request can hold, and stops at the first run that fails. `check` is made before
 * the first is sent.
 */
export async function deleteLines(
  api: PipedriveApi,
  deal: string,
  lines: readonly string[],
  call: WriteCall,
  check: () => Promise<void>,
): Promise<{ readonly deleted: readonly string[]; readonly stops: readonly Stop[] }> {
  const deleted: string[] = [];
  const stops: Stop[] = [];
  let tried = 0;
  for (const chunk of chunksOf(lines, MAX_BATCH)) {
    const answered = await attempt(
      takeDeletion(api, { deal, lines: chunk, at: tried }, tried === 0 ? check : null, call),
    );
    if (answered instanceof GatewayError) {
      const untried = lines.length - tried - chunk.length;
      stops.push({ error: answered, path: ['ids', String(tried)], rest: restOfLines(chunk.length, untried) });
      break;
    }
    for (const [index, line] of chunk.entries()) {
      if (answered.includes(line)) deleted.push(line);
      else stops.push({ error: noSuchLine(api.crm), path: ['ids', String(tried + index)], rest: null });
    }
    tried += chunk.length;
  }
  return { deleted, stops };
}

function noSuchLine(crm: string): GatewayError {
  return new GatewayError('NOT_FOUND', `${crm} did not delete this line: the deal has none with its id`, {
    crm,
    effect: 'NONE',
  });
}

/** Lines that one request deletes, and where in the input they begin. */
interface Deletion {
  readonly deal: string;
  readonly lines: readonly string[];
  readonly at: number;
}

/** The ids Pipedrive says it deleted. `ids` is never sent empty: that would delete any hundred lines. */
function takeDeletion(
  api: PipedriveApi,
  { deal, lines, at }: Deletion,
  check: (() => Promise<void>) | null,
  call: WriteCall,
): Promise<readonly string[]> {
  const [only] = lines;
  const isSingle = lines.length === 1 && only !== undefined;
  return takePreparedStep<readonly string[], readonly []>(
    api,
    {
      name: `lines ${at}`,
      endpoint: isSingle ? ENDPOINTS.deleteLine : ENDPOINTS.deleteLines,
      ids: isSingle ? { id: deal, line: only } : { id: deal },
      async prepare() {
        await check?.();
        return { sent: isSingle ? {} : { query: [['ids', lines.join(',')]] }, note: [] };
      },
      read: (data) => (isSingle ? [sameRecord(data, only)] : ids(object(data, 'data'), 'ids')),
      async settle(_note, settling) {
        const values = await api.all(ENDPOINTS.linesOfDeals, [['deal_ids', deal]], settling.call);
        const left = values.filter(isWire).map(idOf);
        const there = lines.filter((line) => left.includes(line));
        return there.length === 0 ? applied(lines) : unknown(`${there.length} of the lines are there`);
      },
      previewed: lines,
    },
    call,
  );
}

import type { Call } from '../../domain/call.ts';
import { GatewayError } from '../../domain/errors.ts';
import { ids, object } from '../wire.ts';
import { type PipedriveApi, sameRecord } from './api.ts';
import { chunksOf } from './chunks.ts';
import { ENDPOINTS, MAX_BATCH } from './endpoints.ts';
import { attempt, restOfLines, type Stop } from './write-problems.ts';

/** Deletes lines in runs of what one request can hold, and stops at the first run that fails. */
export async function deleteLines(
  api: PipedriveApi,
  deal: string,
  lines: readonly string[],
  call: Call,
): Promise<{ readonly deleted: readonly string[]; readonly stops: readonly Stop[] }> {
  const deleted: string[] = [];
  const stops: Stop[] = [];
  let tried = 0;
  for (const chunk of chunksOf(lines, MAX_BATCH)) {
    const answered = await attempt(deleteStep(api, deal, chunk, call));
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

/** The ids Pipedrive says it deleted. `ids` is never sent empty: that would delete any hundred lines. */
function deleteStep(api: PipedriveApi, deal: string, chunk: readonly string[], call: Call): Promise<readonly string[]> {
  const [only] = chunk;
  if (chunk.length === 1 && only !== undefined) {
    return api.write(ENDPOINTS.deleteLine, { id: deal, line: only }, {}, call, (data) => [sameRecord(data, only)]);
  }
  const query = [['ids', chunk.join(',')]] as const;
  return api.write(ENDPOINTS.deleteLines, { id: deal }, { query }, call, (data) => ids(object(data, 'data'), 'ids'));
}

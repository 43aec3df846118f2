import type { Call } from '../../domain/call.ts';
import type { Change } from '../../domain/change.ts';
import type { DealHistory } from '../../domain/deal-history.ts';
import type { Feed } from '../../domain/feed.ts';
import type { StageMove } from '../../domain/stage-time.ts';
import { ofEach } from '../each-deal.ts';
import { instantOrNull, text, textOrNull, type Wire, WireError } from '../wire.ts';
import type { PipedriveApi } from './api.ts';
import { ENDPOINTS, MAX_PAGE } from './endpoints.ts';
import { readAll } from './feeds.ts';
import { parseV1Time } from './times.ts';
import { flagOrNull, v1User } from './v1-values.ts';

/** Maps an entry of the changelog, or a change of the feed, which name time and user each in its own way. */
export function toChange(crm: string, entity: Change['entity'], wire: Wire): Change {
  const changedAt = instantOrNull(wire, wire.time === undefined ? 'log_time' : 'time', parseV1Time);
  if (changedAt === null) throw new WireError('time is missing');
  return {
    entity,
    field: text(wire, 'field_key'),
    oldValue: valueOrNull(wire, 'old_value'),
    newValue: valueOrNull(wire, 'new_value'),
    changedAt,
    user: v1User(crm, wire, 'actor_user_id', 'user_id'),
    source: textOrNull(wire, 'change_source') || null,
    isBulk: flagOrNull(wire, 'is_bulk_update_flag'),
  };
}

/** What happened to the fields of a deal (v1, GET /deals/{id}/changelog), newest first. */
export function dealChanges(api: PipedriveApi): Feed<Change> {
  return {
    async read(deal, _options, { position, limit }, call) {
      const size = Math.min(limit, MAX_PAGE);
      const page = await api.page(ENDPOINTS.dealChangelog, [], size, position, call, { id: deal });
      return { items: readChanges(api.crm, page.values), next: page.next };
    },
  };
}

/** The stages deals went through, from the whole changelog of each: one call per deal and page. */
export function stageMoves(api: PipedriveApi): NonNullable<DealHistory['stageMoves']> {
  return { ofDeals: (deals, call) => ofEach(deals, (deal) => movesOf(api, deal, call)) };
}

async function movesOf(api: PipedriveApi, deal: string, call: Call): Promise<readonly StageMove[]> {
  const changes = readChanges(api.crm, await api.all(ENDPOINTS.dealChangelog, [], call, { id: deal }));
  // The changelog tells the newest first; of two moves within a second the order it has is all there is.
  return changes
    .filter(({ field }) => field === 'stage_id')
    .map(({ oldValue, newValue, changedAt }) => ({ from: oldValue, to: newValue, at: changedAt }))
    .toReversed()
    .toSorted((a, b) => a.at - b.at);
}

function readChanges(crm: string, values: readonly unknown[]): readonly Change[] {
  return readAll(crm, 'change', values, (wire) => toChange(crm, 'DEAL', wire));
}

/** Values are text in the changelog, and also numbers in the feed. */
function valueOrNull(wire: Wire, key: string): string | null {
  const value = wire[key];
  if (value === undefined || value === null) return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

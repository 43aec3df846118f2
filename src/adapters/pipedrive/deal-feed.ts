import type { Call } from '../../domain/call.ts';
import { GatewayError } from '../../domain/errors.ts';
import type { Feed } from '../../domain/feed.ts';
import type { FeedItem, FeedKind, FeedQuery, FeedSubject } from '../../domain/feed-item.ts';
import { instantOrNull, object, text, type Wire, withoutSecrets } from '../wire.ts';
import { toActivityOfV1 } from './activities.ts';
import type { ApiPage, PipedriveApi, Query } from './api.ts';
import { toChange } from './changes.ts';
import { ENDPOINTS, MAX_PAGE } from './endpoints.ts';
import { readAll } from './feeds.ts';
import { toFile } from './files.ts';
import { toMailMessage } from './mail-messages.ts';
import { toNote } from './notes.ts';
import { parseTime, parseV1Time } from './times.ts';

/** What the feed calls each kind of item, in its answers and in its parameter `items`. */
const OBJECTS: Record<Exclude<FeedKind, 'OTHER'>, readonly string[]> = {
  ACTIVITY: ['activity', 'plannedActivity'],
  CALL: ['call'],
  NOTE: ['note'],
  COMMENT: ['comment'],
  FILE: ['file'],
  MAIL_MESSAGE: ['mailMessage', 'mailMessageWithAttachment'],
  CHANGE: ['change', 'dealChange', 'personChange', 'organizationChange'],
  FOLLOWER: ['follower', 'dealFollower', 'personFollower', 'organizationFollower'],
  PARTICIPANT: ['participant'],
  DEAL: ['deal'],
  DOCUMENT: ['document'],
  INVOICE: ['invoice'],
  MARKETING: ['marketing_campaign_stat', 'marketing_status_change'],
};

const KIND_OF = new Map(
  Object.entries(OBJECTS).flatMap(([kind, objects]) => objects.map((name) => [name, kind as FeedKind] as const)),
);

const CHANGED = { personChange: 'PERSON', organizationChange: 'ORGANIZATION' } as const;

/** Everything that happened around a deal (v1, GET /deals/{id}/flow). */
export function dealFeed(api: PipedriveApi): Feed<FeedItem, FeedQuery> {
  return {
    async read(deal, query, { position, limit }, call) {
      const { kinds, includeCustomFieldChanges } = query;
      const parameters: Query = [
        ['all_changes', includeCustomFieldChanges ? 1 : undefined],
        ['items', objectsOf(kinds)],
      ];
      const page = await readPage(api, deal, parameters, { position, limit: Math.min(limit, MAX_PAGE) }, call);
      const items = readAll(api.crm, 'feed item', page.values, (wire) => toFeedItem(api.crm, wire));
      return { items: items.filter(({ kind }) => kinds === null || kinds.has(kind)), next: page.next };
    },
  };
}

/** The feed has been seen to answer with success and no body: that is asked again, once. */
async function readPage(
  api: PipedriveApi,
  deal: string,
  query: Query,
  { position, limit }: { readonly position: string | null; readonly limit: number },
  call: Call,
): Promise<ApiPage> {
  const read = () => api.offsetPage(ENDPOINTS.dealFlow, query, limit, position, call, { id: deal });
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof GatewayError) || error.code !== 'UPSTREAM_INVALID_RESPONSE') throw error;
    return read();
  }
}

/** Items that have no kind of ours cannot be named to Pipedrive, so that asking for them asks for everything. */
function objectsOf(kinds: FeedQuery['kinds']): string | undefined {
  if (kinds === null || kinds.has('OTHER')) return undefined;
  return [...KIND_OF].flatMap(([name, kind]) => (kinds.has(kind) ? [name] : [])).join(',');
}

function toFeedItem(crm: string, wire: Wire): FeedItem {
  const name = text(wire, 'object');
  const data = object(wire.data, 'data');
  const subject = subjectOf(crm, name, data);
  return {
    kind: KIND_OF.get(name) ?? 'OTHER',
    at: instantOrNull(wire, 'timestamp', parseAnyTime),
    subject,
    data: subject === null ? withoutSecrets(data) : null,
  };
}

function subjectOf(crm: string, name: string, data: Wire): FeedSubject | null {
  switch (KIND_OF.get(name)) {
    case 'ACTIVITY':
      return toActivityOfV1(crm, data);
    case 'NOTE':
      return toNote(crm, data);
    case 'FILE':
      return toFile(crm, data);
    case 'MAIL_MESSAGE':
      return toMailMessage(crm, data);
    case 'CHANGE':
      return toChange(crm, changed(name), data);
    default:
      return null;
  }
}

function changed(name: string): 'DEAL' | 'PERSON' | 'ORGANIZATION' {
  return name === 'personChange' || name === 'organizationChange' ? CHANGED[name] : 'DEAL';
}

/** Most items tell their time as v1 does, some as mail does. */
function parseAnyTime(value: string): number {
  const time = parseV1Time(value);
  return Number.isNaN(time) ? parseTime(value) : time;
}

import type { Activity } from '../../domain/activity.ts';
import type { DealDetail, DealDetails } from '../../domain/deal-details.ts';
import type { DealHistory } from '../../domain/deal-history.ts';
import { instantOrNull, numberOrNull, textOrNull, type Wire } from '../wire.ts';
import type { PipedriveApi } from './api.ts';
import { readDeals } from './deals.ts';
import { ENDPOINTS } from './endpoints.ts';
import { linkOrNull } from './links.ts';
import { parseTime } from './times.ts';

interface Column {
  /** What it is called in `include_fields` and in the deal. */
  readonly name: string;
  read(crm: string, wire: Wire): DealDetails[DealDetail];
}

const count = (name: string): Column => ({ name, read: (_crm, wire) => numberOrNull(wire, name) });
const time = (name: string): Column => ({ name, read: (_crm, wire) => instantOrNull(wire, name, parseTime) });
const activity = (name: string): Column => ({
  name,
  read: (crm, wire) => linkOrNull<Activity>(crm, 'Activity', wire, name),
});

/** The columns that v2 adds to deals on request (GET /deals, `include_fields`). */
const COLUMNS: Partial<Record<DealDetail, Column>> = {
  nextActivity: activity('next_activity_id'),
  lastActivity: activity('last_activity_id'),
  firstWonAt: time('first_won_time'),
  lastIncomingMailAt: time('last_incoming_mail_time'),
  lastOutgoingMailAt: time('last_outgoing_mail_time'),
  mailAddress: { name: 'smart_bcc_email', read: (_crm, wire) => textOrNull(wire, 'smart_bcc_email') || null },
  sourceLeadId: { name: 'source_lead_id', read: (_crm, wire) => textOrNull(wire, 'source_lead_id') },
  productCount: count('products_count'),
  fileCount: count('files_count'),
  noteCount: count('notes_count'),
  followerCount: count('followers_count'),
  mailMessageCount: count('email_messages_count'),
  activityCount: count('activities_count'),
  doneActivityCount: count('done_activities_count'),
  undoneActivityCount: count('undone_activities_count'),
  participantCount: count('participants_count'),
};

/** Details of deals, as many deals in one request as reading the deals themselves. */
export function dealDetails(api: PipedriveApi): DealHistory['details'] {
  return {
    ofDeals(deals, wanted, call) {
      const columns = [...wanted].flatMap((detail) => {
        const column = COLUMNS[detail];
        return column ? [[detail, column] as const] : [];
      });
      const kind = {
        what: 'deal',
        one: ENDPOINTS.deal,
        list: ENDPOINTS.deals,
        query: [['include_fields', columns.map(([, { name }]) => name).join(',')]] as const,
        map: (crm: string, wire: Wire) =>
          Object.fromEntries(columns.map(([detail, { read }]) => [detail, read(crm, wire)])),
      };
      return readDeals<Partial<DealDetails>>(api, kind, deals, call);
    },
  };
}

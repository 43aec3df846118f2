import type { DealHistory } from '../../domain/deal-history.ts';
import { dealActivities } from './activities.ts';
import type { PipedriveApi } from './api.ts';
import { dealChanges, stageMoves } from './changes.ts';
import { dealDetails } from './deal-details.ts';
import { dealFeed } from './deal-feed.ts';
import { dealFiles } from './files.ts';
import { dealMailMessages } from './mail-messages.ts';
import { dealNotes } from './notes.ts';

/** What happened around deals: activities and details by v2, the rest by v1, which alone has it. */
export function createDealHistory(api: PipedriveApi): DealHistory {
  return {
    activities: dealActivities(api),
    notes: dealNotes(api),
    files: dealFiles(api),
    mailMessages: dealMailMessages(api),
    changes: dealChanges(api),
    feed: dealFeed(api),
    details: dealDetails(api),
    stageMoves: stageMoves(api),
  };
}

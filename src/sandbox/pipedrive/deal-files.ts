import type { Route, SimRequest, SimResponse } from '../kit/simulator.ts';
import type { DealFile } from './deal-records.ts';
import { readRecord, success } from './entity.ts';
import { string } from './schema.ts';
import { type Account, ofDeal, type Store } from './store.ts';
import { flag, limitUpTo, offsetReply, offsetRules, readV1Query, sortBy, spaced } from './v1.ts';

const MAX_FILES = 100;

const filesQuery = { ...offsetRules, limit: limitUpTo(MAX_FILES), sort: string, include_deleted_files: flag };

/** The files of a deal, and one file (v1). */
export function dealFileRoutes(account: Account): Route[] {
  return [
    { method: 'GET', path: '/v1/deals/:id/files', tokens: 20, handler: (request) => listFiles(account, request) },
    {
      method: 'GET',
      path: '/v1/files/:id',
      tokens: 2,
      handler: (request) => success(presentFile(account.store, readRecord(account.store.files, request, 'File'))),
    },
  ];
}

/** Deleted files are listed on request only; they can be told by their `active_flag`. */
function listFiles({ store }: Account, request: SimRequest): SimResponse {
  const query = readV1Query(request, filesQuery);
  const deal = readRecord(store.deals, request, 'Deal');
  const rows = ofDeal(store.files, deal.id).filter((file) => query.include_deleted_files || !file.is_deleted);
  return offsetReply(sortBy(rows, query.sort, ['id', 'update_time']), query, (file) => presentFile(store, file));
}

/** A file as v1 answers it. */
export function presentFile(store: Store, file: DealFile): Record<string, unknown> {
  const deal = store.deals.get(file.deal_id);
  const stored = `${file.name.replace(/\.[^.]*$/, '')}_${file.id}.${file.file_type}`;
  return {
    id: file.id,
    user_id: file.user_id,
    deal_id: file.deal_id,
    person_id: null,
    org_id: null,
    product_id: null,
    activity_id: null,
    lead_id: null,
    project_id: null,
    log_id: null,
    add_time: spaced(file.add_time),
    update_time: spaced(file.update_time),
    file_name: stored,
    file_type: file.file_type,
    file_size: file.file_size,
    active_flag: !file.is_deleted,
    inline_flag: file.is_inline,
    remote_location: 's3',
    remote_id: stored,
    cid: null,
    s3_bucket: null,
    mail_message_id: null,
    mail_template_id: null,
    deal_name: deal?.title ?? null,
    person_name: null,
    org_name: null,
    product_name: null,
    lead_name: null,
    project_name: null,
    url: `https://app.pipedrive.com/api/v1/files/${file.id}/download`,
    name: file.name,
    description: file.description,
  };
}

import type { Route, SimRequest, SimResponse } from '../kit/simulator.ts';
import type { MailMessage } from './deal-records.ts';
import { readRecord } from './entity.ts';
import type { Person, User } from './records.ts';
import { type Account, ofDeal, type Store } from './store.ts';
import { COMPANY } from './users.ts';
import { flag, offsetReply, offsetRules, readV1Query, spaced, withMilliseconds } from './v1.ts';

const mailQuery = { ...offsetRules, include_body: flag };

/** GET /v1/deals/{id}/mailMessages: the e-mails of a deal, newest first. */
export function dealMailRoutes(account: Account): Route[] {
  const path = '/v1/deals/:id/mailMessages';
  return [{ method: 'GET', path, tokens: 20, handler: (request) => listMail(account, request) }];
}

function listMail({ store }: Account, request: SimRequest): SimResponse {
  const query = readV1Query(request, mailQuery);
  const deal = readRecord(store.deals, request, 'Deal');
  const rows = ofDeal(store.mailMessages, deal.id).sort((a, b) =>
    a.message_time === b.message_time ? b.id - a.id : a.message_time < b.message_time ? 1 : -1,
  );
  return offsetReply(rows, query, (message) => ({
    object: 'mailMessage',
    timestamp: spaced(message.message_time),
    data: presentMail(store, message, query.include_body === true),
  }));
}

/** An e-mail as v1 answers it. */
export function presentMail(store: Store, message: MailMessage, withBody = false): Record<string, unknown> {
  const person = store.persons.peek(message.person_id) as Person;
  const user = store.users.get(message.user_id) as User;
  const party = (email: string | undefined, name: string, linked: Person | null) => ({
    id: message.id * 2 + (linked ? 1 : 0),
    email_address: email ?? '',
    name,
    linked_person_id: linked?.id ?? null,
    linked_person_name: linked?.name ?? '',
    mail_message_party_id: message.id * 2 + (linked ? 1 : 0),
  });
  const theirs = party(person.emails[0]?.value, person.name, person);
  const ours = party(user.email, user.name, null);
  const time = withMilliseconds(message.message_time);
  return {
    id: message.id,
    from: [message.is_sent ? ours : theirs],
    to: [message.is_sent ? theirs : ours],
    cc: [],
    bcc: [],
    body_url: `https://app.pipedrive.com/api/v1/mailbox/mailMessages/${message.id}/body`,
    ...(withBody && { body: message.body }),
    nylas_id: `nylas-${message.id}`,
    account_id: `account-${message.user_id}`,
    user_id: message.user_id,
    mail_thread_id: message.mail_thread_id,
    subject: message.subject,
    snippet: message.body.replace(/<[^>]*>/g, '').slice(0, 80),
    mail_tracking_status: message.is_sent ? 'opened' : null,
    mail_link_tracking_enabled_flag: 0,
    read_flag: message.is_read ? 1 : 0,
    draft: '',
    draft_flag: 0,
    s3_bucket: '',
    s3_bucket_path: '',
    synced_flag: 1,
    deleted_flag: 0,
    external_deleted_flag: false,
    has_body_flag: 1,
    sent_flag: message.is_sent ? 1 : 0,
    sent_from_pipedrive_flag: message.is_sent ? 1 : 0,
    smart_bcc_flag: 0,
    message_time: time,
    add_time: time,
    update_time: time,
    has_attachments_flag: message.has_attachments ? 1 : 0,
    has_inline_attachments_flag: 0,
    has_real_attachments_flag: message.has_attachments ? 1 : 0,
    mua_message_id: `${message.id}@mailer.example`,
    template_id: null,
    item_type: 'mailMessage',
    timestamp: time,
    company_id: COMPANY.company_id,
  };
}

import type { Feed } from '../../domain/feed.ts';
import type { MailMessage, MailMessageQuery, MailParty } from '../../domain/mail-message.ts';
import type { Person } from '../../domain/person.ts';
import { id, instantOrNull, list, object, textOrNull, type Wire } from '../wire.ts';
import type { PipedriveApi } from './api.ts';
import { ENDPOINTS, MAX_PAGE } from './endpoints.ts';
import { readAll } from './feeds.ts';
import { linkTo } from './links.ts';
import { parseTime } from './times.ts';
import { flagOrNull, v1IdOrNull, v1User } from './v1-values.ts';

/** Maps an e-mail of v1, whose times are RFC 3339. */
export function toMailMessage(crm: string, wire: Wire): MailMessage {
  return {
    ref: { crm, type: 'MailMessage', id: id(wire) },
    subject: textOrNull(wire, 'subject'),
    snippet: textOrNull(wire, 'snippet'),
    body: textOrNull(wire, 'body'),
    sentAt: instantOrNull(wire, 'message_time', parseTime),
    isSent: flagOrNull(wire, 'sent_flag'),
    isRead: flagOrNull(wire, 'read_flag'),
    hasAttachments: flagOrNull(wire, 'has_attachments_flag'),
    user: v1User(crm, wire, 'user_id'),
    from: parties(crm, wire, 'from'),
    to: parties(crm, wire, 'to'),
    cc: parties(crm, wire, 'cc'),
    bcc: parties(crm, wire, 'bcc'),
  };
}

/** The e-mails of a deal (v1, GET /deals/{id}/mailMessages); each is wrapped as in the feed. */
export function dealMailMessages(api: PipedriveApi): Feed<MailMessage, MailMessageQuery> {
  return {
    async read(deal, { includeBody }, { position, limit }, call) {
      const query = [['include_body', includeBody ? 1 : undefined]] as const;
      const size = Math.min(limit, MAX_PAGE);
      const page = await api.offsetPage(ENDPOINTS.dealMailMessages, query, size, position, call, { id: deal });
      const messages = readAll(api.crm, 'mail message', page.values, (wire) => {
        const message = object(wire.data, 'data');
        return flagOrNull(message, 'deleted_flag') ? null : toMailMessage(api.crm, message);
      });
      return { items: messages, next: page.next };
    },
  };
}

function parties(crm: string, wire: Wire, key: string): readonly MailParty[] {
  const value = wire[key];
  if (value === undefined || value === null) return [];
  return list(value, key).map((item) => {
    const party = object(item, key);
    const person = v1IdOrNull(party, 'linked_person_id');
    const personName = textOrNull(party, 'linked_person_name') || null;
    const known = personName === null ? {} : { name: personName };
    return {
      email: textOrNull(party, 'email_address') || null,
      name: textOrNull(party, 'name') || personName,
      person: person === null ? null : { ...linkTo<Person>(crm, 'Person', person), known },
    };
  });
}

import type { MailMessage } from '../../domain/mail-message.ts';
import type { User } from '../../domain/user.ts';
import { boolean } from '../wire.ts';
import { embedded, namedLink } from './links.ts';
import type { WireNote } from './notes.ts';

/** An e-mail, of which the API keeps a note: its text, and whether it was sent or received, but not its parties. */
export function toMailMessage({ ref, wire, title, content, createdAt }: WireNote): MailMessage {
  const { crm, id } = ref;
  const hasDirection = wire.is_sent_message !== undefined && wire.is_sent_message !== null;
  return {
    ref: { crm, type: 'MailMessage', id },
    subject: title,
    snippet: null,
    body: content,
    sentAt: createdAt,
    isSent: hasDirection ? boolean(wire, 'is_sent_message', false) : null,
    isRead: null,
    hasAttachments: null,
    user: namedLink<User>(crm, 'User', embedded(wire, 'user_id', 'user')),
    from: null,
    to: null,
    cc: null,
    bcc: null,
  };
}

import { expect } from 'vitest';
import { remoteId } from '../gateway/writes/support.ts';
import { byDeal, holds, ofDealWithMost } from './listed-part.ts';
import { type Operation, onBoth, onlyOn, v1, v3 } from './operation.ts';
import type { Place } from './place.ts';

const noteOf = ({ gateway }: Place, id: string) => gateway.pipelinedeals.store.notes.get(remoteId(id));
const MAIL = [v1('GET /deals/:id/mailMessages'), v3('GET /notes')];

/** E-mails of deals. */
export const MAIL_OF_DEALS: readonly Operation[] = [
  {
    name: 'deal: list its e-mails',
    api: MAIL,
    covers: ['MAIL_MESSAGE LIST', 'MAIL_MESSAGE READ'],
    document: byDeal('mailMessages { nodes { id subject body isSent } }'),
    variables: ofDealWithMost('mailMessages'),
    expected: onBoth((data, place, variables) => {
      holds('mailMessages', (_place, deal) => place.part('mailMessages', deal))(data, place, variables);
      const { pipedrive } = place.gateway;
      for (const { id, ...read } of data.deal.mailMessages.nodes) {
        const own = pipedrive.store.mailMessages.get(remoteId(id));
        const note = noteOf(place, id);
        expect(read).toEqual(
          place.crm === 'pipedrive'
            ? { subject: own?.subject, body: own?.body, isSent: own?.is_sent }
            : { subject: note?.title, body: note?.content, isSent: note?.is_sent_message },
        );
      }
    }),
  },
  ...(
    [
      ['snippet', '', () => expect.any(String)],
      ['isRead', '', ({ is_read }) => is_read],
      ['hasAttachments', '', ({ has_attachments }) => has_attachments],
      ['from', '{ email }', ({ is_sent }, user, person) => [{ email: is_sent ? user : person }]],
      ['to', '{ email }', ({ is_sent }, user, person) => [{ email: is_sent ? person : user }]],
      ['cc', '{ email }', () => []],
      ['bcc', '{ email }', () => []],
    ] as readonly [
      string,
      string,
      (
        mail: { is_sent: boolean; is_read: boolean; has_attachments: boolean },
        user?: string,
        person?: string,
      ) => unknown,
    ][]
  ).map(
    ([field, select, wanted]): Operation => ({
      name: `deal: read ${field} of its e-mails`,
      api: MAIL.slice(0, 1),
      covers: [`MAIL_MESSAGE READ ${field}`],
      document: byDeal(`mailMessages { nodes { id ${field} ${select} } }`),
      variables: ofDealWithMost('mailMessages'),
      expected: onlyOn(
        'pipedrive',
        (data, { gateway }) => {
          const { mailMessages, users, persons } = gateway.pipedrive.store;
          expect(data.deal.mailMessages.nodes.length).toBeGreaterThan(0);
          for (const { id, [field]: read } of data.deal.mailMessages.nodes) {
            const own = mailMessages.get(remoteId(id));
            if (!own) throw new Error(`no e-mail ${id}`);
            const person = persons.get(own.person_id)?.emails[0]?.value;
            expect(read).toEqual(wanted(own, users.get(own.user_id)?.email, person));
          }
        },
        'ABSENT',
      ),
    }),
  ),
];

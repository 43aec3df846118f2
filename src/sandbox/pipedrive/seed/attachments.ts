import type { Random } from '../../kit/random.ts';
import type { Activity, Discount } from '../deal-records.ts';
import { recalculate } from '../deal-value.ts';
import type { Deal, DealProduct } from '../records.ts';
import type { Store } from '../store.ts';
import { earlier, hoursAfter, SEED_END } from './time.ts';

const SUBJECTS = ['Intro call', 'Send the offer', 'Site visit “Dock 4”', 'Follow up', 'Vertrag prüfen', '打ち合わせ'];
const NOTES = [
  '<p>Wants to start in the third quarter</p>',
  '<p>Asked about <b>cold storage</b> &amp; delivery</p>',
  '<ul><li>two depots</li><li>budget approved</li></ul>',
  'Ruft am Montag zurück',
];
const FILES: readonly (readonly [name: string, type: string])[] = [
  ['quote.pdf', 'pdf'],
  ['Angebot – März.docx', 'docx'],
  ['depot.jpg', 'img'],
  ['見積書.xlsx', 'xlsx'],
];
const MAILS = ['Your offer', 'Re: Your offer', 'Delivery dates', 'Rückfrage zum Vertrag'];

/** What a deal of the seed has collected: activities, notes, files, e-mails; `index` decides the rarer ones. */
export function seedAttachments(store: Store, deal: Deal, index: number, random: Random): void {
  if (random.chance(0.65)) addActivities(store, deal, random);
  if (random.chance(0.45)) addNotes(store, deal, random);
  if (random.chance(0.4)) addFiles(store, deal, index, random);
  if (random.chance(0.35)) addMail(store, deal, random);
}

/** A moment since the deal was added, none later than the seed ends. */
function since(deal: Deal, hours: number): string {
  return earlier(hoursAfter(deal.add_time, hours), SEED_END);
}

function addActivities(store: Store, deal: Deal, random: Random): void {
  const types = store.activityTypes.map(({ key_string }) => key_string);
  const count = random.int(1, 4);
  for (let place = 0; place < count; place += 1) {
    const id = store.nextId(store.activities);
    const done = random.chance(0.55);
    const added = since(deal, random.int(1, 400));
    const type = random.pick(types);
    const overdue = !done && random.chance(0.4);
    const due = done || overdue ? since(deal, random.int(400, 900)) : hoursAfter(SEED_END, random.int(24, 4_000));
    const finished = done ? earlier(hoursAfter(due, 2), SEED_END) : null;
    store.activities.set(id, {
      id,
      subject: random.pick(SUBJECTS),
      type,
      owner_id: deal.owner_id,
      creator_user_id: deal.creator_user_id,
      is_deleted: random.chance(0.05),
      add_time: added,
      update_time: finished ?? added,
      deal_id: deal.id,
      lead_id: null,
      person_id: deal.person_id,
      org_id: deal.org_id,
      project_id: null,
      due_date: due.slice(0, 10),
      due_time: random.chance(0.7) ? `${String(random.int(8, 17)).padStart(2, '0')}:30:00` : null,
      duration: random.chance(0.5) ? '00:45:00' : null,
      busy: type === 'meeting',
      done,
      marked_as_done_time: finished,
      location: null,
      participants: deal.person_id === null ? [] : [{ person_id: deal.person_id, primary: true }],
      attendees: type === 'meeting' ? attendeesOf(store, deal) : [],
      conference_meeting_client: null,
      conference_meeting_url: null,
      conference_meeting_id: null,
      public_description: null,
      priority: null,
      note: random.chance(0.3) ? '<p>agenda to follow</p>' : null,
    });
  }
}

function attendeesOf(store: Store, deal: Deal): Activity['attendees'] {
  const owner = store.users.get(deal.owner_id);
  const guest = store.persons.get(deal.person_id ?? 0);
  const email = guest?.emails[0]?.value;
  return [
    ...(owner
      ? [
          {
            email: owner.email,
            name: owner.name,
            status: 'accepted',
            is_organizer: true,
            person_id: null,
            user_id: owner.id,
          },
        ]
      : []),
    ...(guest && email
      ? [{ email, name: guest.name, status: 'noreply', is_organizer: false, person_id: guest.id, user_id: null }]
      : []),
  ];
}

function addNotes(store: Store, deal: Deal, random: Random): void {
  const count = random.int(1, 3);
  for (let place = 0; place < count; place += 1) {
    const id = store.nextId(store.notes);
    const time = since(deal, random.int(1, 900));
    store.notes.set(id, {
      id,
      user_id: deal.owner_id,
      deal_id: deal.id,
      person_id: deal.person_id,
      org_id: deal.org_id,
      content: random.pick(NOTES),
      add_time: time,
      update_time: time,
      is_deleted: random.chance(0.06),
      is_pinned_to_deal: place === 0 && random.chance(0.3),
    });
  }
}

/** Every fourth deal with files has deleted one. */
function addFiles(store: Store, deal: Deal, index: number, random: Random): void {
  const count = random.int(1, 3);
  for (let place = 0; place < count; place += 1) {
    const id = store.nextId(store.files);
    const [name, file_type] = random.pick(FILES);
    const time = since(deal, random.int(1, 900));
    store.files.set(id, {
      id,
      user_id: deal.owner_id,
      deal_id: deal.id,
      name,
      file_type,
      file_size: random.int(1_000, 5_000_000),
      add_time: time,
      update_time: since(deal, random.int(900, 950)),
      is_deleted: index % 4 === 2 && place === 0,
      is_inline: false,
      description: random.chance(0.3) ? 'As discussed' : null,
    });
  }
}

/** An exchange with the contact person, where there is one with an address. */
function addMail(store: Store, deal: Deal, random: Random): void {
  const person = store.persons.get(deal.person_id ?? 0);
  if (!person || person.emails.length === 0) return;
  const count = random.int(1, 4);
  const thread = store.nextId(store.mailMessages);
  for (let place = 0; place < count; place += 1) {
    const id = place === 0 ? thread : store.nextId(store.mailMessages);
    store.mailMessages.set(id, {
      id,
      deal_id: deal.id,
      user_id: deal.owner_id,
      person_id: person.id,
      mail_thread_id: thread + 400,
      subject: random.pick(MAILS),
      body: `<p>Dear ${place % 2 === 0 ? person.name : 'all'},</p><p>see below. № ${id}</p>`,
      message_time: since(deal, 10 + place * 30),
      is_sent: place % 2 === 0,
      is_read: random.chance(0.8),
      has_attachments: random.chance(0.2),
    });
  }
}

/** Kinds of products on lines, discounts on the deal as a whole, and installments. */
export function seedTerms(
  store: Store,
  deal: Deal,
  lines: readonly DealProduct[],
  index: number,
  random: Random,
): void {
  for (const line of lines) {
    const kinds = [...store.variations.values()].filter(({ product_id }) => product_id === line.product_id);
    if (kinds.length > 0 && random.chance(0.5)) line.product_variation_id = random.pick(kinds).id;
  }
  if (index % 8 === 3) {
    const discounts = [addDiscount(store, deal, random, 'percentage')];
    if (index % 16 === 3) discounts.push(addDiscount(store, deal, random, 'amount'));
    if (lines.length > 0) recalculate(deal, lines, discounts);
  }
  const divisible = lines.every(({ billing_frequency }) => billing_frequency === 'one-time');
  if (divisible && lines.some(({ is_enabled }) => is_enabled) && random.chance(0.4))
    addInstallments(store, deal, random);
}

function addDiscount(store: Store, deal: Deal, random: Random, type: Discount['type']): Discount {
  const id = uuid(random);
  const time = hoursAfter(deal.add_time, 2);
  const discount: Discount = {
    id,
    description: type === 'percentage' ? 'Frühbucher “Spring”' : 'Goodwill',
    amount: type === 'percentage' ? random.pick([2.5, 5, 10]) : random.int(1, 20),
    type,
    deal_id: deal.id,
    created_at: time,
    created_by: deal.owner_id,
    updated_at: time,
    updated_by: deal.owner_id,
  };
  store.discounts.set(id, discount);
  return discount;
}

function addInstallments(store: Store, deal: Deal, random: Random): void {
  const count = random.int(1, 3);
  for (let place = 0; place < count; place += 1) {
    const id = store.nextId(store.installments);
    store.installments.set(id, {
      id,
      deal_id: deal.id,
      description: place === 0 ? 'Upfront' : `Part ${place + 1}`,
      amount: random.int(1, 500) * 10,
      billing_date: hoursAfter(deal.add_time, (place + 1) * 720).slice(0, 10),
    });
  }
}

function uuid(random: Random): string {
  const hex = (digits: number) => Array.from({ length: digits }, () => random.int(0, 15).toString(16)).join('');
  return `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`;
}

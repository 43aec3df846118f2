import type { Call } from '../../domain/call.ts';
import { isWire, type Wire } from '../wire.ts';
import type { Account } from './account.ts';
import { collection, isSuccess, member, type Query } from './api.ts';
import { NO_REASSIGNMENT_MAIL } from './deal-requests.ts';
import { wireId } from './records.ts';
import { refusal } from './write-errors.ts';

/** What can be attached to a deal, and how it is attached to another. */
interface AttachmentKind {
  readonly collection: string;
  readonly wrapper: string;
  /** As in messages, for one and for several. */
  readonly names: readonly [one: string, several: string];
  readonly reference: string;
  readonly query: Query;
  /** Whether it is attached to a deal at all; a calendar entry can belong to a person or company instead. */
  isOfDeal(wire: Wire): boolean;
}

const KINDS: readonly AttachmentKind[] = [
  {
    collection: 'notes',
    wrapper: 'note',
    names: ['note', 'notes'],
    reference: 'deal_id',
    query: [],
    isOfDeal: () => true,
  },
  {
    collection: 'calendar_entries',
    wrapper: 'calendar_entry',
    names: ['calendar entry', 'calendar entries'],
    reference: 'association_id',
    query: NO_REASSIGNMENT_MAIL,
    isOfDeal: (wire) => wire.association_type === 'Deal',
  },
  {
    collection: 'documents',
    wrapper: 'document',
    names: ['document', 'documents'],
    reference: 'deal_id',
    query: [],
    isOfDeal: () => true,
  },
];

export interface Attachment {
  readonly kind: AttachmentKind;
  readonly id: string;
}

/**
 * Everything attached to a deal. The lists are narrowed by `deal_id`, which has been seen to let others through, so
 * each entry is checked.
 */
export async function attachmentsOf(account: Account, deal: string, call: Call): Promise<readonly Attachment[]> {
  const lists = await Promise.all(
    KINDS.map(async (kind) => {
      const entries = await account.api.all(collection(kind.collection), call, [['deal_id', deal]]);
      const own = entries.filter(isWire).filter((wire) => kind.isOfDeal(wire) && String(wire[kind.reference]) === deal);
      return own.flatMap((wire) => wireId(wire) ?? []).map((id) => ({ kind, id }));
    }),
  );
  return lists.flat();
}

/** Attaches something to another deal. */
export async function moveAttachment(
  account: Account,
  { kind, id }: Attachment,
  deal: string,
  call: Call,
): Promise<void> {
  const body = { [kind.wrapper]: { [kind.reference]: Number(deal) } };
  const answer = await account.api.send(
    { method: 'PUT', ...member(kind.collection, id), query: kind.query, body },
    call,
  );
  if (!isSuccess(answer)) throw refusal(account.crm, answer);
}

/** `2 notes, 1 document` */
export function countInWords(attachments: readonly Attachment[]): string {
  return KINDS.map((kind) => ({ kind, count: attachments.filter((attachment) => attachment.kind === kind).length }))
    .filter(({ count }) => count > 0)
    .map(({ kind, count }) => `${count} ${kind.names[count === 1 ? 0 : 1]}`)
    .join(', ');
}

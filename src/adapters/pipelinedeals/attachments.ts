import type { Call } from '../../domain/call.ts';
import { GatewayError } from '../../domain/errors.ts';
import type { WriteCall } from '../../domain/write-step.ts';
import { appliedIf, probe } from '../settling.ts';
import { idOf, isWire, type Wire } from '../wire.ts';
import type { Account } from './account.ts';
import { collection, isSuccess, member, type Query } from './api.ts';
import { NO_REASSIGNMENT_MAIL } from './deal-requests.ts';
import { refusal } from './write-errors.ts';

/** What can be attached to a deal, and how it is attached to another. */
interface AttachmentKind {
  readonly collection: string;
  readonly wrapper: string;
  /** As in messages, for one and for several. */
  readonly names: readonly [one: string, several: string];
  readonly reference: string;
  /** The field of a deal that lists them. */
  readonly field: string;
  readonly query: Query;
  /** Whether it is attached to a deal at all; a calendar entry can belong to a person or company instead. */
  isOfDeal(wire: Wire): boolean;
}

const KINDS: readonly AttachmentKind[] = [
  {
    collection: 'notes',
    field: 'notes',
    wrapper: 'note',
    names: ['note', 'notes'],
    reference: 'deal_id',
    query: [],
    isOfDeal: () => true,
  },
  {
    collection: 'calendar_entries',
    field: 'activities',
    wrapper: 'calendar_entry',
    names: ['calendar entry', 'calendar entries'],
    reference: 'association_id',
    query: NO_REASSIGNMENT_MAIL,
    isOfDeal: (wire) => wire.association_type === 'Deal',
  },
  {
    collection: 'documents',
    field: 'files',
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
      return entries.flatMap((entry) => {
        const id = idOf(entry);
        if (!isWire(entry) || id === null) throw unreadable(account.crm, kind, deal);
        return isAttachedTo(kind, entry, deal) ? [{ kind, id }] : [];
      });
    }),
  );
  return lists.flat();
}

/** Attaches something to another deal. */
export function moveAttachment(
  account: Account,
  { kind, id }: Attachment,
  deal: string,
  call: WriteCall,
): Promise<string> {
  const endpoint = member(kind.collection, id);
  return call.steps.take({
    name: `move ${kind.names[0]} ${id}`,
    request: { method: 'PUT', template: endpoint.template, tokens: null },
    send: async () => {
      const body = { [kind.wrapper]: { [kind.reference]: Number(deal) } };
      const answer = await account.api.send({ method: 'PUT', ...endpoint, query: kind.query, body }, call);
      if (!isSuccess(answer)) throw refusal(account.crm, answer);
      if (idOf(answer.body) !== id) throw account.api.unreadable(endpoint, answer, 'POSSIBLE');
      return id;
    },
    settle: probe(async (settling) => {
      const wire = await account.api.one(endpoint, settling.call);
      return appliedIf(wire !== null && isAttachedTo(kind, wire, deal), id, `it is not attached to deal ${deal}`);
    }),
    previewed: id,
  });
}

/** What could be on the deal must not be overlooked. */
function unreadable(crm: string, { names }: AttachmentKind, deal: string): GatewayError {
  return new GatewayError('UPSTREAM_INVALID_RESPONSE', `${crm} lists a ${names[0]} of deal ${deal} without an id`, {
    crm,
  });
}

function isAttachedTo(kind: AttachmentKind, wire: Wire, deal: string): boolean {
  return kind.isOfDeal(wire) && String(wire[kind.reference]) === deal;
}

/** How many there are of each kind that there is. */
export function countsOf(attachments: readonly Attachment[]): readonly { kind: AttachmentKind; count: number }[] {
  return KINDS.map((kind) => ({
    kind,
    count: attachments.filter((attachment) => attachment.kind === kind).length,
  })).filter(({ count }) => count > 0);
}

/** `2 notes, 1 document` */
export function countInWords(attachments: readonly Attachment[]): string {
  return countsOf(attachments)
    .map(({ kind, count }) => `${count} ${kind.names[count === 1 ? 0 : 1]}`)
    .join(', ');
}

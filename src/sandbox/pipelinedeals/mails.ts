import type { Call } from './account.ts';

/**
 * Keeps the mail that tells a user of a new record of theirs, unless the query says `deliver_assignment_email=false`
 * (or `deliver_reassignment_email=false`, as a few documents call it). Left out, both flags count as true, and the
 * caller is told of the caller's own records too: whoever forgets to keep the CRM quiet finds a mail here.
 */
export function recordAssignment(call: Call, about: string, recordId: number, owner: number | null): void {
  if (owner === null || !delivers(call, 'deliver_assignment_email') || !delivers(call, 'deliver_reassignment_email')) {
    return;
  }
  keep(call, 'assignment', about, recordId, owner);
}

/** Keeps the mail that tells a user of a record handed over, unless `deliver_reassignment_email=false`. */
export function recordReassignment(
  call: Call,
  about: string,
  recordId: number,
  owner: number | null,
  ownerBefore: number | null,
): void {
  if (owner === null || owner === ownerBefore || !delivers(call, 'deliver_reassignment_email')) return;
  keep(call, 'reassignment', about, recordId, owner);
}

function delivers(call: Call, name: string): boolean {
  return !['false', '0'].includes(call.request.query.get(name) ?? 'true');
}

function keep(call: Call, kind: 'assignment' | 'reassignment', about: string, recordId: number, owner: number): void {
  call.store.mails.push({ kind, about, record_id: recordId, to_user_id: owner, sent_at: call.now });
}

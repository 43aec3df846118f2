import type { Call, Receipt, SentRequest } from '../domain/call.ts';
import type { Cost } from '../domain/policy.ts';

/** One of those who share requests. */
export interface Payer {
  readonly call: Call;
  /** What it would have paid alone. */
  readonly alone: Cost;
  /** What it has paid so far. */
  readonly paid: { tokens: number; requests: number };
}

/**
 * Splits what requests cost among the operations they were sent for, so that their receipts together show what was
 * spent: one after the other pays as much as it would have paid alone, until the request is paid. The first of them
 * lists the request, the others count it as coalesced. Collects what is sent until it is known who pays for it.
 */
export class SharedReceipt implements Receipt {
  readonly #sent: { readonly crm: string; readonly request: SentRequest }[] = [];
  readonly #joined: string[] = [];

  /** Each payer was asked for what it may pay. */
  admit(): () => void {
    return nothing;
  }

  sent(crm: string, request: SentRequest): void {
    this.#sent.push({ crm, request });
  }

  coalesced(crm: string): void {
    this.#joined.push(crm);
  }

  cached(): void {}

  /** Puts everything onto the receipts of the payers, of which the first ones pay first. */
  split(payers: readonly Payer[]): void {
    for (const [turn, { crm, request }] of this.#sent.entries()) splitOne(payers, crm, request, turn);
    for (const crm of this.#joined) for (const { call } of payers) call.receipt.coalesced(crm);
  }
}

function splitOne(payers: readonly Payer[], crm: string, request: SentRequest, turn: number): void {
  let due = request.tokens ?? 0;
  const shares = payers.map(({ alone, paid }) => {
    const share = Math.min(due, Math.max(0, alone.tokens - paid.tokens));
    due -= share;
    return share;
  });
  // More pages than anybody could know of, and what was tried again: everybody in turn.
  shares[turn % payers.length] = (shares[turn % payers.length] ?? 0) + due;
  const first = payers.findIndex(({ alone, paid }) => paid.requests < alone.requests);
  const lister = payers[Math.max(0, first)];
  for (const [index, payer] of payers.entries()) {
    const share = shares[index] ?? 0;
    const { paid, call } = payer;
    paid.tokens += share;
    if (payer === lister) {
      paid.requests += 1;
      call.receipt.sent(crm, ownShare(request, share), call.because);
    } else {
      const own = share > 0 ? { request: ownShare(request, share), because: call.because } : undefined;
      call.receipt.coalesced(crm, own);
    }
  }
}

function ownShare(request: SentRequest, share: number): SentRequest {
  return { ...request, tokens: request.tokens === null ? null : share };
}

function nothing(): void {}

import type { Call, Receipt, SentRequest } from '../domain/call.ts';
import type { Cost } from '../domain/policy.ts';

/** One of those who share requests. */
export interface Payer {
  readonly call: Call;
  /** What it would have paid alone. */
  readonly alone: Cost;
}

interface Paid {
  tokens: number;
  requests: number;
}

/**
 * Splits what requests cost among the operations they were sent for, so that their receipts together show what was
 * spent: one after the other pays as much as it would have paid alone, until the request is paid. The first of them
 * lists the request, the others count it as coalesced.
 */
export class SharedCost {
  readonly #paid = new Map<Payer, Paid>();

  /** The receipt of requests for some of the payers. */
  receipt(): SharedReceipt {
    return new SharedReceipt((payer) => this.paidBy(payer));
  }

  paidBy(payer: Payer): Paid {
    const known = this.#paid.get(payer);
    if (known) return known;
    const paid = { tokens: 0, requests: 0 };
    this.#paid.set(payer, paid);
    return paid;
  }
}

/** Collects what is sent until it is known who pays for it. */
export class SharedReceipt implements Receipt {
  readonly #paidBy: (payer: Payer) => Paid;
  readonly #sent: { readonly crm: string; readonly request: SentRequest }[] = [];
  readonly #joined: string[] = [];

  constructor(paidBy: (payer: Payer) => Paid) {
    this.#paidBy = paidBy;
  }

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
    for (const [turn, { crm, request }] of this.#sent.entries()) this.#splitOne(payers, crm, request, turn);
    for (const crm of this.#joined) for (const { call } of payers) call.receipt.coalesced(crm);
  }

  #splitOne(payers: readonly Payer[], crm: string, request: SentRequest, turn: number): void {
    let due = request.tokens ?? 0;
    const shares = payers.map((payer) => {
      const share = Math.min(due, Math.max(0, payer.alone.tokens - this.#paidBy(payer).tokens));
      due -= share;
      return share;
    });
    // More pages than anybody could know of, and what was tried again: everybody in turn.
    shares[turn % payers.length] = (shares[turn % payers.length] ?? 0) + due;
    const first = payers.findIndex((payer) => this.#paidBy(payer).requests < payer.alone.requests);
    const lister = Math.max(0, first);
    for (const [index, payer] of payers.entries()) {
      const share = shares[index] ?? 0;
      const paid = this.#paidBy(payer);
      paid.tokens += share;
      const own: SentRequest = { ...request, tokens: request.tokens === null ? null : share };
      const { receipt, because } = payer.call;
      if (index === lister) {
        paid.requests += 1;
        receipt.sent(crm, own, because);
      } else receipt.coalesced(crm, share > 0 ? { request: own, because } : undefined);
    }
  }
}

function nothing(): void {}

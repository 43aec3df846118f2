import type { Receipt, SentRequest } from '../domain/call.ts';
import type { SentCall } from '../domain/upstream.ts';

interface CrmCosts {
  requests: number;
  coalesced: number;
  cached: number;
}

/** What an operation cost upstream, as it is told in `extensions.upstream`. */
export interface UpstreamSummary {
  /** Requests sent to all CRMs, retries included. */
  readonly requests: number;
  /** By CRM, of those that count tokens and were sent a request. */
  readonly tokens: Readonly<Record<string, number>>;
  /** By CRM, of those the operation touched. */
  readonly byCrm: Readonly<Record<string, Readonly<CrmCosts>>>;
}

/** Adds up the cost of one operation. */
export class OperationReceipt implements Receipt {
  readonly #costs = new Map<string, CrmCosts>();
  readonly #tokens = new Map<string, number>();

  /** What was sent, in the order in which it was. */
  readonly calls: SentCall[] = [];

  admit(): () => void {
    return nothing;
  }

  sent(crm: string, request: SentRequest, because: readonly string[]): void {
    this.#of(crm).requests += 1;
    this.#list({ crm, request, because });
  }

  coalesced(crm: string, share?: Parameters<Receipt['coalesced']>[1]): void {
    this.#of(crm).coalesced += 1;
    if (share) this.#list({ crm, ...share, isShare: true });
  }

  cached(crm: string): void {
    this.#of(crm).cached += 1;
  }

  /** Counts what another operation read as joined: this one was answered with it. */
  join(other: OperationReceipt): void {
    for (const [crm, { requests, coalesced, cached }] of other.#costs) {
      const costs = this.#of(crm);
      costs.coalesced += requests + coalesced;
      costs.cached += cached;
    }
  }

  /** How many reads it had of others. */
  get joined(): number {
    let joined = 0;
    for (const { coalesced } of this.#costs.values()) joined += coalesced;
    return joined;
  }

  /** By CRM, of those the operation touched. */
  get byCrm(): ReadonlyMap<string, Readonly<CrmCosts>> {
    return this.#costs;
  }

  summary(): UpstreamSummary {
    let requests = 0;
    for (const cost of this.#costs.values()) requests += cost.requests;
    return {
      requests,
      tokens: Object.fromEntries(this.#tokens),
      byCrm: Object.fromEntries([...this.#costs].map(([crm, cost]) => [crm, { ...cost }])),
    };
  }

  #list(call: SentCall): void {
    const { crm, request } = call;
    this.calls.push(call);
    if (request.tokens !== null) this.#tokens.set(crm, (this.#tokens.get(crm) ?? 0) + request.tokens);
  }

  #of(crm: string): CrmCosts {
    const known = this.#costs.get(crm);
    if (known) return known;
    const fresh = { requests: 0, coalesced: 0, cached: 0 };
    this.#costs.set(crm, fresh);
    return fresh;
  }
}

function nothing(): void {}

import type { Receipt, SentRequest } from './call.ts';
import { GatewayError } from './errors.ts';

/** What may be spent, and what was, in tokens. */
interface Ceiling {
  readonly maxTokens: number;
  /** Leave that was given, whether it was used yet or not. */
  spent: number;
}

/** A receipt that holds an operation to its ceilings: its own, and that of the write it is carrying out. */
export class Spending implements Receipt {
  readonly #receipt: Receipt;
  readonly #operation: Ceiling | null;
  #write: Ceiling | null = null;

  constructor(receipt: Receipt, maxTokens: number | null) {
    this.#receipt = receipt;
    this.#operation = maxTokens === null ? null : { maxTokens, spent: 0 };
  }

  /** Whether there is a ceiling at all. */
  get isLimited(): boolean {
    return this.#operation !== null || this.#write !== null;
  }

  /** From now on a write with a ceiling of its own is carried out, or one without. */
  beginWrite(maxTokens: number | null): void {
    this.#write = maxTokens === null ? null : { maxTokens, spent: 0 };
  }

  /** Throws `BUDGET_EXCEEDED` where something that costs at least so much cannot be done. */
  require(tokens: number): void {
    for (const ceiling of this.#ceilings()) {
      const needed = ceiling.spent + tokens;
      if (needed > ceiling.maxTokens) throw exceeded(ceiling.maxTokens, needed);
    }
  }

  admit(_crm: string, tokens: number | null): () => void {
    const cost = tokens ?? 0;
    const ceilings = this.#ceilings();
    if (cost > 0) this.require(cost);
    for (const ceiling of ceilings) ceiling.spent += cost;
    return () => {
      for (const ceiling of ceilings) ceiling.spent -= cost;
    };
  }

  sent(crm: string, request: SentRequest, because: readonly string[]): void {
    this.#receipt.sent(crm, request, because);
  }

  coalesced(...joined: Parameters<Receipt['coalesced']>): void {
    this.#receipt.coalesced(...joined);
  }

  cached(crm: string): void {
    this.#receipt.cached(crm);
  }

  #ceilings(): readonly Ceiling[] {
    return [this.#operation, this.#write].filter((ceiling) => ceiling !== null);
  }
}

/** That an operation may not cost what it would. */
export function exceeded(maxTokens: number, tokens: number): GatewayError {
  return new GatewayError(
    'BUDGET_EXCEEDED',
    `it may cost ${maxTokens} tokens and would take at least ${tokens}: ask for less, or raise the ceiling`,
    { budget: { maxTokens, tokens } },
  );
}

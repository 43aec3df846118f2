import type { SentCall } from '../domain/upstream.ts';
import type { Seen } from '../plan/seen.ts';
import type { AskedContext, GraphQLContext } from './context.ts';

/** How often a field was resolved on records of a CRM, and how much it asked for. */
class Tally {
  readonly crm: string;
  resolved = 0;
  asked = 0;

  constructor(crm: string) {
    this.crm = crm;
  }
}

/** Makes the contexts of the fields of one operation, and learns from what they ask. */
export class AskedContexts {
  readonly #seen: Seen;
  readonly #contexts = new Map<string, AskedContext>();
  readonly #tallies = new Map<string, Map<string, Tally>>();

  constructor(seen: Seen) {
    this.#seen = seen;
  }

  /** A context whose fields can be told apart. */
  of(base: Omit<GraphQLContext, 'askedBy'>): GraphQLContext {
    const context: GraphQLContext = { ...base, askedBy: (field) => this.#askedBy(field, context) };
    return context;
  }

  /** Remembers for the next plan what this operation has seen. `sent` is everything that was sent for it. */
  learn(sent: readonly SentCall[]): void {
    for (const [field, tallies] of this.#tallies) {
      for (const [crm, { resolved, asked }] of tallies) {
        if (resolved === 0) continue;
        this.#seen.note(field, crm, asked / resolved);
        const requests = sent.filter((call) => call.crm === crm && call.because[0] === field).length;
        if (asked > 0) this.#seen.note(`${field} each`, crm, requests / asked);
        else if (requests > 0) this.#seen.note(`${field} requests`, crm, requests / resolved);
      }
    }
  }

  #askedBy(field: string, base: GraphQLContext): AskedContext {
    const known = this.#contexts.get(field);
    if (known) return known;
    const tallies = new Map<string, Tally>();
    this.#tallies.set(field, tallies);
    // The records of a page are mostly of one CRM.
    let last: Tally | null = null;
    const tallyOf = (crm: string): Tally => {
      if (last?.crm === crm) return last;
      last = tallies.get(crm) ?? new Tally(crm);
      tallies.set(crm, last);
      return last;
    };
    const context: AskedContext = {
      ...base,
      call: { ...base.call, because: [field] },
      loaders: base.loaders.askedBy({
        field,
        asked(crm) {
          tallyOf(crm).asked += 1;
        },
      }),
      resolving(crm) {
        tallyOf(crm).resolved += 1;
      },
      filled: (crm, share) => this.#seen.note(`${field} fill`, crm, share),
    };
    this.#contexts.set(field, context);
    return context;
  }
}

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
    const context = new FieldContext(base, field, tallyOf, this.#seen);
    this.#contexts.set(field, context);
    return context;
  }
}

/** An operation's context as one of its fields has it. */
class FieldContext implements AskedContext {
  readonly crms: GraphQLContext['crms'];
  readonly caller: GraphQLContext['caller'];
  readonly call: GraphQLContext['call'];
  readonly loaders: GraphQLContext['loaders'];
  readonly upstream: GraphQLContext['upstream'];
  readonly customFields: GraphQLContext['customFields'];
  readonly inParts: boolean;
  readonly operations: GraphQLContext['operations'];
  readonly seen: Seen;
  readonly now: GraphQLContext['now'];
  readonly askedBy: GraphQLContext['askedBy'];
  readonly #field: string;
  readonly #tallyOf: (crm: string) => Tally;

  constructor(base: GraphQLContext, field: string, tallyOf: (crm: string) => Tally, seen: Seen) {
    this.crms = base.crms;
    this.caller = base.caller;
    this.call = { ...base.call, because: [field] };
    this.loaders = base.loaders.askedBy({
      field,
      asked(crm) {
        tallyOf(crm).asked += 1;
      },
    });
    this.upstream = base.upstream;
    this.customFields = base.customFields;
    this.inParts = base.inParts;
    this.operations = base.operations;
    this.seen = seen;
    this.now = base.now;
    this.askedBy = base.askedBy;
    this.#field = field;
    this.#tallyOf = tallyOf;
  }

  resolving(crm: string): void {
    this.#tallyOf(crm).resolved += 1;
  }

  filled(crm: string, share: number): void {
    this.seen.note(`${this.#field} fill`, crm, share);
  }
}

import type { SentCall } from '../domain/upstream.ts';
import type { Asker } from '../loaders/loader.ts';
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
  readonly #contexts = new Map<string, FieldContext>();

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
    for (const { field, tallies } of this.#contexts.values()) {
      for (const { crm, resolved, asked } of tallies) {
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
    const context = new FieldContext(base, field, this.#seen);
    this.#contexts.set(field, context);
    return context;
  }
}

/** An operation's context as one of its fields has it. */
class FieldContext implements AskedContext, Asker {
  readonly crms: GraphQLContext['crms'];
  readonly caller: GraphQLContext['caller'];
  readonly loaders: GraphQLContext['loaders'];
  readonly upstream: GraphQLContext['upstream'];
  readonly customFields: GraphQLContext['customFields'];
  readonly inParts: boolean;
  readonly operations: GraphQLContext['operations'];
  readonly seen: Seen;
  readonly now: GraphQLContext['now'];
  readonly askedBy: GraphQLContext['askedBy'];
  readonly field: string;
  /** One for each CRM. */
  readonly tallies: Tally[] = [];
  readonly #operation: GraphQLContext['call'];
  #call: GraphQLContext['call'] | null = null;

  constructor(base: GraphQLContext, field: string, seen: Seen) {
    this.field = field;
    this.crms = base.crms;
    this.caller = base.caller;
    this.#operation = base.call;
    this.loaders = base.loaders.askedBy(this);
    this.upstream = base.upstream;
    this.customFields = base.customFields;
    this.inParts = base.inParts;
    this.operations = base.operations;
    this.seen = seen;
    this.now = base.now;
    this.askedBy = base.askedBy;
  }

  get call(): GraphQLContext['call'] {
    this.#call ??= { ...this.#operation, because: [this.field] };
    return this.#call;
  }

  asked(crm: string): void {
    this.#tallyOf(crm).asked += 1;
  }

  resolving(crm: string): void {
    this.#tallyOf(crm).resolved += 1;
  }

  filled(crm: string, share: number): void {
    this.seen.note(`${this.field} fill`, crm, share);
  }

  #tallyOf(crm: string): Tally {
    for (const known of this.tallies) if (known.crm === crm) return known;
    const tally = new Tally(crm);
    this.tallies.push(tally);
    return tally;
  }
}

import { randomUUID } from 'node:crypto';
import { CRMS, type CrmId } from '../faults/account.ts';
import { type Answer, NoOutcome, write } from '../faults/mutations.ts';
import type { Rig } from '../faults/rig.ts';
import type { WireFault } from '../support/fault-proxy.ts';
import { sendGraphQL } from '../support/graphql-client.ts';

/** How many of a hundred requests to CRMs go wrong. */
const WRONG = 2;
const FAULTS: readonly WireFault[] = [
  { kind: 'resetBefore' },
  { kind: 'resetAfter' },
  { kind: 'cut' },
  { kind: 'delay', ms: 400 },
  { kind: 'throttle', ms: 300 },
  { kind: 'answer', of: (real) => ({ ...real, status: 503, body: Buffer.alloc(0) }) },
  { kind: 'answer', of: (real) => ({ ...real, status: 500, body: Buffer.from('{}') }) },
  { kind: 'answer', of: (real) => ({ ...real, body: Buffer.from('{"unexpected":1}') }) },
];

const READS: readonly string[] = [
  `{ deals(first: 20) { nodes { id title stage { name } person { name } organization { name } products { nodes { name } } } } }`,
  `{ deals(first: 20, onCrmFailure: PARTIAL) { nodes { id title owner { name } customFields { label } } crms { state } } }`,
  `{ deals(filter: { title: { contains: "pilot" } }, onCrmFailure: PARTIAL) { nodes { id title } } }`,
  `{ searchDeals(term: "pilot", first: 10) { nodes { deal { id title } } } }`,
  `{ dealsSummary(onCrmFailure: PARTIAL) { count totals { currency value } } }`,
  `{ people(first: 20) { nodes { id name } } pipelines { id stages { name } } crms { id capabilities { entity } } }`,
  `{ deals(first: 20) { nodes { id nothing } } }`,
  `{ deals(first: 501) { nodes { id } } }`,
];

/** Answers by outcome, and what must not be among them. */
export interface Tally {
  readonly answers: Record<string, number>;
  readonly harm: string[];
}

/** Everything clients do, a few of them at a time, until it is over. */
export class Load {
  readonly tally: Tally = { answers: {}, harm: [] };
  readonly #rig: Rig;
  readonly #titles: ReadonlyMap<string, string>;
  readonly #added: { readonly crm: CrmId; readonly title: string; readonly outcome: string }[] = [];
  #number = 0;

  constructor(rig: Rig, titles: ReadonlyMap<string, string>) {
    this.#rig = rig;
    this.#titles = titles;
    for (const crm of CRMS) {
      rig.accounts[crm].proxy.meddle(() => (chance(WRONG) ? (FAULTS[any(FAULTS.length)] ?? null) : null));
    }
  }

  async run(clients: number, isOver: () => boolean): Promise<void> {
    const client = async () => {
      while (!isOver()) await this.#act();
    };
    await Promise.all(Array.from({ length: clients }, client));
  }

  /** What is in the CRMs twice, or not at all though it is said to be. */
  settle(): void {
    for (const { crm, title, outcome } of this.#added) {
      const { length } = this.#rig.accounts[crm].titled(title);
      if (length > 1) this.tally.harm.push(`${title} is there ${length} times`);
      if (length === 0 && outcome === 'APPLIED') this.tally.harm.push(`${title} is said to be added`);
      if (length > 0 && outcome === 'REJECTED') this.tally.harm.push(`${title} is said not to be added`);
    }
    this.#added.length = 0;
  }

  async #act(): Promise<void> {
    this.#number += 1;
    if (chance(6)) await this.#write(CRMS[any(2)] as CrmId);
    else if (chance(8)) await this.#hangUp();
    else await this.#read();
  }

  async #read(): Promise<void> {
    const document = READS[any(READS.length)] ?? '';
    const { data, errors } = await sendGraphQL(this.#rig.url, document);
    this.#count('read', errors?.[0]?.extensions.code ?? 'ok');
    for (const [, id = '', title = ''] of JSON.stringify(data ?? {}).matchAll(
      /"id":"(\w+:Deal:\d+)","title":"((?:[^"\\]|\\.)*)"/g,
    )) {
      const known = this.#titles.get(id);
      if (known !== undefined && known !== JSON.parse(`"${title}"`)) this.tally.harm.push(`${id} is called ${title}`);
    }
  }

  /** A client that does not wait for its answer. */
  async #hangUp(): Promise<void> {
    const gone = new AbortController();
    setTimeout(() => gone.abort(), any(30));
    const asked = sendGraphQL(this.#rig.url, READS[any(4)] ?? '', {}, { signal: gone.signal });
    await asked.catch(() => undefined);
    this.#count('read', 'hung up');
  }

  /** Adds a deal under a key, asks for it again, and deletes it. */
  async #write(crm: CrmId): Promise<void> {
    const title = this.#rig.accounts[crm].unique();
    const key = randomUUID();
    const add = { mutation: 'addDeal', input: { crm, title } };
    const first = await this.#mutate(add, key);
    const again = await this.#mutate(add, key);
    const outcome = again.outcome === 'REPLAYED' ? (again.operation?.outcome ?? 'UNKNOWN') : again.outcome;
    this.#added.push({ crm, title, outcome });
    this.settle();
    const id = first.deal?.id ?? again.deal?.id;
    if (id) await this.#mutate({ mutation: 'deleteDeal', input: { id } }, randomUUID());
  }

  async #mutate(given: Parameters<typeof write>[1], key: string): Promise<Answer> {
    try {
      const answer = await write(this.#rig.url, given, key);
      if (answer === null) throw new Error('the gateway is gone');
      this.#count(given.mutation, answer.outcome);
      return answer;
    } catch (error) {
      if (!(error instanceof NoOutcome)) throw error;
      this.#count(given.mutation, 'error');
      return { outcome: 'UNKNOWN', problems: [], operation: null };
    }
  }

  #count(of: string, outcome: string): void {
    const name = `${of} ${outcome}`;
    this.tally.answers[name] = (this.tally.answers[name] ?? 0) + 1;
  }
}

function any(below: number): number {
  return Math.floor(Math.random() * below);
}

function chance(percent: number): boolean {
  return Math.random() * 100 < percent;
}

import { randomUUID } from 'node:crypto';
import type { Account } from './account.ts';
import { type Answer, type Write, write } from './mutations.ts';
import type { Rig } from './rig.ts';

/** How one mutation sent many times under few keys went. */
export interface KeyFigures {
  readonly mutations: number;
  readonly keys: number;
  /** Answers by outcome; `none` where the gateway ended first. */
  readonly answers: Readonly<Record<string, number>>;
  /** How many deals there are for each key, keys without any included. */
  readonly effects: readonly number[];
}

/** The same few deals, each to be added under its own key. */
export class KeyedAdds {
  readonly writes: readonly { readonly key: string; readonly write: Write; readonly title: string }[];
  readonly #account: Account;

  constructor(account: Account, keys: number) {
    this.#account = account;
    this.writes = Array.from({ length: keys }, () => {
      const title = account.unique();
      return { key: randomUUID(), title, write: { mutation: 'addDeal', input: { crm: account.crm, title } } };
    });
  }

  /** Sends each of them `times` times, all at once. */
  async send(rig: Rig, times: number): Promise<KeyFigures> {
    const all = Array.from({ length: times }, () => this.writes).flat();
    const answers = await Promise.all(all.map((one) => write(rig.url, one.write, one.key)));
    return {
      mutations: all.length,
      keys: this.writes.length,
      answers: count(answers),
      effects: this.writes.map(({ title }) => this.#account.titled(title).length),
    };
  }
}

function count(answers: readonly (Answer | null)[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const answer of answers) {
    const name = answer === null ? 'none' : isInProgress(answer) ? 'IN_PROGRESS' : answer.outcome;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

function isInProgress({ problems }: Answer): boolean {
  return problems.some(({ code }) => code === 'IN_PROGRESS');
}

import { CRMS, type CrmId } from '../account.ts';

const WINDOW_MS = 10_000;

interface Seen {
  readonly at: number;
  /** What went wrong with it, if anything did: what is asked for again, or anything else. */
  readonly wrong: 'AGAIN' | 'ONCE' | null;
}

/** Requests of the last ten seconds, which decide how many may be sent again and when a CRM is taken for dead. */
export class Traffic {
  readonly #seen = new Map<CrmId, Seen[]>(CRMS.map((crm) => [crm, []]));

  saw(crm: CrmId, wrong: Seen['wrong']): void {
    this.#seen.get(crm)?.push({ at: performance.now(), wrong });
  }

  forget(): void {
    for (const seen of this.#seen.values()) seen.length = 0;
  }

  /** Whether a few requests can go wrong on either CRM without that being anything out of the ordinary. */
  get isOrdinary(): boolean {
    const since = performance.now() - WINDOW_MS;
    return [...this.#seen.values()].every((seen) => {
      const first = seen.findIndex(({ at }) => at > since);
      seen.splice(0, first === -1 ? seen.length : first);
      const failed = seen.filter(({ wrong }) => wrong !== null).length;
      const again = seen.filter(({ wrong }) => wrong === 'AGAIN').length;
      // A tenth may be sent again, and three; a few of those are left for what comes next.
      return seen.length >= 30 && failed <= seen.length / 4 && again <= seen.length / 10 - 2;
    });
  }
}

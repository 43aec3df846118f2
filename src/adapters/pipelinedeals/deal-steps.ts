import type { Call } from '../../domain/call.ts';
import { GatewayError } from '../../domain/errors.ts';
import type { JsonValue, WriteCall, WriteRequest } from '../../domain/write-step.ts';
import { STAND_IN_ID, takeIfNeeded, takePrepared } from '../prepared-step.ts';
import { applied, unknown } from '../settling.ts';
import { noteOf, textLikeness } from '../shown.ts';
import { isWire } from '../wire.ts';
import type { Account } from './account.ts';
import { collection, member } from './api.ts';
import { deleteDeal, postDeal, putDeal } from './deal-requests.ts';
import type { Deals } from './deals.ts';
import { backdatedLike, settleAddition, settleUpdate } from './evidence.ts';

/** What a write on a deal sends: the deal, and what stands beside it. */
export interface DealBody {
  readonly body: Readonly<Record<string, unknown>>;
  readonly modifiers?: Readonly<Record<string, unknown>>;
}

/** The writes on deals that are steps. */
export class DealSteps {
  readonly #account: Account;
  readonly #deals: Deals;
  readonly #currentUser: (call: Call) => Promise<string>;

  constructor(account: Account, deals: Deals, currentUser: (call: Call) => Promise<string>) {
    this.#account = account;
    this.#deals = deals;
    this.#currentUser = currentUser;
  }

  /** Adds the deal that `prepare` reads and checks, and answers with its id. */
  add(prepare: () => Promise<DealBody>, call: WriteCall): Promise<string> {
    return takePrepared<string, { readonly sent: JsonValue; readonly before: readonly string[] | null }>(
      {
        name: 'add',
        request: request('POST', collection('deals')),
        prepare: async () => {
          const { body, modifiers } = await prepare();
          const sent = noteOf(body);
          // What cannot be read here makes it harder to find the deal later, and that is all.
          const before = call.steps.isPreview ? null : await ifReadable(backdatedLike(this.#account, sent, call));
          return { note: { sent, before }, send: () => postDeal(this.#account, body, call, modifiers) };
        },
        settle: async ({ sent, before }, settling) => {
          if (before === null) return unknown('it could not be read which deals were there before');
          const own = await this.#currentUser(settling.call);
          return settleAddition(this.#account, sent, before, own, settling);
        },
        likeness: ({ sent }) => textLikeness(isWire(sent) ? String(sent.name) : ''),
        previewed: STAND_IN_ID,
      },
      call,
    );
  }

  /** Writes on a deal what `prepare` finds is to be written; `null` where that is nothing. */
  update(name: string, id: string, prepare: () => Promise<DealBody | null>, call: WriteCall): Promise<string | null> {
    return takeIfNeeded<string, { readonly sent: JsonValue; readonly isShown: boolean }>(
      {
        name,
        request: request('PUT', member('deals', id)),
        prepare: async () => {
          const write = await prepare();
          if (write === null) return null;
          const { body, modifiers = {} } = write;
          const isShown = Object.keys(modifiers).length === 0;
          return {
            note: { sent: noteOf(body), isShown },
            send: async () => {
              await putDeal(this.#account, id, body, call, modifiers);
              return id;
            },
          };
        },
        settle: async ({ sent, isShown }, settling) =>
          isShown
            ? settleUpdate(this.#deals, id, sent, settling)
            : unknown('whether a template of activities was applied cannot be told'),
        previewed: id,
      },
      call,
    );
  }

  /** Deletes a deal, unless `isThere` finds it gone right before; `null` then. */
  delete(name: string, id: string, isThere: () => Promise<boolean>, call: WriteCall): Promise<string | null> {
    return takeIfNeeded<string, string>(
      {
        name,
        request: request('DELETE', member('deals', id)),
        prepare: async () => {
          if (!(await isThere())) return null;
          return {
            note: id,
            send: async () => {
              await deleteDeal(this.#account, id, call);
              return id;
            },
          };
        },
        settle: async (_note, settling) => {
          const deal = await this.#deals.wire(id, settling.call);
          return deal === null ? applied(id) : unknown(`the deal ${id} is there`);
        },
        previewed: id,
      },
      call,
    );
  }
}

/** A request in the terms of a step; this CRM has no tokens. */
export function request(method: WriteRequest['method'], { template }: { readonly template: string }): WriteRequest {
  return { method, template, tokens: null };
}

async function ifReadable<T>(read: Promise<T>): Promise<T | null> {
  try {
    return await read;
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    return null;
  }
}

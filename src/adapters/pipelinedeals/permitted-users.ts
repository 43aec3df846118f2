import type { Call } from '../../domain/call.ts';
import type { CrmAdapter } from '../../domain/crm-adapter.ts';
import type { Deal } from '../../domain/deal.ts';
import type { Link } from '../../domain/ref.ts';
import type { Found } from '../../domain/repository.ts';
import type { User } from '../../domain/user.ts';
import { ofEachDeal } from '../each-deal.ts';
import { idOf, ids, isWire, readRecord, type Wire } from '../wire.ts';
import type { Account } from './account.ts';
import { collection, MAX_PAGE_SIZE } from './api.ts';
import type { Deals } from './deals.ts';
import { link } from './links.ts';
import { chunksOfIds } from './records.ts';

type PermittedUsersPort = CrmAdapter['permittedUsers'];

/**
 * `possible_notify_user_ids`, the users a note on the deal can be told to: as near as the API comes to who may see it.
 * A deal's own endpoint has them, so a deal read there tells them at no call. Lists have them on request by
 * `include_notify_user_ids`, which the vendor's JavaScript client sends and the documentation does not mention: where
 * a list leaves them out, the deals are read one by one.
 */
export class PermittedUsers implements PermittedUsersPort {
  readonly #account: Account;
  readonly #deals: Deals;
  #listsTell = true;

  constructor(account: Account, deals: Deals) {
    this.#account = account;
    this.#deals = deals;
  }

  async ofDeals(deals: readonly Deal[], call: Call): Promise<Found<readonly Link<User>[]>> {
    const open = deals.filter((deal) => !isWire(deal.raw()));
    const listed = open.length > 1 && this.#listsTell ? await this.#fromLists(open, call) : new Map<string, Wire>();
    return ofEachDeal(deals, async (deal) => this.#usersOf(await this.#wireOf(deal, listed, call)));
  }

  async #wireOf(deal: Deal, listed: ReadonlyMap<string, Wire>, call: Call): Promise<Wire | null> {
    const own = deal.raw();
    if (isWire(own)) return own;
    return listed.get(deal.ref.id) ?? this.#deals.wire(deal.ref.id, call);
  }

  #usersOf(deal: Wire | null): readonly Link<User>[] | null {
    if (deal === null || !tells(deal)) return null;
    const { crm } = this.#account;
    const users = readRecord(crm, 'deal', deal, (wire) => ids(wire, 'possible_notify_user_ids'));
    return users.map((user) => link<User>(crm, 'User', user, {}));
  }

  /** The deals of lists by id that tell their users. */
  async #fromLists(deals: readonly Deal[], call: Call): Promise<ReadonlyMap<string, Wire>> {
    const chunks = chunksOfIds(deals.map((deal) => deal.ref.id));
    const pages = await Promise.all(chunks.map((chunk) => this.#list(chunk, call)));
    const wires = pages.flat();
    const telling = wires.filter(tells);
    if (wires.length > 0 && telling.length === 0) this.#listsTell = false;
    return new Map(telling.map((wire) => [idOf(wire) ?? '', wire]));
  }

  async #list(chunk: readonly string[], call: Call): Promise<readonly Wire[]> {
    const query = [
      ['conditions[deal_id]', chunk.join(',')],
      ['include_notify_user_ids', true],
    ] as const;
    const request = { page: 1, perPage: MAX_PAGE_SIZE };
    const page = await this.#account.api.pageIfAccepted(collection('deals'), query, request, call);
    return page?.entries.filter(isWire) ?? [];
  }
}

function tells(deal: Wire): boolean {
  return Array.isArray(deal.possible_notify_user_ids);
}

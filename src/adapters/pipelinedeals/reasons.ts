import type { Call } from '../../domain/call.ts';
import type { Kept } from '../kept.ts';
import { id, readRecords, text } from '../wire.ts';
import type { Account } from './account.ts';
import { collection } from './api.ts';

interface Reason {
  readonly id: string;
  readonly name: string;
}

/**
 * The reasons an account offers for lost or for won deals, as `GET /admin/deal_loss_reasons` and
 * `GET /admin/deal_won_reasons` list them.
 */
export class Reasons {
  readonly #kept: Kept<readonly Reason[]>;

  constructor(account: Account, of: 'loss' | 'won') {
    this.#kept = account.keep(`admin/deal_${of}_reasons`, async (call) => {
      const values = (await account.api.allIfShown(collection(`admin/deal_${of}_reasons`), call)) ?? [];
      const { records } = readRecords(account.crm, `${of} reason`, values, (wire) => ({
        id: id(wire),
        name: text(wire, 'name'),
      }));
      return records;
    });
  }

  /** The id of the reason of this name, whatever its case, or `null` when the account offers none. */
  async idOf(name: string, call: Call): Promise<string | null> {
    const wanted = folded(name);
    const reasons = await this.#kept.get(call);
    return reasons.find((reason) => folded(reason.name) === wanted)?.id ?? null;
  }
}

function folded(name: string): string {
  return name.normalize('NFC').trim().toLowerCase();
}

import type { CrmAdapter } from '../../../src/domain/crm-adapter.ts';
import { GatewayError } from '../../../src/domain/errors.ts';
import type { WriteCall } from '../../../src/domain/write-step.ts';
import { aCall } from '../../support/call.ts';
import type { CrmName, CrmUnderTest } from './crm-under-test.ts';

export type Write = (call: WriteCall) => Promise<unknown>;

/** One write, on an account that is made ready for it. */
export interface Scenario<Name extends CrmName = CrmName> {
  readonly name: string;
  /** How many steps it has. */
  readonly steps: number;
  arrange(crm: CrmUnderTest<Name>): Promise<Write>;
}

export function first<T>(values: readonly T[], index = 0): T {
  const value = values[index];
  if (value === undefined) throw new Error('the sandbox has too few of them');
  return value;
}

export async function followersOf(adapter: CrmAdapter, deal: string) {
  const known = await adapter.deals.getWhole(deal, aCall());
  const found = known && (await adapter.followers.ofDeals([known], aCall())).get(deal);
  if (found instanceof GatewayError) throw found;
  return found ?? [];
}

export async function participantsOf(adapter: CrmAdapter, deal: string) {
  const known = await adapter.deals.getWhole(deal, aCall());
  const found = known && (await adapter.participants.ofDeals([known], aCall())).get(deal);
  if (found instanceof GatewayError) throw found;
  return found ?? [];
}

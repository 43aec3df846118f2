import { listen, type Simulator } from '../../src/sandbox/kit/simulator.ts';
import { createPipedriveSandbox } from '../../src/sandbox/pipedrive/index.ts';
import { createPipelineDealsSandbox } from '../../src/sandbox/pipelinedeals/index.ts';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { pipedriveAccount } from './pipedrive-account.ts';
import { pipelineDealsAccount } from './pipelinedeals-account.ts';
import { sentTwice, type Violation } from './verdict.ts';

export type CrmId = 'pipedrive' | 'pipelinedeals';
export const CRMS: readonly CrmId[] = ['pipedrive', 'pipelinedeals'];

/** What hangs on a deal and can be told apart: lines by their comments, everything else by its id. */
export type Part = 'notes' | 'activities' | 'files' | 'lines' | 'people' | 'followers' | 'discounts' | 'installments';

/** How many of each a new deal gets; `lines`, on Pipedrive, are commented `line 0` and so on. */
export type Parts = Partial<Readonly<Record<'notes' | 'activities' | 'files' | 'lines', number>>> & {
  readonly closeDate?: string;
};

/** A sandbox CRM behind a proxy: deals are put into it past the gateway, and looked at the same way. */
export interface Account {
  readonly crm: CrmId;
  readonly sandbox: Simulator;
  readonly proxy: FaultProxy;
  /** Settings that send a gateway through the proxy. */
  readonly env: Readonly<Record<string, string>>;
  /** A text nothing in the account has. */
  unique(): string;
  /** Adds a deal with a person, and answers its global id. */
  newDeal(parts?: Parts): Promise<string>;
  /** The deals the CRM shows under exactly this title. */
  titled(title: string): readonly string[];
  /** Some attributes of a deal; `null` once the CRM does not show it any more. */
  deal(id: string): { readonly title: string; readonly value: string; readonly closeDate: string | null } | null;
  /** What hangs on a deal, whether or not the CRM still shows the deal. */
  parts(part: Part, deal: string): readonly string[];
  /** Sends a request to the CRM's own API that neither log nor proxy sees. */
  own(method: string, path: string, body: object): Promise<unknown>;
  /** Ids of records that can be put on a deal. */
  ids(type: 'Person' | 'User' | 'Product', count: number): readonly string[];
  /** Writes that came a second time since this was last asked. */
  sentAgain(): readonly Violation[];
  close(): Promise<void>;
}

export async function startAccount(crm: CrmId): Promise<Account> {
  return crm === 'pipedrive'
    ? startOn(createPipedriveSandbox({ deals: 40, burst: null }), pipedriveAccount)
    : startOn(createPipelineDealsSandbox({ deals: 40, requestsPerSecond: null }), pipelineDealsAccount);
}

/** What differs between the accounts. */
export type OwnAccount = Pick<Account, 'crm' | 'newDeal' | 'titled' | 'deal' | 'parts' | 'own' | 'ids'>;

async function startOn<Sandbox extends Simulator>(
  sandbox: Sandbox,
  own: (sandbox: Sandbox, unique: () => string) => OwnAccount,
): Promise<Account> {
  const running = await listen(sandbox);
  const proxy = await startFaultProxy(running.url);
  let count = 0;
  let reported = 0;
  const unique = () => {
    count += 1;
    return `Deal under test ${count}`;
  };
  return {
    ...own(sandbox, unique),
    sandbox,
    proxy,
    env: sandbox.env(proxy.url),
    unique,
    sentAgain() {
      const all = sentTwice(proxy.passed);
      const fresh = all.slice(reported);
      reported = all.length;
      return fresh;
    },
    async close() {
      await proxy.close();
      await running.close();
    },
  };
}

import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { adapterKinds } from '../../src/adapters/registry.ts';
import { readSettings } from '../../src/config/settings.ts';
import { createGateway } from '../../src/gateway.ts';
import { Journal } from '../../src/journal/journal.ts';
import type { Store } from '../../src/journal/open-store.ts';
import { listen } from '../../src/sandbox/kit/simulator.ts';
import { createPipedriveSandbox } from '../../src/sandbox/pipedrive/index.ts';
import { createLogger } from '../../src/server/logger.ts';
import { systemClock } from '../../src/transport/clock.ts';
import { sendGraphQL } from '../support/graphql-client.ts';

const ROUNDS = 7;
const WRITES = 100;
const DEALS = 200;

const MUTATION = 'mutation ($input: UpdateDealInput!) { updateDeal(input: $input) { outcome } }';

/** A store that keeps nothing. */
const nowhere = {
  location: 'nowhere',
  keys: nothing,
  values: nothing,
  iterator: nothing,
  get: async () => undefined,
  getSync: () => undefined,
  batch: async () => undefined,
  close: async () => undefined,
} as unknown as Store;

async function* nothing(): AsyncGenerator<never> {}

/** Milliseconds per mutation, with so many under way at a time. */
async function measure(url: string, deals: readonly number[], connections: number): Promise<number> {
  let next = 0;
  const work = async () => {
    while (next < WRITES) {
      next += 1;
      const input = { id: `pipedrive:Deal:${deals[next % deals.length]}`, title: `Title ${next}` };
      const { data } = await sendGraphQL<{ updateDeal: { outcome: string } }>(url, MUTATION, { input });
      if (data?.updateDeal.outcome !== 'APPLIED') throw new Error('a mutation was not applied');
    }
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: connections }, work));
  return (performance.now() - began) / WRITES;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number;
}

/**
 * What the journal costs: the same mutation on the same gateway with a journal on the disk and with one that keeps
 * nothing, in turn, against a sandbox in the same process that answers at once. Against a CRM across a network the
 * ratio is closer to 1.
 */
async function main(): Promise<void> {
  const crm = createPipedriveSandbox({ burst: null, deals: DEALS });
  const running = await listen(crm);
  const writable = [...crm.store.deals.values()].filter((deal) => deal.status === 'open' && !deal.is_archived);
  const deals = writable.filter((deal) => !deal.is_deleted).map(({ id }) => id);
  const dataDir = await mkdtemp(path.join(tmpdir(), 'dealgraph-bench-'));
  const env = { PORT: '0', PIPEDRIVE_RATE_LIMIT: '0', DEALGRAPH_DATA_DIR: dataDir, ...crm.env(running.url) };
  const settings = await readSettings(env, import.meta.dirname, adapterKinds);
  const parts = { settings, crms: settings.crms, clock: systemClock, logger: createLogger('silent') };
  const without = {
    ...parts,
    openJournal: (_dir: string, rules: Parameters<typeof Journal.on>[1]) => Journal.on(nowhere, rules),
  };
  const gateways = { disk: await createGateway(parts), nowhere: await createGateway(without) };
  const urls = { disk: await gateways.disk.start(), nowhere: await gateways.nowhere.start() };

  process.stdout.write(`updateDeal, ${availableParallelism()} cores, Node ${process.versions.node}\n`);
  for (const connections of [1, 20]) {
    const times = { disk: [] as number[], nowhere: [] as number[] };
    for (let round = 0; round <= ROUNDS; round += 1) {
      for (const name of ['disk', 'nowhere'] as const) {
        const ms = await measure(urls[name], deals, connections);
        // The first round warms up.
        if (round > 0) times[name].push(ms);
      }
    }
    const [disk, none] = [median(times.disk), median(times.nowhere)];
    const figures = `${disk.toFixed(2)} ms with the journal, ${none.toFixed(2)} ms without`;
    process.stdout.write(`${connections} at a time: ${figures}, ratio ${(disk / none).toFixed(2)}\n`);
  }
  await Promise.all([gateways.disk.close(), gateways.nowhere.close()]);
  await running.close();
  await rm(dataDir, { recursive: true, force: true });
}

await main();

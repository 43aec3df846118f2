import { setTimeout as sleep } from 'node:timers/promises';
import type { WireFault } from '../support/fault-proxy.ts';
import { sendGraphQL } from '../support/graphql-client.ts';
import { CRMS, type CrmId } from './account.ts';
import type { Rig } from './rig.ts';

/** Ways in which a CRM is out altogether. */
export const OUTAGES: readonly { readonly name: string; readonly fault: WireFault }[] = [
  { name: 'resets every connection', fault: { kind: 'resetBefore' } },
  {
    name: 'answers 503',
    fault: { kind: 'answer', of: (real) => ({ ...real, status: 503, headers: {}, body: Buffer.alloc(0) }) },
  },
  { name: 'never answers', fault: { kind: 'hang' } },
];

/** What an outage of one CRM comes to. */
export interface OutageFigures {
  readonly operations: number;
  /** Requests that came to the CRM meanwhile. */
  readonly requests: number;
  /** By the code of their error; `null` where they had none. */
  readonly codes: Readonly<Record<string, number>>;
  readonly seconds: number;
}

const AT_ONCE = 8;

/** One operation sends one request to one CRM. */
async function askOne(rig: Rig, crm: CrmId, number: number): Promise<string | null> {
  const document = '{ deals(crms: ["CRM"], first: N) { nodes { id } } }';
  // Different ones, so that no two are answered with one request.
  const text = document.replace('CRM', crm).replace('N', String(1 + (number % 50)));
  const { errors } = await sendGraphQL(rig.url, text);
  return errors?.[0]?.extensions.code ?? null;
}

/** Has a CRM be out for so many operations, and counts what comes to it all the same. */
export async function haveOutage(rig: Rig, crm: CrmId, fault: WireFault, operations: number): Promise<OutageFigures> {
  const { proxy } = rig.accounts[crm];
  const before = proxy.passed.length;
  const startedAt = performance.now();
  const codes: Record<string, number> = {};
  proxy.meddle(() => fault);
  let number = 0;
  await atOnce(AT_ONCE, async () => {
    while (number < operations) {
      number += 1;
      const code = await askOne(rig, crm, number);
      codes[String(code)] = (codes[String(code)] ?? 0) + 1;
    }
  });
  await proxy.heal();
  const seconds = (performance.now() - startedAt) / 1_000;
  return { operations, requests: proxy.passed.length - before, codes, seconds };
}

const RECOVERS_WITHIN_MS = 70_000;
const POLL_MS = 100;

/** How long after an outage operations succeed again, in milliseconds; then they all have to. */
export async function recover(rig: Rig, crm: CrmId): Promise<number> {
  const healedAt = performance.now();
  while ((await askOne(rig, crm, 1)) !== null) {
    if (performance.now() - healedAt > RECOVERS_WITHIN_MS) throw new Error(`${crm} is not asked again`);
    await sleep(POLL_MS);
  }
  const ms = performance.now() - healedAt;
  for (let number = 0; number < 20; number += 1) {
    const code = await askOne(rig, crm, number);
    if (code !== null) throw new Error(`${crm} works again, and ${code} is told`);
  }
  return ms;
}

/** Times of operations on one CRM while the other works, and while it is out. */
export interface IsolationFigures {
  readonly outage: string;
  readonly dead: CrmId;
  readonly operations: number;
  readonly p50: { readonly without: number; readonly with: number };
  readonly p99: { readonly without: number; readonly with: number };
  /** Operations on the CRM that works that failed. */
  readonly failed: number;
}

const ROUNDS = 3;

/** Asks both CRMs all the time, in rounds with one of them out and without, and times the other. */
export async function measureIsolation(
  rig: Rig,
  dead: CrmId,
  { name, fault }: (typeof OUTAGES)[number],
  roundMs: number,
): Promise<IsolationFigures> {
  const other = CRMS.find((crm) => crm !== dead) as CrmId;
  const times = { with: [] as number[], without: [] as number[] };
  let failed = 0;
  for (let round = 0; round < 2 * ROUNDS; round += 1) {
    const kind = round % 2 === 0 ? 'without' : 'with';
    if (kind === 'with') rig.accounts[dead].proxy.meddle(() => fault);
    const endsAt = performance.now() + roundMs;
    let number = 0;
    const asking = async (crm: CrmId, time: boolean) => {
      while (performance.now() < endsAt) {
        number += 1;
        const startedAt = performance.now();
        const code = await askOne(rig, crm, number);
        if (!time) continue;
        times[kind].push(performance.now() - startedAt);
        if (code !== null) failed += 1;
      }
    };
    const quiet = atOnce(4, () => asking(dead, false));
    await atOnce(4, () => asking(other, true));
    await rig.accounts[dead].proxy.heal();
    await quiet;
  }
  return {
    outage: name,
    dead,
    operations: times.with.length + times.without.length,
    p50: { without: quantile(times.without, 0.5), with: quantile(times.with, 0.5) },
    p99: { without: quantile(times.without, 0.99), with: quantile(times.with, 0.99) },
    failed,
  };
}

async function atOnce(count: number, run: () => Promise<void>): Promise<void> {
  await Promise.all(Array.from({ length: count }, run));
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

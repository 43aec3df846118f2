import { readFileSync } from 'node:fs';
import { hostileDocuments, hostileIds } from '../gateway/callers/hostile-documents.ts';
import { hostileRequests } from '../gateway/callers/hostile-requests.ts';
import { sendGraphQL } from '../support/graphql-client.ts';
import { sendRaw } from '../support/raw-http.ts';
import { CRMS } from './account.ts';
import type { Rig } from './rig.ts';

/** What one hostile request costs the gateway. */
export interface HostileCost {
  readonly of: string;
  /** Processor time of the gateway's process, in milliseconds. */
  readonly cpuMs: number;
  /** Requests to CRMs for all of them, of which there must be none. */
  readonly upstream: number;
}

/** The most that something may cost which is refused before it is executed. */
export const MAX_CPU_MS = 10;

const WARM_UP = 5;
const TIMES = 25;
const JSON_TYPE = { 'content-type': 'application/json', accept: 'application/graphql-response+json' };

interface Hostile {
  readonly of: string;
  send(url: string): Promise<unknown>;
}

const HOSTILE: readonly Hostile[] = [
  ...hostileDocuments.map(({ of, query, variables }) => {
    const body = `{"query":${JSON.stringify(query)}${variables === undefined ? '' : `,"variables":${variables}`}}`;
    return { of, send: (url: string) => post(url, body) };
  }),
  ...hostileRequests.map(({ of, method = 'POST', target = '/graphql', headers = {}, body = '' }) => ({
    of,
    send: (url: string) => sendRaw(url, method, target, headers, body),
  })),
  ...hostileIds.map((id) => ({
    of: `the id ${JSON.stringify(id)}`,
    send: (url: string) =>
      sendGraphQL(url, 'query ($id: ID!) { node(id: $id) { id } }', { id: `pipedrive:Deal:${id}` }),
  })),
];

/** Sends each many times, and divides what the gateway's process has spent. Only where Linux tells. */
export async function hostileCosts(rig: Rig): Promise<readonly HostileCost[]> {
  const costs: HostileCost[] = [];
  const requests = () => CRMS.reduce((sum, crm) => sum + rig.accounts[crm].proxy.passed.length, 0);
  for (const { of, send } of HOSTILE) {
    const before = requests();
    for (let time = 0; time < WARM_UP; time += 1) await send(rig.url);
    const spent = cpuMsOf(rig.pid);
    for (let time = 0; time < TIMES; time += 1) await send(rig.url);
    costs.push({ of, cpuMs: (cpuMsOf(rig.pid) - spent) / TIMES, upstream: requests() - before });
  }
  const { errors } = await sendGraphQL(rig.url, '{ deals(first: 1) { nodes { id } } }');
  if (errors) throw new Error(`not serving afterwards: ${JSON.stringify(errors)}`);
  return costs;
}

/** User and system time of a process, told by the kernel in hundredths of a second. */
function cpuMsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

async function post(url: string, body: string): Promise<void> {
  const answer = await fetch(url, { method: 'POST', headers: JSON_TYPE, body });
  await answer.arrayBuffer();
}

import { adapterKinds } from '../../../src/adapters/registry.ts';
import { readSettings } from '../../../src/config/settings.ts';
import type { CrmAdapter } from '../../../src/domain/crm-adapter.ts';
import { type LogEntry, listen, type Simulator } from '../../../src/sandbox/kit/simulator.ts';
import { createPipedriveSandbox } from '../../../src/sandbox/pipedrive/index.ts';
import { createPipelineDealsSandbox } from '../../../src/sandbox/pipelinedeals/index.ts';
import { systemClock } from '../../../src/transport/clock.ts';
import { createHttpClient } from '../../../src/transport/create-http-client.ts';

/** The clock of each CRM is far from ours. */
const SKEW_MS = -3 * 60 * 60 * 1_000;
const now = () => Date.now() + SKEW_MS;

const SANDBOXES = {
  pipedrive: () => createPipedriveSandbox({ deals: 40, burst: null, now }),
  pipelinedeals: () => createPipelineDealsSandbox({ deals: 40, requestsPerSecond: null, now }),
};

export type CrmName = keyof typeof SANDBOXES;
export type SandboxOf<Name extends CrmName> = ReturnType<(typeof SANDBOXES)[Name]>;

/** A fresh account of a sandbox, the same every time, and the adapter over it. */
export interface CrmUnderTest<Name extends CrmName = CrmName> {
  readonly sandbox: SandboxOf<Name>;
  readonly adapter: CrmAdapter;
  /** The requests that wrote, or tried to. */
  writes(): readonly LogEntry[];
  /** Everything the account holds but times and what is made up at random. */
  state(): unknown;
  close(): Promise<void>;
}

export async function openCrm<Name extends CrmName>(name: Name): Promise<CrmUnderTest<Name>> {
  const sandbox = SANDBOXES[name]() as SandboxOf<Name>;
  const running = await listen(sandbox);
  const adapter = await adapterOf(sandbox, running.url);
  return {
    sandbox,
    adapter,
    writes: () => sandbox.log.filter(({ method }) => method !== 'GET'),
    state: () => stateOf(sandbox.store),
    async close() {
      await adapter.close();
      await running.close();
    },
  };
}

/** An adapter built the way the gateway builds it, from nothing but the settings its simulator names. */
async function adapterOf(simulator: Simulator, url: string): Promise<CrmAdapter> {
  const env = { LOG_LEVEL: 'silent', PIPEDRIVE_RATE_LIMIT: '0', PIPELINEDEALS_RATE_LIMIT: '0', ...simulator.env(url) };
  const { crms } = await readSettings(env, import.meta.dirname, adapterKinds);
  const [configured] = crms;
  if (configured === undefined) throw new Error('a simulator names the settings of one CRM');
  const { id, kind, label, values } = configured;
  return kind.create({
    crm: { id, kind: kind.kind, label, capabilities: kind.capabilities, tariff: kind.tariff },
    http: createHttpClient({ ...kind.http(values as never), crm: id }, { clock: systemClock }),
    clock: systemClock,
    referenceMaxAgeMs: 60_000,
    secrets: () => [],
  });
}

/** Kept for the answers of the sandbox alone: places get their numbers when they are first read, histories their times. */
const UNCOMPARED = new Set([
  'participations',
  'staleDeals',
  'fieldChanges',
  'participantChanges',
  'followerChanges',
  'deletedAt',
]);
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A value without times and what is made up at random. */
export function stateOf(value: unknown): unknown {
  if (value instanceof Map) return stateOf([...value.values()]);
  if (value instanceof Set) return [...value].map(stateOf);
  if (Array.isArray(value)) return value.map(stateOf);
  if (typeof value === 'string' && UUID.test(value)) return 'UUID';
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([key]) => !UNCOMPARED.has(key) && !/(^|_)(at|time)$/.test(key));
  return Object.fromEntries(kept.map(([key, inner]) => [key, stateOf(inner)]));
}

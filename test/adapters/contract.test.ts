import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { adapterKinds } from '../../src/adapters/registry.ts';
import { readSettings } from '../../src/config/settings.ts';
import { ENTITY_KINDS, OPERATION_KINDS } from '../../src/domain/capability.ts';
import type { CrmAdapter } from '../../src/domain/crm-adapter.ts';
import { dealSortKey, judgeDeal } from '../../src/domain/deal-query.ts';
import { GatewayError } from '../../src/domain/errors.ts';
import type { Place, Source } from '../../src/domain/list.ts';
import { NOTHING_READ } from '../../src/domain/lookup.ts';
import { compareKeys } from '../../src/domain/order.ts';
import type { CrmRecord } from '../../src/domain/record.ts';
import { isRemoteId } from '../../src/domain/ref.ts';
import type { Repository, Table } from '../../src/domain/repository.ts';
import { listen, type RunningSimulator, type Simulator } from '../../src/sandbox/kit/simulator.ts';
import { createPipedriveSandbox } from '../../src/sandbox/pipedrive/index.ts';
import { createPipelineDealsSandbox } from '../../src/sandbox/pipelinedeals/index.ts';
import { type SandboxName, sandboxes } from '../../src/sandbox/registry.ts';
import { systemClock } from '../../src/transport/clock.ts';
import { createHttpClient } from '../../src/transport/create-http-client.ts';
import { aCall } from '../support/call.ts';

const UNKNOWN = '777777777';

/** Every simulated CRM, without its rate limit. */
const SIMULATORS: Readonly<Record<SandboxName, () => Simulator>> = {
  pipedrive: () => createPipedriveSandbox({ deals: 60, burst: null }),
  pipelinedeals: () => createPipelineDealsSandbox({ deals: 60, requestsPerSecond: null }),
};

/** An adapter built the way the gateway builds it, from nothing but the settings its simulator names. */
async function open(simulator: Simulator, url: string): Promise<CrmAdapter> {
  const env = { LOG_LEVEL: 'silent', PIPEDRIVE_RATE_LIMIT: '0', PIPELINEDEALS_RATE_LIMIT: '0', ...simulator.env(url) };
  const { crms } = await readSettings(env, import.meta.dirname, adapterKinds);
  const [configured, ...others] = crms;
  if (configured === undefined || others.length > 0) throw new Error('a simulator names the settings of one CRM');
  const { id, kind, label, values } = configured;
  return kind.create({
    crm: { id, kind: kind.kind, label, capabilities: kind.capabilities, tariff: kind.tariff },
    http: createHttpClient({ ...kind.http(values as never), crm: id }, { clock: systemClock }),
    clock: systemClock,
    referenceMaxAgeMs: 60_000,
    secrets: () => [],
  });
}

it('every kind of CRM has a simulator of its name', () => {
  expect(Object.keys(sandboxes)).toEqual([...adapterKinds.keys()]);
});

describe.each(Object.keys(sandboxes) as SandboxName[])('%s', (name) => {
  let running: RunningSimulator;
  let simulator: Simulator;
  let adapter: CrmAdapter;
  beforeAll(async () => {
    simulator = SIMULATORS[name]();
    running = await listen(simulator);
    adapter = await open(simulator, running.url);
  });
  afterAll(async () => {
    await adapter.close();
    await running.close();
  });

  /** All records of a source, in its order. */
  async function drain<T extends CrmRecord>(source: Source<T>, limit: number): Promise<T[]> {
    const records = new Map<string, T>();
    let position: string | null = null;
    let after: Place | null = null;
    do {
      const page: Awaited<ReturnType<Source<T>['read']>> = await source.read({ position, after }, limit, aCall());
      expect(page.unreadable).toEqual([]);
      for (const record of page.records) records.set(record.ref.id, record);
      const last = page.records.at(-1);
      if (last) after = { key: last.createdAt, id: last.ref.id };
      position = page.next;
    } while (position !== null);
    return [...records.values()];
  }

  const listed = async () => {
    const where = { archived: 'INCLUDE' } as const;
    const order = { field: 'CREATED_AT', direction: 'ASC' } as const;
    const runs = await Promise.all(adapter.deals.sources({ where, order }).map((source) => drain(source, 25)));
    return runs.flat();
  };

  const REPOSITORIES: Record<string, () => Promise<{ repository: Repository<CrmRecord>; ids: string[] }>> = {
    deals: async () => ({ repository: adapter.deals, ids: (await listed()).map(({ ref }) => ref.id) }),
    people: async () => ({
      repository: adapter.people,
      ids: (await listed()).flatMap(({ person }) => (person === null ? [] : [person.ref.id])),
    }),
    organizations: async () => ({
      repository: adapter.organizations,
      ids: (await listed()).flatMap(({ organization }) => (organization === null ? [] : [organization.ref.id])),
    }),
    stages: () => ofTable(adapter.stages),
    pipelines: () => ofTable(adapter.pipelines),
    users: () => ofTable(adapter.users),
  };

  async function ofTable<T extends CrmRecord>(table: Table<T>) {
    return { repository: table, ids: (await table.all(aCall())).map(({ ref }) => ref.id) };
  }

  describe.each(Object.keys(REPOSITORIES))('%s', (repositoryName) => {
    const prepare = REPOSITORIES[repositoryName] as (typeof REPOSITORIES)[string];

    it('finds what there is and leaves out what there is not', async () => {
      const { repository, ids } = await prepare();
      const wanted = [...new Set(ids)].slice(0, 30);
      expect(wanted.length).toBeGreaterThan(2);
      const found = await repository.getMany([...wanted, UNKNOWN], aCall());
      expect([...found.keys()].sort()).toEqual([...wanted].sort());
      for (const [id, record] of found) {
        if (record instanceof GatewayError) throw record;
        expect(record.ref).toMatchObject({ crm: name, id });
        expect(isRemoteId(id)).toBe(true);
      }
    });

    it('finds nothing for nothing, and for one that is not there', async () => {
      const { repository } = await prepare();
      const before = simulator.log.length;
      expect((await repository.getMany([], aCall())).size).toBe(0);
      expect(simulator.log.length).toBe(before);
      expect((await repository.getMany([UNKNOWN], aCall())).size).toBe(0);
      expect(await repository.getWhole(UNKNOWN, aCall())).toBeNull();
    });

    it('has the CRM’s own object of a record read whole, and the same record', async () => {
      const { repository, ids } = await prepare();
      const [id = ''] = ids;
      const whole = await repository.getWhole(id, aCall());
      const found = (await repository.getMany([id, UNKNOWN], aCall())).get(id);
      expect(whole?.raw()).toMatchObject({ id: expect.anything() });
      expect(found).toMatchObject({ ref: whole?.ref, createdAt: whole?.createdAt, updatedAt: whole?.updatedAt });
    });
  });

  it.each(['CREATED_AT', 'UPDATED_AT'] as const)('lists deals by %s in that order, each once', async (field) => {
    const all = await listed();
    for (const direction of ['ASC', 'DESC'] as const) {
      const where = { archived: 'INCLUDE' } as const;
      const compare = compareKeys('plain', direction);
      const ids: string[] = [];
      for (const source of adapter.deals.sources({ where, order: { field, direction } })) {
        const page = await source.read({ position: null, after: null }, 500, aCall());
        const keys = page.records.map((deal) => dealSortKey(deal, field));
        expect(keys).toEqual([...keys].sort(compare));
        if (source.onlyNullKeys) expect(keys.every((key) => key === null)).toBe(true);
        ids.push(...page.records.map(({ ref }) => ref.id));
      }
      expect(new Set(ids).size).toBe(ids.length);
      expect([...ids].sort()).toEqual(all.map(({ ref }) => ref.id).sort());
    }
  });

  it('serves sources that are wide enough for the filter', async () => {
    const all = await listed();
    const stage = all.find((deal) => deal.stage !== null)?.stage?.ref.id ?? '';
    for (const where of [
      { archived: 'EXCLUDE', stage: { anyOf: [stage] } },
      { archived: 'EXCLUDE', stage: { anyOf: [null, stage] } },
      { archived: 'ONLY', status: ['WON', 'LOST'] },
      { archived: 'INCLUDE', title: { contains: 'PILOT' } },
    ] as const) {
      const sources = adapter.deals.sources({ where, order: { field: 'CREATED_AT', direction: 'DESC' } });
      const held = (await Promise.all(sources.map((source) => drain(source, 500)))).flat();
      const ids = (deals: typeof all) =>
        deals
          .filter((deal) => judgeDeal(deal, where, NOTHING_READ))
          .map(({ ref }) => ref.id)
          .sort();
      expect(ids(held)).toEqual(ids(all));
    }
  });

  it('numbers the stages of each pipeline from 0, without gaps', async () => {
    const stages = await adapter.stages.all(aCall());
    for (const pipeline of await adapter.pipelines.all(aCall())) {
      const positions = stages.filter((stage) => stage.pipeline?.ref.id === pipeline.ref.id).map((one) => one.position);
      expect(positions.length).toBeGreaterThan(0);
      expect([...positions].sort((a, b) => a - b)).toEqual(positions.map((_, index) => index));
    }
  });

  it('reads stages, pipelines and users once', async () => {
    for (const table of [adapter.stages, adapter.pipelines, adapter.users]) {
      await table.all(aCall());
      const call = aCall();
      await table.all(call);
      expect(call.noted).toMatchObject({ sent: 0, cached: 1 });
    }
  });

  it('says of every entity and operation what can be done', () => {
    const { capabilities } = adapter.crm;
    for (const entity of ENTITY_KINDS) {
      for (const operation of OPERATION_KINDS) {
        const rows = capabilities.filter((row) => row.entity === entity && row.operation === operation);
        expect(rows.filter(({ field }) => field === null)).toHaveLength(1);
        expect(new Set(rows.map(({ field }) => field)).size).toBe(rows.length);
      }
    }
  });

  it('says why something is lossy or cannot be done', () => {
    const silent = adapter.crm.capabilities.filter(
      ({ fidelity, note }) => (fidelity === 'EMULATED_LOSSY' || fidelity === 'UNSUPPORTED') && !note,
    );
    expect(silent).toEqual([]);
  });

  it('has pages for deals, people and organizations alone', async () => {
    const call = aCall();
    const url = (type: 'Deal' | 'Person' | 'Organization' | 'Stage' | 'User') =>
      adapter.url({ crm: name, type, id: '7' }, call);
    for (const type of ['Deal', 'Person', 'Organization'] as const) {
      expect(await url(type)).toMatch(/^https:\/\/[a-z.-]+\/[a-z]+\/7$/);
    }
    for (const type of ['Stage', 'User'] as const) expect(await url(type)).toBeNull();
  });
});

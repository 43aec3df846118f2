import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CRMS } from './account.ts';
import { KeyedAdds } from './keys.ts';
import { withRig } from './lanes.ts';
import { operation, operations, write } from './mutations.ts';
import { MUTATION_TIMEOUT_MS, PATIENT_MS, type Rig, startRig } from './rig.ts';

let rig: Rig;

beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig?.close());

async function restart(gateway: Rig): Promise<void> {
  gateway.kill();
  await gateway.ended();
  await gateway.start();
}

it('a thousand mutations at once under a hundred keys have a hundred effects, also after a crash', async () => {
  const once = Array.from({ length: 100 }, () => 1);
  await withRig(
    async (patient) => {
      const adds = new KeyedAdds(patient.accounts.pipedrive, 100);
      const { effects, answers } = await adds.send(patient, 10);
      expect(effects).toEqual(once);
      expect(answers.REPLAYED).toBe(900);
      // A busy computer leaves some of a hundred writes at once without an answer in time, and those say so.
      expect((answers.APPLIED ?? 0) + (answers.UNKNOWN ?? 0)).toBe(100);
      await restart(patient);
      expect(await adds.send(patient, 1)).toMatchObject({ effects: once, answers: { REPLAYED: 100 } });
    },
    { mutationTimeoutMs: PATIENT_MS },
  );
});

it('a crash amid mutations leaves none done twice, and each can be asked for again', async () => {
  const adds = new KeyedAdds(rig.accounts.pipelinedeals, 40);
  rig.accounts.pipelinedeals.proxy.strike(
    { kind: 'call', at: 'DONE', run: () => rig.kill() },
    { of: 'write', nth: 20 },
  );
  const first = await adds.send(rig, 3);
  expect(first.answers.none).toBeGreaterThan(0);
  await rig.ended();
  await rig.accounts.pipelinedeals.proxy.heal();
  await rig.start();
  const again = await adds.send(rig, 1);
  expect(Math.max(...again.effects)).toBe(1);
  expect(again.answers.none).toBeUndefined();
  const undone = again.effects.filter((count) => count === 0).length;
  expect(again.answers.REPLAYED ?? 0).toBeGreaterThanOrEqual(undone);
});

it('a key given with another input is refused, and after a crash too', async () => {
  const keyed = CRMS.map((crm) => {
    const [key, title, other] = [randomUUID(), rig.accounts[crm].unique(), rig.accounts[crm].unique()];
    const add = (given: string) => write(rig.url, { mutation: 'addDeal', input: { crm, title: given } }, key);
    return { title, other, add, titled: rig.accounts[crm].titled };
  });
  const refusal = { outcome: 'REJECTED', problems: [{ code: 'KEY_REUSED' }] };
  for (const { title, other, add } of keyed) {
    expect(await add(title)).toMatchObject({ outcome: 'APPLIED' });
    expect(await add(other)).toMatchObject(refusal);
  }
  await restart(rig);
  for (const { title, other, add, titled } of keyed) {
    expect(await add(other)).toMatchObject(refusal);
    expect(await add(title)).toMatchObject({ outcome: 'REPLAYED', problems: [], operation: { outcome: 'APPLIED' } });
    expect([titled(title), titled(other)]).toEqual([[expect.any(String)], []]);
  }
});

it.each(CRMS)('the key of a write that never left is free again on %s', async (crm) => {
  const { unique, titled, proxy } = rig.accounts[crm];
  const title = unique();
  const given = { mutation: 'addDeal', input: { crm, title } };
  const key = randomUUID();
  await proxy.refuseAfter(0);
  expect(await write(rig.url, given, key)).toMatchObject({ outcome: 'REJECTED' });
  await proxy.heal();
  expect(await write(rig.url, given, key)).toMatchObject({ outcome: 'APPLIED' });
  expect(titled(title)).toHaveLength(1);
});

it.each(CRMS)(
  'two of the same, one of them lost on %s: the one that is there is not taken for the other',
  async (crm) => {
    const { unique, titled, sandbox } = rig.accounts[crm];
    const title = unique();
    const given = { mutation: 'addDeal', input: { crm, title } };
    const first = await write(rig.url, given, randomUUID());
    sandbox.faults.set({ method: 'POST', times: 1, kind: 'drop' });
    const second = await write(rig.url, given, randomUUID());
    sandbox.faults.set();
    expect([first?.outcome, second?.outcome]).toEqual(['APPLIED', 'UNKNOWN']);
    expect(second?.deal ?? null).toBeNull();
    expect(titled(title)).toEqual([first?.deal?.id]);
  },
);

it.each(CRMS)('a deal added without an answer is found on %s, and so is one that comes late', async (crm) => {
  const { unique, titled, sandbox } = rig.accounts[crm];
  const add = async (kind: 'dropAfter' | 'late') => {
    const title = unique();
    sandbox.faults.set({ method: 'POST', times: 1, kind, ms: MUTATION_TIMEOUT_MS + 1_000 });
    const answer = await write(rig.url, { mutation: 'addDeal', input: { crm, title } }, randomUUID());
    sandbox.faults.set();
    return { title, answer };
  };
  const found = await add('dropAfter');
  expect(found.answer).toMatchObject({ outcome: 'APPLIED', deal: { id: titled(found.title)[0] } });

  const late = await add('late');
  expect(late.answer).toMatchObject({ outcome: 'UNKNOWN', problems: [{ code: 'OUTCOME_UNKNOWN' }], deal: null });
  const id = String(late.answer?.operation?.id);
  await expect.poll(() => operation(rig.url, id)).toMatchObject({ outcome: 'APPLIED' });
  expect((await operations(rig.url, 1))[0]?.id).toBe(id);
});

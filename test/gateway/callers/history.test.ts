import { afterAll, beforeAll, expect, it } from 'vitest';
import { aCaller, configOf, queryAs, type TestCaller } from '../../support/callers.ts';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';

const first = aCaller('first', ['read', 'write']);
const second = aCaller('second', ['read', 'write']);
const admin = aCaller('admin', ['read', 'write', 'admin']);
const ofOneCrm = aCaller('of-one-crm', ['read', 'admin'], ['pipedrive']);

let gateway: TestGateway;
let byFirst: string;
let bySecond: string;
beforeAll(async () => {
  gateway = await startTestGateway({ env: configOf([first, second, admin, ofOneCrm]) });
  byFirst = await add(first, 'pipedrive');
  bySecond = await add(second, 'pipelinedeals');
});
afterAll(() => gateway.close());

async function add(caller: TestCaller, crm: string): Promise<string> {
  const { data } = await queryAs(
    gateway,
    caller,
    'mutation ($crm: ID!) { addDeal(input: { crm: $crm, title: "Kept" }, control: { idempotencyKey: "the-same-key" }) { outcome operation { id } } }',
    { crm },
  );
  const added = data?.addDeal as { outcome: string; operation: { id: string } } | undefined;
  expect(added?.outcome).toBe('APPLIED');
  return added?.operation.id ?? '';
}

async function seen(caller: TestCaller): Promise<unknown[]> {
  const { data } = await queryAs(gateway, caller, '{ operations { nodes { id caller } } }');
  const shown = data?.operations as { nodes: { id: string; caller: string }[] } | undefined;
  return shown?.nodes.map(({ id, caller: by }) => [id, by]) ?? [];
}

it('keys are each caller’s own', () => {
  expect(byFirst).not.toBe(bySecond);
});

it('callers are shown their own writes, admins all, of the CRMs they may know of', async () => {
  expect(await seen(first)).toEqual([[byFirst, 'first']]);
  expect(await seen(second)).toEqual([[bySecond, 'second']]);
  expect(await seen(admin)).toEqual([
    [bySecond, 'second'],
    [byFirst, 'first'],
  ]);
  expect(await seen(ofOneCrm)).toEqual([[byFirst, 'first']]);
});

it('another’s write cannot be read by its id, nor undone', async () => {
  const read = await queryAs(gateway, first, 'query ($id: ID!) { operation(id: $id) { id } }', { id: bySecond });
  expect([read.data, read.errors]).toEqual([{ operation: null }, undefined]);
  const before = gateway.pipelinedeals.log.length;
  const undo = await queryAs(
    gateway,
    first,
    'mutation ($id: ID!) { undoOperation(input: { operation: $id }) { outcome problems { code path } } }',
    { id: bySecond },
  );
  expect(undo.data?.undoOperation).toEqual({
    outcome: 'REJECTED',
    problems: [{ code: 'NOT_FOUND', path: ['input', 'operation'] }],
  });
  expect(gateway.pipelinedeals.log.length).toBe(before);
});

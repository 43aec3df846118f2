import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';
import { type Account, accountsOf } from '../writes/account.ts';
import { CRMS, type CrmId, type Mutated, mutate, nodesOf, readDeal, writesOf } from '../writes/support.ts';

let gateway: TestGateway;
let accounts: Readonly<Record<CrmId, Account>>;

beforeAll(async () => {
  gateway = await startTestGateway({ pipedrive: { deals: 200 }, pipelinedeals: { deals: 200 } });
  accounts = accountsOf(gateway);
});
afterAll(() => gateway.close());

const WITH_OPERATION = 'operation { id }';
const UNDONE = 'deal { id title status } notRestored changes { record field before after }';

function operationOf(written: object): string {
  return (written as { operation: { id: string } }).operation.id;
}

async function run(
  mutation: string,
  input: object,
  select = 'deal { id title }',
): Promise<Mutated & { operation: string }> {
  const written = await mutate(gateway, mutation, { ...input }, { select: `${select} ${WITH_OPERATION}` });
  expect(written).toMatchObject({ outcome: 'APPLIED', problems: [] });
  return { ...written, operation: operationOf(written) };
}

const undo = (operation: string, select = UNDONE) => mutate(gateway, 'undoOperation', { operation }, { select });

const ALL =
  'title summary value { amount currency } status stage { id } owner { id } person { id } organization { id } probability expectedCloseDate lossReason labels { name } customFields { key text }';

describe.each(CRMS)('undoing on %s', (crm) => {
  it('an update gives every field its former value', async () => {
    const { openStages, owners, people, organizations } = accounts[crm];
    const id = accounts[crm].deal();
    const before = await readDeal(gateway, id, ALL);
    const changed = await run('updateDeal', {
      id,
      title: 'Changed',
      value: '4321.5',
      stage: openStages[1],
      owner: owners[1],
      person: people[3],
      organization: organizations[3],
      expectedCloseDate: '2031-01-02',
      probability: 35,
    });
    const undone = await undo(changed.operation);
    expect(undone).toMatchObject({ outcome: 'APPLIED', problems: [], deal: { id }, notRestored: [] });
    expect(await readDeal(gateway, id, ALL)).toEqual(before);
    expect(writesOf(undone.sent[crm])).toHaveLength(1);
  });

  it.each(['WON', 'LOST'])('the closing as %s opens the deal where it was', async (status) => {
    const id = accounts[crm].deal();
    const before = await readDeal(gateway, id, ALL);
    const closed = await run('updateDeal', { id, status, ...(status === 'LOST' && { lossReason: null }) });
    expect(await undo(closed.operation)).toMatchObject({ outcome: 'APPLIED' });
    expect(await readDeal(gateway, id, 'status stage { id }')).toEqual({
      status: before?.status,
      stage: before?.stage,
    });
  });

  it('an update of what somebody changed since is a conflict for each such field, and writes nothing', async () => {
    const id = accounts[crm].deal();
    const changed = await run('updateDeal', { id, title: 'Mine', expectedCloseDate: '2031-03-04' });
    await mutate(gateway, 'updateDeal', { id, title: 'Theirs' });
    const undone = await undo(changed.operation);
    expect(undone).toMatchObject({
      outcome: 'REJECTED',
      problems: [
        { code: 'CONFLICT', path: ['input', 'operation'], message: 'title was changed since: it is "Theirs" now' },
      ],
    });
    expect(writesOf(undone.sent[crm])).toEqual([]);
  });

  it('an addition and a copy deletes them', async () => {
    for (const made of [
      await run('addDeal', { crm, title: 'Added' }),
      await run('duplicateDeal', { id: accounts[crm].deal() }),
    ]) {
      const id = String(made.deal?.id);
      expect(await undo(made.operation)).toMatchObject({ outcome: 'APPLIED', deal: { id, status: 'DELETED' } });
      expect(accounts[crm].titleOf(id)).toBeNull();
    }
  });

  it('a deletion makes the deal anew, says what is lost, and its id leads there', async () => {
    const { people, openStages } = accounts[crm];
    const input = { crm, title: 'Phoenix', value: '77.25', person: people[0], stage: openStages[1] };
    const added = await run('addDeal', input);
    const id = String(added.deal?.id);
    const before = await readDeal(gateway, id, ALL);
    const deleted = await run('deleteDeal', { id });
    const undone = await undo(deleted.operation);
    expect(undone).toMatchObject({ outcome: 'PARTIAL', deal: { title: 'Phoenix' } });
    const { notRestored } = undone as unknown as { notRestored: string[] };
    expect(notRestored[0]).toContain(id);
    expect(undone.problems).toHaveLength(notRestored.length);
    const again = String(undone.deal?.id);
    expect(again).not.toBe(id);
    expect(await readDeal(gateway, again, ALL)).toEqual(before);
    const led = await gateway.query('query ($id: ID!) { mergedInto(id: $id) { id title } }', { id });
    expect(led.data?.mergedInto).toEqual({ id: again, title: 'Phoenix' });
  });

  it('the deletion of any deal makes one of the same title and status anew', async () => {
    const listed = await gateway.query<{ deals: { nodes: { id: string; title: string; status: string }[] } }>(
      'query ($crm: ID!) { deals(crms: [$crm], first: 40, filter: { archived: INCLUDE }) { nodes { id title status } } }',
      { crm },
    );
    const deals = listed.data?.deals.nodes ?? [];
    expect(deals).toHaveLength(40);
    for (const { id, title, status } of deals) {
      const deleted = await run('deleteDeal', { id });
      const undone = await undo(deleted.operation);
      expect([id, undone.outcome, undone.deal?.title]).toEqual([id, 'PARTIAL', title]);
      expect(await readDeal(gateway, String(undone.deal?.id), 'status')).toEqual({ status });
    }
  });

  it('a merge makes absorbed deals anew; ids lead over chains of merges', async () => {
    const add = async (title: string) => String((await run('addDeal', { crm, title })).deal?.id);
    const [a, b, c] = [await add('A'), await add('B'), await add('C')];
    await run('mergeDeals', { keep: b, absorb: [a] });
    const second = await run('mergeDeals', { keep: c, absorb: [b] });
    const led = await gateway.query('query ($id: ID!) { mergedInto(id: $id) { id } }', { id: a });
    expect(led.data?.mergedInto).toEqual({ id: c });
    const undone = await undo(second.operation);
    expect(undone).toMatchObject({ outcome: 'PARTIAL', deal: { title: 'B' } });
    const now = await gateway.query('query ($id: ID!) { mergedInto(id: $id) { id } }', { id: a });
    expect(now.data?.mergedInto).toEqual({ id: undone.deal?.id });
    expect(accounts[crm].titleOf(c)).toBe('C');
  });

  it('twice is refused, and a preview shows what it would do', async () => {
    const id = accounts[crm].deal();
    const title = accounts[crm].titleOf(id);
    const changed = await run('updateDeal', { id, title: 'Twice' });
    const input = { operation: changed.operation };
    const control = { preview: true };
    const shown = await mutate(gateway, 'undoOperation', input, { control, select: UNDONE });
    expect(shown).toMatchObject({
      outcome: 'PREVIEWED',
      changes: [{ record: id, field: 'title', before: 'Twice', after: title }],
    });
    expect(accounts[crm].titleOf(id)).toBe('Twice');
    expect((await undo(changed.operation)).outcome).toBe('APPLIED');
    const again = await undo(changed.operation);
    expect(again).toMatchObject({ outcome: 'REJECTED', problems: [{ code: 'CONFLICT' }] });
    expect(writesOf(again.sent[crm])).toEqual([]);
  });

  it('what is not there is not found', async () => {
    for (const operation of ['nonsense', '01JZZZZZZZZZZZZZZZZZZZZZZZ']) {
      expect(await undo(operation)).toMatchObject({
        outcome: 'REJECTED',
        problems: [{ code: 'NOT_FOUND', path: ['input', 'operation'] }],
        deal: null,
      });
    }
  });
});

describe('undoing on lines and parts of a deal', () => {
  const LINES = 'products { nodes { id name quantity unitPrice { amount } comments } }';

  function line(quantity = '1') {
    const product = [...gateway.pipedrive.store.products.values()].find((one) => one.is_linkable && !one.is_deleted);
    return { product: `pipedrive:Product:${product?.id}`, unitPrice: '12.5', quantity, comments: `${quantity} of it` };
  }

  const read = async (deal: string) =>
    nodesOf(await readDeal(gateway, deal, LINES), 'products').map(({ id: _id, ...rest }) => rest);

  it('takes added lines away, gives changed ones their values and adds deleted ones again', async () => {
    const deal = accounts.pipedrive.deal();
    const added = await run('addDealProducts', { deal, products: [line('1'), line('2')] }, 'dealProducts { id }');
    const both = await read(deal);
    const id = added.dealProducts?.[0]?.id;
    const changed = await run('updateDealProduct', { id, quantity: '9' }, 'dealProducts { id }');
    expect((await undo(changed.operation)).outcome).toBe('APPLIED');
    expect(await read(deal)).toEqual(both);
    const deleted = await run('deleteAllDealProducts', { deal }, 'dealProducts { id }');
    expect(await undo(deleted.operation)).toMatchObject({ outcome: 'PARTIAL', notRestored: ['the ids of the lines'] });
    expect(await read(deal)).toEqual(both);
    const more = await run('addDealProducts', { deal, products: [line('3')] }, 'dealProducts { id }');
    expect((await undo(more.operation)).outcome).toBe('APPLIED');
    expect(await read(deal)).toEqual(both);
  });

  it('brings a deleted deal back with its lines', async () => {
    const added = await run('addDeal', { crm: 'pipedrive', title: 'Lined', products: [line('4')] });
    const before = await read(String(added.deal?.id));
    const deleted = await run('deleteDeals', { ids: [added.deal?.id] }, 'items { deal { id } }');
    const undone = await undo(deleted.operation);
    expect(undone).toMatchObject({ outcome: 'PARTIAL', deal: { title: 'Lined' } });
    expect(await read(String(undone.deal?.id))).toEqual(before);
  });

  it.each([
    { type: 'DealDiscount', input: { description: 'Spring', amount: '5', type: 'AMOUNT' } },
    { type: 'DealInstallment', input: { description: 'Upfront', amount: '5', billingDate: '2030-01-01' } },
  ])('reverses what is done to a $type', async ({ type, input }) => {
    const name = `d${type.slice(1)}`;
    const deal = accounts.pipedrive.deal();
    await run('addDealProducts', { deal, products: [line('2')] }, 'dealProducts { id }');
    const select = `deal { id } ${name} { id description }`;
    const part = (written: object) => (written as Record<string, { id: string; description: string } | null>)[name];
    const added = await run(`add${type}`, { deal, ...input }, select);
    const id = part(added)?.id;
    const changed = await run(`update${type}`, { id, description: 'Autumn' }, select);
    expect((await undo(changed.operation)).outcome).toBe('APPLIED');
    const deleted = await run(`delete${type}`, { id }, select);
    expect(part(deleted)?.description).toBe(input.description);
    expect((await undo(deleted.operation)).outcome).toBe('PARTIAL');
    const once = await run(`add${type}`, { deal, ...input, description: 'Once' }, select);
    expect((await undo(once.operation)).outcome).toBe('APPLIED');
  });

  it.each(CRMS)('reverses who follows a deal on %s', async (crm) => {
    const deal = accounts[crm].deal();
    const followers = async () =>
      nodesOf(await readDeal(gateway, deal, 'followers { nodes { user { id } } }'), 'followers');
    const before = await followers();
    const user = accounts[crm].owners.find((id) => !JSON.stringify(before).includes(`"${id}"`));
    const added = await run('addDealFollower', { deal, user });
    expect(await followers()).toHaveLength(before.length + 1);
    expect((await undo(added.operation)).outcome).toBe('APPLIED');
    expect(await followers()).toEqual(before);
  });
});

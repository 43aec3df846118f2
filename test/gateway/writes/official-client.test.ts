import * as v2 from 'pipedrive/v2';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { listen } from '../../../src/sandbox/kit/simulator.ts';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';
import { mutate, readDeal, remoteId } from './support.ts';

let gateway: TestGateway;
let crm: Awaited<ReturnType<typeof listen>>;
let deals: v2.DealsApi;

beforeAll(async () => {
  gateway = await startTestGateway({ pipedrive: { deals: 10 }, pipelinedeals: { deals: 5 } });
  // The client speaks to the same account, at an address of its own.
  crm = await listen(gateway.pipedrive);
  const { token: apiKey } = gateway.pipedrive;
  deals = new v2.DealsApi(new v2.Configuration({ apiKey, basePath: `${crm.url}/api/v2` }));
});
afterAll(async () => {
  await gateway.close();
  await crm.close();
});

it("Pipedrive's own client sees the attributes the gateway writes, and the gateway what it writes", async () => {
  const added = await mutate(gateway, 'addDeal', {
    crm: 'pipedrive',
    title: 'Shared',
    status: 'LOST',
    lostAt: '2026-01-02T03:04:05Z',
    lossReason: 'Timing',
    visibility: 5,
    labels: ['Renewal', 'Warm'],
    customFields: [{ key: 'Regions', value: ['DACH', 'Baltics'] }],
  });
  expect(added.outcome).toBe('APPLIED');
  const id = remoteId(added.deal?.id);
  const regions = gateway.pipedrive.store.fields.deal.find(({ field_name }) => field_name === 'Regions')?.field_code;
  const { data } = await deals.getDeal({ id, include_labels: true });
  expect(data).toMatchObject({
    status: 'lost',
    lost_time: '2026-01-02T03:04:05Z',
    close_time: '2026-01-02T03:04:05Z',
    lost_reason: 'Timing',
    visible_to: 5,
    label_ids: [15, 12],
    custom_fields: { [String(regions)]: [53, 52] },
  });

  await deals.updateDeal({ id, UpdateDealRequest: { visible_to: 1, label_ids: [11], is_archived: true } });
  expect(await readDeal(gateway, `pipedrive:Deal:${id}`, 'visibility labels { name } isArchived archivedAt')).toEqual({
    visibility: 1,
    labels: [{ name: 'Hot' }],
    isArchived: true,
    archivedAt: expect.stringMatching(/Z$/),
  });
});

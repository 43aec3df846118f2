import { describe, expect, it } from 'vitest';
import type { DealProductDraft } from '../../../src/domain/deal-writes.ts';
import { parseDecimal } from '../../../src/domain/decimal.ts';
import { formatInstant } from '../../../src/domain/time.ts';
import { RecordedSteps } from '../../support/recorded-steps.ts';
import type { Reply } from './scripted-http.ts';
import { adapterOver, call, NOW, timeout, wireDeal, wireLine } from './support.ts';

type Circumstances = Pick<NonNullable<ConstructorParameters<typeof RecordedSteps>[0]>, 'isTaken' | 'rivals'>;

const OWN = 301;
const ME = { 'GET /v1/users/me': { data: { id: OWN, name: 'Ana' } } };

/** When something was added, by the CRM's clock, from the time of sending on. */
const at = (seconds: number) => formatInstant(NOW + seconds * 1_000);

/** Runs a write whose first answer is lost; the outcome and why it could not be settled. */
async function settled(
  script: Readonly<Record<string, Reply>>,
  write: (
    crm: ReturnType<typeof adapterOver>,
    call: ReturnType<typeof import('./support.ts').call>,
  ) => Promise<unknown>,
  circumstances: Circumstances = {},
) {
  const steps = new RecordedSteps({ now: () => NOW, ...circumstances });
  const crm = adapterOver(script);
  const outcome = await write(crm, call(steps)).catch((error: unknown) => error);
  return { outcome, doubts: steps.doubts, lines: crm.http.lines, requests: crm.http.requests };
}

describe('an added deal whose answer was lost', () => {
  const draft = { title: 'New', value: parseDecimal('10.50'), currency: 'EUR', person: '88', labels: [] };
  const made = (over: object = {}) =>
    wireDeal({
      id: 7,
      title: 'New',
      value: 10.5,
      currency: 'EUR',
      person_id: 88,
      label_ids: [],
      creator_user_id: OWN,
      add_time: at(1),
      ...over,
    });
  const lost = (deals: readonly unknown[], circumstances?: Circumstances) =>
    settled(
      { ...ME, 'POST /api/v2/deals': timeout(), 'GET /api/v2/deals': { data: deals } },
      (crm, taking) => crm.dealWrites.add(draft, taking),
      circumstances,
    );

  it('is the one added since, by our own user, with all that was sent', async () => {
    const { outcome, lines, requests } = await lost([made(), made({ id: 6, add_time: at(-3600) })]);
    expect(outcome).toEqual({ deal: '7', problems: [] });
    expect(lines).toEqual(['POST /api/v2/deals', 'GET /v1/users/me', 'GET /api/v2/deals']);
    expect(requests[2]?.params).toEqual({ sort_by: 'add_time', sort_direction: 'desc', limit: '100' });
  });

  it.each([
    { not: 'with another title', over: { title: 'Newer' } },
    { not: 'worth something else', over: { value: 10.51 } },
    { not: 'of another person', over: { person_id: null } },
    { not: 'made by somebody else', over: { creator_user_id: 305 } },
    { not: 'added long before', over: { add_time: at(-120) } },
    { not: 'added long after', over: { add_time: at(3_600) } },
    { not: 'without a time', over: { add_time: null } },
  ])('is none $not', async ({ over }) => {
    const { outcome, doubts } = await lost([made(over)]);
    expect(outcome).toMatchObject({ details: { effect: 'POSSIBLE' } });
    expect(doubts).toEqual(['no deal was found that has what was sent']);
  });

  it('is not one of two alike, and both are named', async () => {
    const { doubts } = await lost([made({ id: 8 }), made()]);
    expect(doubts).toEqual(['several have what was sent: deal 8, 7']);
  });

  it('is not one that another operation made', async () => {
    const isTaken = (id: string) => id === '8';
    expect((await lost([made({ id: 8 }), made()], { isTaken })).outcome).toEqual({ deal: '7', problems: [] });
    expect((await lost([made({ id: 8 })], { isTaken })).doubts).toHaveLength(1);
  });

  it('may be a rival’s, even where it is the only one', async () => {
    const { doubts } = await lost([made()], { rivals: 1 });
    expect(doubts[0]).toContain('1 more operations may have added deal 7');
  });

  it('is not known where the deals cannot be read', async () => {
    const script = { ...ME, 'POST /api/v2/deals': timeout(), 'GET /api/v2/deals': { status: 403, body: {} } };
    const { outcome, doubts } = await settled(script, (crm, taking) => crm.dealWrites.add(draft, taking));
    expect(outcome).toMatchObject({ code: 'UPSTREAM_TIMEOUT', details: { effect: 'POSSIBLE' } });
    expect(doubts[0]).toContain('could not be looked into');
  });

  it('is looked for on as many pages as were filled since', async () => {
    const others = Array.from({ length: 100 }, (_, index) =>
      made({ id: 900 - index, title: 'Other', add_time: at(2) }),
    );
    const { requests } = await lost(others);
    expect(requests.filter(({ path }) => path === '/api/v2/deals')).toHaveLength(2);
  });
});

describe('a duplicate whose answer was lost', () => {
  const copy = (over: object = {}) =>
    wireDeal({
      id: 43,
      title: 'Harbour rollout (copy)',
      creator_user_id: OWN,
      add_time: at(0),
      probability: null,
      ...over,
    });
  const lost = (deals: readonly unknown[]) =>
    settled(
      {
        ...ME,
        'POST /v1/deals/42/duplicate': timeout(),
        'GET /api/v2/deals/42': { data: wireDeal() },
        'GET /api/v2/deals': { data: deals },
      },
      (crm, taking) => crm.dealWrites.duplicate({ id: '42', title: 'Old' }, {}, taking),
    );

  it('is the copy made since', async () => {
    expect((await lost([copy()])).outcome).toEqual({ deal: '43', problems: [] });
  });

  it.each([{ title: 'Harbour rollout' }, { org_id: 40 }, { stage_id: 8 }, { value: 1 }])(
    'is none that differs by %o',
    async (over) => {
      expect((await lost([copy(over)])).doubts).toHaveLength(1);
    },
  );
});

describe('a merge whose answer was lost', () => {
  const lost = (keep: Reply, absorbed: Reply) =>
    settled(
      { 'PUT /v1/deals/8/merge': timeout(), 'GET /api/v2/deals/7': keep, 'GET /api/v2/deals/8': absorbed },
      (crm, taking) => crm.dealWrites.merge('7', ['8'], taking),
    );
  const there = (id: number, over: object = {}) => ({ data: wireDeal({ id, ...over }) });
  const gone = { status: 404, body: { success: false } };

  it.each([
    ['gone', gone],
    ['marked as deleted', there(8, { is_deleted: true })],
  ])('is done where the absorbed deal is %s', async (_, absorbed) => {
    expect((await lost(there(7), absorbed)).outcome).toEqual({ deal: '7', problems: [] });
  });

  it.each([
    ['both are there', there(7), there(8)],
    ['both are gone', gone, gone],
    ['the kept one is deleted', there(7, { is_deleted: true }), gone],
  ])('is not known where %s', async (_, keep, absorbed) => {
    expect((await lost(keep, absorbed)).outcome).toMatchObject({ details: { effect: 'POSSIBLE' } });
  });
});

describe('added lines whose answer was lost', () => {
  const line = (over: Partial<DealProductDraft> = {}): DealProductDraft => ({
    product: '55',
    unitPrice: parseDecimal('49.90'),
    quantity: parseDecimal('12'),
    ...over,
  });
  const fresh = (id: number, over: object = {}) => wireLine({ id, add_time: at(0), ...over });
  /** As many as are sent in one request. */
  const drafts = [
    line(),
    line(),
    line({ quantity: parseDecimal(1) }),
    line({ comments: 'x' }),
    ...Array.from({ length: 3 }, (_, index) => line({ unitPrice: parseDecimal(index + 1) })),
  ];
  const shown = [
    fresh(1, { item_price: 3 }),
    fresh(2),
    fresh(3, { comments: 'x' }),
    fresh(4, { quantity: 1 }),
    fresh(5, { item_price: 1 }),
    fresh(6),
    fresh(7, { item_price: 2 }),
  ];
  const lost = (lines: readonly unknown[], circumstances?: Circumstances) =>
    settled(
      { 'POST /api/v2/deals/42/products/bulk': timeout(), 'GET /api/v2/deals/products': { data: lines } },
      (crm, taking) => crm.dealProductWrites.add('42', drafts, taking),
      circumstances,
    );

  it('are the ones that came since, in the order of the input', async () => {
    const older = wireLine({ id: 99 });
    expect((await lost([older, ...shown])).outcome).toEqual({
      lines: ['2', '6', '4', '3', '5', '7', '1'],
      problems: [],
    });
  });

  it.each([
    { what: 'one is missing', lines: shown.slice(1) },
    { what: 'one is there twice', lines: [...shown, fresh(8)] },
    { what: 'one is another', lines: [...shown.slice(1), fresh(1)] },
    { what: 'they were there before', lines: shown.map((one) => ({ ...one, add_time: at(-600) })) },
  ])('are not known where $what', async ({ lines }) => {
    const { outcome, doubts } = await lost(lines);
    expect(outcome).toMatchObject({ details: { effect: 'POSSIBLE' } });
    expect(doubts).toHaveLength(1);
  });

  it('are not those of another operation, nor known beside one like it', async () => {
    expect((await lost([...shown, fresh(8)], { isTaken: (id) => id === '8' })).doubts).toEqual([]);
    expect((await lost(shown, { rivals: 1 })).doubts[0]).toContain('1 more operations');
  });
});

describe('a changed record whose answer was lost', () => {
  const update = (shown: Readonly<Record<string, unknown>>) =>
    settled({ 'PATCH /api/v2/deals/42': timeout(), 'GET /api/v2/deals/42': { data: wireDeal(shown) } }, (crm, taking) =>
      crm.dealWrites.update(
        '42',
        { title: 'x', probability: null, closedAt: Date.parse('2026-01-02T03:04:05Z'), value: parseDecimal('1.10') },
        taking,
      ),
    );
  const all = { title: 'x', probability: null, close_time: '2026-01-02T03:04:05.000Z', value: 1.1 };

  it('shows every key that was sent', async () => {
    expect((await update(all)).outcome).toEqual({ deal: '42', problems: [] });
  });

  it.each(Object.keys(all))('is not known where %s is another', async (key) => {
    const other = { title: 'y', probability: 5, close_time: null, value: 2 }[key];
    expect((await update({ ...all, [key]: other })).doubts).toHaveLength(1);
  });

  it('is not known where it was deleted meanwhile', async () => {
    expect((await update({ ...all, is_deleted: true })).doubts).toEqual(['the record is not there any more']);
  });
});

describe('a follower', () => {
  const lost = (since: string | null) =>
    settled(
      {
        'POST /api/v2/deals/42/followers': timeout(),
        'GET /api/v2/deals/42/followers': { data: since === null ? [] : [{ user_id: 305, add_time: since }] },
      },
      (crm, taking) => crm.followerWrites.add('42', '305', taking),
    );

  it('who has followed the deal since is evidence', async () => {
    expect((await lost(at(0))).outcome).toEqual({ deal: '42', problems: [] });
  });

  it.each([at(-600), null])('who follows it since %s is none', async (since) => {
    expect((await lost(since)).doubts).toHaveLength(1);
  });
});

it('a request of a caller’s own is never settled', async () => {
  const request = { method: 'POST', path: '/api/v2/deals', query: [], body: {} } as const;
  const { outcome, doubts, lines } = await settled({ 'POST /api/v2/deals': timeout() }, (crm, taking) =>
    crm.callApi(request, taking),
  );
  expect(outcome).toMatchObject({ details: { effect: 'POSSIBLE' } });
  expect(doubts).toHaveLength(1);
  expect(lines).toEqual(['POST /api/v2/deals']);
});

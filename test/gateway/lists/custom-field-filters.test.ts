import { describe, expect, it } from 'vitest';
import { isListed } from '../reads/oracle.ts';
import { useReads } from '../reads/support.ts';
import { type Facts, factsOf } from './facts.ts';

// Definitions are read for each question, so that those of a test are seen at once.
const env = { DEALGRAPH_REFERENCE_MAX_AGE_SECONDS: '0' };
const reads = useReads({ pipedrive: { deals: 40 }, pipelinedeals: { deals: 40 }, env });

const LIST = `query ($customFields: [CustomFieldFilter!], $crms: [ID!]) {
  deals(first: 500, crms: $crms, filter: { customFields: $customFields }) { nodes { id } }
}`;

const wanted = (fits: (deal: Facts) => boolean) =>
  factsOf(reads.gateway)
    .filter((deal) => isListed(deal) && fits(deal))
    .map(({ id }) => id)
    .toSorted();

async function listed(customFields: readonly object[]): Promise<string[]> {
  const { deals } = await reads.data(LIST, { customFields });
  return deals.nodes.map(({ id }: { id: string }) => id).toSorted();
}

async function refused(customFields: readonly object[], crms?: readonly string[]) {
  const { errors } = await reads.ask(LIST, { customFields, crms });
  expect(errors).toHaveLength(1);
  const [error] = errors ?? [];
  return { code: error?.extensions?.code, argument: error?.extensions?.argument, message: error?.message };
}

describe('a custom field', () => {
  it('of a label that both CRMs have narrows both', async () => {
    const ids = await listed([{ key: 'Regions', in: ['DACH'] }]);
    expect(ids).toEqual(wanted(({ regions }) => regions.includes('DACH')));
    expect(new Set(ids.map((id) => id.split(':')[0])).size).toBe(2);
  });

  it('goes by its key as well, and options by their ids', async () => {
    const { field_code } = reads.gateway.pipedrive.store.fields.deal.find((one) => one.field_name === 'Regions') ?? {};
    expect(await listed([{ key: field_code, in: ['53'] }])).toEqual(
      wanted(({ crm, regions }) => crm === 'pipedrive' && regions.includes('DACH')),
    );
  });

  it('that only one CRM has matches nothing of the other, whatever is asked of it', async () => {
    const filled = wanted(({ crm, words }) => crm === 'pipelinedeals' && words !== null);
    const empty = wanted(({ crm, words }) => crm === 'pipelinedeals' && words === null);
    expect(await listed([{ key: 'Project Code', isNull: false }])).toEqual(filled);
    expect(await listed([{ key: 'Project Code', isNull: true }])).toEqual(empty);
  });

  it('of days, of yes and no, and of amounts is compared as what it is', async () => {
    const all = async (key: string, condition: object) => listed([{ key, ...condition }]);
    const deals = (
      await reads.data('{ deals(first: 500) { nodes { id customFields { label value text } } } }')
    ).deals.nodes.map((deal: { id: string; customFields: { label: string; value: unknown; text: string }[] }) => ({
      id: deal.id,
      field: (label: string) => deal.customFields.find((one) => one.label === label),
    }));
    const of = (label: string, fits: (value: unknown, text: string) => boolean): string[] =>
      deals
        .filter(({ field }: { field: (name: string) => { value: unknown; text: string } | undefined }) => {
          const own = field(label);
          return own !== undefined && own.value !== null && fits(own.value, own.text);
        })
        .map(({ id }: { id: string }) => id)
        .toSorted();
    expect(await all('Tender', { isTrue: true })).toEqual(of('Tender', (value) => value === true));
    expect(await all('Tender', { isTrue: true })).not.toEqual([]);
    expect(await all('Go-live', { date: { gte: '2026-01-01' } })).toEqual(
      of('Go-live', (_value, text) => text >= '2026'),
    );
    expect(await all('Go-live', { date: { gte: '2026-01-01' } })).not.toEqual([]);
    expect(await all('Budget', { number: { gte: '20000.25' } })).toEqual(
      of('Budget', (value) => Number(value) >= 20_000.25),
    );
    expect(await all('Budget', { number: { gte: '20000.25' } })).not.toEqual([]);
    expect(await all('Setup fee', { number: { gte: '499.5', lte: '499.5' } })).toEqual(of('Setup fee', () => true));
    expect(await all('Setup fee', { number: { gte: '499.5', lte: '499.5' } })).not.toEqual([]);
    expect(await all('Rollout period', { date: { lte: '2026-03-05' } })).toEqual(of('Rollout period', () => true));
    expect(await all('Rollout period', { date: { gte: '2026-03-06' } })).toEqual([]);
    expect(await all('Daily call', { text: { eq: '09:30:00' } })).toEqual(of('Daily call', () => true));
    expect(await all('Regions', { in: [] })).toEqual([]);
  });

  it('of people and organizations narrows those', async () => {
    const { people, organizations } = await reads.data(`{
      people(first: 500, filter: { customFields: [{ key: "Loyalty number", isNull: false }] }) {
        nodes { customFields(keys: []) { key } crm { id } }
      }
      organizations(first: 500, filter: { customFields: [{ key: "Tier", in: ["A", "B"] }] }) {
        nodes { customFields { label text } }
      }
    }`);
    expect(people.nodes.length).toBeGreaterThan(0);
    expect(people.nodes.every(({ crm }: { crm: { id: string } }) => crm.id === 'pipedrive')).toBe(true);
    const tiers = organizations.nodes.map(
      ({ customFields }: { customFields: { label: string; text: string }[] }) =>
        customFields.find(({ label }) => label === 'Tier')?.text,
    );
    expect(new Set(tiers)).toEqual(new Set(['A', 'B']));
  });
});

describe('a custom field is refused', () => {
  it('where none of the CRMs asked has it, naming those there are', async () => {
    expect(await refused([{ key: 'Contract nr', isNull: true }])).toEqual({
      code: 'BAD_USER_INPUT',
      argument: 'filter.customFields.0.key',
      message: expect.stringMatching(/Contract number \(.*Project Code \(custom_label_/s),
    });
    expect(await refused([{ key: 'Project Code', isNull: true }], ['pipedrive'])).toMatchObject({
      code: 'BAD_USER_INPUT',
      argument: 'filter.customFields.0.key',
    });
  });

  it('where several have its label, naming their keys', async () => {
    const { pipelinedeals } = reads.gateway;
    const labels = pipelinedeals.store.configuration.labels.deal;
    const [first] = labels;
    if (!first) throw new Error('the seed has no labels');
    const twins = [
      { ...first, id: 9_000_001, name: 'Twin' },
      { ...first, id: 9_000_002, name: 'Twin' },
    ];
    labels.push(...twins);
    expect(await refused([{ key: 'Twin', isNull: true }])).toMatchObject({
      code: 'BAD_USER_INPUT',
      argument: 'filter.customFields.0.key',
      message: expect.stringContaining('custom_label_9000001, custom_label_9000002'),
    });
  });

  it.each([
    [{ key: 'Project Code', number: { gte: '1' } }, 'filter.customFields.0.number'],
    [{ key: 'Project Code', date: { gte: '2026-01-01' } }, 'filter.customFields.0.date'],
    [{ key: 'Seats', in: ['1'] }, 'filter.customFields.0.in'],
    [{ key: 'Regions', isTrue: true }, 'filter.customFields.0.isTrue'],
    [{ key: 'Regions', in: ['Atlantis'] }, 'filter.customFields.0.in'],
  ])('where it cannot be asked for so: %j', async (customField, argument) => {
    expect(await refused([customField])).toMatchObject({ code: 'BAD_USER_INPUT', argument });
  });
});

import { CUSTOM } from '../../../src/sandbox/pipedrive/seed/fields.ts';
import type { TestGateway } from '../../support/gateway.ts';
import { type Expected, expectedDeals } from '../finding/oracle.ts';

/** What a deal shows of the records it refers to and of its custom fields, from a CRM's store alone. */
export interface Facts extends Expected {
  readonly stageName: string | null;
  readonly pipelineName: string | null;
  readonly ownerName: string | null;
  readonly ownerEmail: string | null;
  readonly sourceName: string | null;
  readonly contact: {
    readonly name: string;
    readonly emails: readonly string[];
    readonly phones: readonly string[];
    readonly cities: readonly string[];
    readonly regions: readonly string[];
    readonly postalCodes: readonly string[];
    readonly organization: string | null;
    readonly organizationName: string | null;
  } | null;
  readonly organizationName: string | null;
  readonly organizationCity: string | null;
  readonly organizationRegion: string | null;
  readonly organizationPostalCode: string | null;
  /** The text field each account has: its label differs. */
  readonly words: string | null;
  /** Labels of the options chosen in "Regions", which both accounts have. */
  readonly regions: readonly string[];
  /** A number field: "Margin factor" there, "Seats" here. */
  readonly number: number | null;
}

type Gateway = Pick<TestGateway, 'pipedrive' | 'pipelinedeals'>;

/** Every deal of both stores. */
export function factsOf(gateway: Gateway): Facts[] {
  return expectedDeals(gateway).map((deal) => factsFor(gateway, deal));
}

export function factsFor(gateway: Gateway, deal: Expected): Facts {
  return {
    ...deal,
    ...(deal.crm === 'pipedrive' ? ofPipedrive(gateway, deal.remoteId) : ofPipelineDeals(gateway, deal.remoteId)),
  };
}

type Added = Omit<Facts, keyof Expected>;

const CONTRACT = Object.keys(CUSTOM.deal)[0] ?? '';

function ofPipedrive({ pipedrive: { store } }: Gateway, id: number): Added {
  const deal = existing(store.deals.get(id));
  const person = live(store.persons.get(deal.person_id ?? 0));
  const organization = live(store.organizations.get(deal.org_id ?? 0));
  const owner = store.users.get(deal.owner_id);
  const field = (name: string) => existing(store.fields.deal.find(({ field_name }) => field_name === name));
  const value = (name: string) => deal.custom_fields[field(name).field_code] ?? null;
  const options = field('Regions').options ?? [];
  const number = value('Margin factor');
  return {
    stageName: store.stages.get(deal.stage_id)?.name ?? null,
    pipelineName: store.pipelines.get(deal.pipeline_id)?.name ?? null,
    ownerName: owner?.name ?? null,
    ownerEmail: owner?.email ?? null,
    sourceName: null,
    contact: person && {
      name: person.name,
      emails: person.emails.map((one) => one.value),
      phones: person.phones.map((one) => one.value),
      cities: [],
      regions: [],
      postalCodes: [],
      organization: person.org_id === null ? null : `pipedrive:Organization:${person.org_id}`,
      organizationName: live(store.organizations.get(person.org_id ?? 0))?.name ?? null,
    },
    organizationName: organization?.name ?? null,
    organizationCity: organization?.address?.locality ?? null,
    organizationRegion: organization?.address?.admin_area_level_1 ?? null,
    organizationPostalCode: organization?.address?.postal_code ?? null,
    words: value(CONTRACT) as string | null,
    regions: ((value('Regions') ?? []) as number[]).map(
      (option) => options.find((one) => one.id === option)?.label ?? String(option),
    ),
    number: number === null ? null : Number(number),
  };
}

function ofPipelineDeals({ pipelinedeals: { store } }: Gateway, id: number): Added {
  const deal = existing(store.deals.get(id));
  const { stages, pipelines, labels, leadSources } = store.configuration;
  const person = store.people.get(deal.primary_contact_id ?? 0);
  const company = store.companies.get(deal.company_id ?? 0);
  const owner = store.users.get(deal.user_id ?? 0);
  const field = (name: string) => existing(labels.deal.find((one) => one.name === name));
  const value = (name: string) => deal.custom_fields[`custom_label_${field(name).id}`] ?? null;
  const seats = value('Seats');
  const present = (texts: readonly (string | null | undefined)[]) => texts.flatMap((text) => text || []);
  const fullName = (one: { first_name: string | null; last_name: string | null }) =>
    present([one.first_name, one.last_name]).join(' ');
  return {
    stageName: stages.find((one) => one.id === deal.deal_stage_id)?.name ?? null,
    pipelineName: pipelines.find((one) => one.id === deal.deal_pipeline_id)?.name ?? null,
    ownerName: owner ? fullName(owner) : null,
    ownerEmail: owner?.email ?? null,
    sourceName: leadSources.find((one) => one.id === deal.source_id)?.name ?? null,
    contact: person
      ? {
          name: fullName(person),
          emails: present([person.email, person.email2, person.home_email]),
          phones: present([person.phone, person.mobile, person.home_phone, person.fax]),
          cities: present([person.work_city, person.home_city]),
          regions: present([person.work_state, person.home_state]),
          postalCodes: present([person.work_postal_code, person.home_postal_code]),
          organization: person.company_id === null ? null : `pipelinedeals:Organization:${person.company_id}`,
          organizationName: store.companies.get(person.company_id ?? 0)?.name ?? null,
        }
      : null,
    organizationName: company?.name ?? null,
    organizationCity: company?.city || null,
    organizationRegion: company?.state || null,
    organizationPostalCode: company?.postal_code || null,
    words: value('Project Code') as string | null,
    regions: ((value('Regions') ?? []) as number[]).map(
      (option) => field('Regions').entries.find((one) => one.id === option)?.name ?? String(option),
    ),
    number: seats === null ? null : Number(seats),
  };
}

function existing<T>(record: T | undefined): T {
  if (record === undefined) throw new Error('the store has no such record');
  return record;
}

/** A record that was deleted is still in Pipedrive's store, and shown to nobody. */
function live<T extends { readonly is_deleted: boolean }>(record: T | undefined): T | null {
  return record && !record.is_deleted ? record : null;
}

/** Text as conditions compare it where case does not matter. */
export function has(text: string | null, part: string): boolean {
  return text?.normalize('NFC').toLowerCase().includes(part) ?? false;
}

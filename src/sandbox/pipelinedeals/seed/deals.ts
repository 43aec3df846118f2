import type { Random } from '../../kit/random.ts';
import type {
  CustomFieldLabelRecord,
  CustomFields,
  DealRecord,
  PersonRecord,
  StageRecord,
  Store,
  UserRecord,
} from '../records.ts';
import { dayOf } from '../zone.ts';
import { momentAt, SEEDED_UNTIL } from './span.ts';

/** Who and how much the deals are made of. */
interface Ingredients {
  readonly count: number;
  readonly users: readonly UserRecord[];
  readonly people: readonly PersonRecord[];
  readonly random: Random;
}

const DAY = 86_400_000;
/** The option of a dropdown that somebody has deleted since it was chosen. */
const DELETED_OPTION = 40_054_069;
/** Deals of one import share their second: so many, once in every `IMPORT_EVERY`. */
const IMPORT_SIZE = 7;
const IMPORT_EVERY = 60;
const SUBJECTS = [
  'rollout',
  'pilot',
  'extension',
  'frame contract',
  'réorganisation',
  'Übernahme',
  '導入プロジェクト',
  '“quoted” offer',
  '🚀 launch',
];
/** Deals differ by their place in a round of twenty, so that a small account has every kind too. */
const ROUND = 20;

export function seedDeals(store: Store, ingredients: Ingredients): DealRecord[] {
  return Array.from({ length: ingredients.count }, (_, index) => {
    const deal = seedDeal(store, ingredients, index);
    store.deals.set(deal.id, deal);
    return deal;
  });
}

function seedDeal(store: Store, { count, users, people, random }: Ingredients, index: number): DealRecord {
  const { configuration } = store;
  const kind = index % ROUND;
  const imported = index % IMPORT_EVERY >= IMPORT_EVERY - IMPORT_SIZE;
  const place = imported ? index - (index % IMPORT_EVERY) + IMPORT_EVERY : index;
  const scatter = imported ? 0 : random.next() * 2;
  const created = momentAt(0.05 + (0.9 * Math.min(place + scatter, count)) / count);
  const contact = random.pick(people);
  const colleague = random.pick(people);
  const pipeline = configuration.pipelines[kind === 15 ? 0 : index % configuration.pipelines.length];
  const company = contact.company_id === null ? undefined : store.companies.get(contact.company_id);
  const owner = random.pick(users);
  const deal: DealRecord = {
    id: store.nextId('deals'),
    created_at: created,
    updated_at: imported ? created : updatedAfter(created, random),
    name: `${company?.name ?? contact.first_name} ${SUBJECTS[index % SUBJECTS.length]}`,
    summary: index % 5 === 2 ? 'Asked for an offer at the fair.\nWants to start in spring.' : null,
    user_id: kind === 1 ? null : owner.id,
    is_archived: kind === 4 || kind === 7,
    source_id: index % 3 === 0 ? null : random.pick(configuration.leadSources).id,
    primary_contact_id: kind === 2 ? null : contact.id,
    person_ids: [
      ...(kind === 2 ? [] : [contact.id]),
      ...(index % 4 === 0 && colleague.id !== contact.id ? [colleague.id] : []),
    ],
    company_id: kind === 3 || kind === 2 ? null : contact.company_id,
    deal_pipeline_id: pipeline?.id ?? null,
    deal_stage_id: null,
    stage_entered_at: null,
    probability: null,
    status: kind === 0 || index % 6 === 5 ? null : random.pick(configuration.dealStatuses).id,
    value: seedValue(index, random),
    expected_close_date: index % 4 === 1 ? null : dayOf(created + random.int(20, 200) * DAY),
    expected_close_date_event_id: null,
    closed_time: null,
    deal_loss_reason_id: null,
    deal_loss_reason_notes: null,
    deal_won_reason_id: null,
    deal_won_reason_notes: null,
    revenue_type_id: index % 8 === 3 ? (configuration.revenueTypes[index % 3]?.id ?? null) : null,
    import_id: imported ? 9_001 + Math.floor(index / IMPORT_EVERY) : null,
    shared_user_ids: index % 5 === 0 ? users.slice(1, 3).map((user) => user.id) : [],
    created_by_user_id: users[0]?.id ?? owner.id,
    updated_by_user_id: owner.id,
    product_line_ids: configuration.productLines
      .filter((_, line) => index % 3 === 1 && (index + line) % 2 === 0)
      .map((line) => line.id),
    tag_ids: index % 6 === 0 ? [random.pick(configuration.dealTags).id] : [],
    address_1: null,
    address_2: null,
    city: index % 10 === 9 ? (company?.city ?? null) : null,
    state: null,
    postal_code: null,
    country: null,
    custom_fields: seedCustomFields(configuration.labels.deal, index, random),
  };
  const stages = configuration.stages.filter((stage) => stage.deal_pipeline_id === deal.deal_pipeline_id);
  const { stage, probability, closed } = placementOf(kind, stages, random);
  deal.deal_stage_id = stage?.id ?? null;
  deal.stage_entered_at = stage && deal.updated_at;
  deal.probability = probability;
  deal.closed_time = closed ? deal.updated_at : null;
  if (deal.closed_time !== null && deal.probability === 0) {
    if (index % 2 === 0) deal.deal_loss_reason_id = random.pick(configuration.lossReasons).id;
    else deal.deal_loss_reason_notes = 'Went quiet after the second call.';
  }
  if (deal.closed_time !== null && deal.probability === 100 && index % 2 === 0) {
    deal.deal_won_reason_id = random.pick(configuration.wonReasons).id;
  }
  return deal;
}

/** A moment within two months of the creation, and within the seed. */
function updatedAfter(created: number, random: Random): number {
  const span = Math.min(60 * DAY, SEEDED_UNTIL - created);
  return created + Math.floor((random.next() * span) / 1_000) * 1_000;
}

interface Placement {
  readonly stage: StageRecord | null;
  readonly probability: number | null;
  readonly closed: boolean;
}

/** The stage, probability and closing of each kind of deal. */
function placementOf(kind: number, stages: readonly StageRecord[], random: Random): Placement {
  const open = random.pick(stages.filter((stage) => stage.percent > 0 && stage.percent < 100));
  const closing = (percent: number) => stages.find((stage) => stage.percent === percent) ?? open;
  switch (kind) {
    case 0:
      return { stage: null, probability: null, closed: false };
    case 5:
    case 6:
    case 7:
      return { stage: closing(100), probability: 100, closed: true };
    case 8:
    case 9:
      return { stage: closing(0), probability: 0, closed: true };
    // Closed by probability alone, as accounts of long ago did.
    case 10:
      return { stage: open, probability: 0, closed: true };
    case 11:
      return { stage: open, probability: 100, closed: true };
    // Closed by nothing but the stage.
    case 12:
      return { stage: closing(100), probability: null, closed: false };
    case 13:
      return { stage: closing(0), probability: null, closed: false };
    // Open, though nobody believes in it.
    case 14:
      return { stage: open, probability: 0, closed: false };
    // A chance set by hand.
    case 16:
      return { stage: open, probability: 33, closed: false };
    default:
      return { stage: open, probability: open.percent, closed: false };
  }
}

function seedValue(index: number, random: Random): string | null {
  if (index % ROUND === 15) return '12345678901234567.89';
  if (index % 11 === 10) return null;
  if (index % 13 === 12) return '0';
  const whole = random.int(2, 900) * 100;
  return index % 7 === 3 ? `${whole}.${index % 2 === 0 ? '5' : '45'}` : String(whole);
}

function seedCustomFields(labels: readonly CustomFieldLabelRecord[], index: number, random: Random): CustomFields {
  const values: CustomFields = {};
  for (const label of labels) {
    const key = `custom_label_${label.id}`;
    const options = label.entries.map((entry) => entry.id);
    const filled = (index + label.position) % 3 !== 0;
    switch (label.field_type) {
      case 'text':
        values[key] = filled ? `PRJ-${1_000 + index}` : null;
        break;
      case 'boolean':
        values[key] = filled ? index % 2 === 0 : null;
        break;
      case 'currency':
        values[key] = filled ? `${random.int(1, 500)}00.25` : null;
        break;
      case 'numeric':
        values[key] = filled ? String(random.int(1, 400)) : null;
        break;
      case 'date':
        values[key] = filled ? dayOf(momentAt(random.next())) : null;
        break;
      case 'dropdown':
        values[key] = index % ROUND === 17 ? DELETED_OPTION : filled ? random.pick(options) : null;
        break;
      case 'multi_select':
        values[key] = filled ? options.filter((_, place) => (index + place) % 2 === 0) : [];
        break;
    }
  }
  return values;
}

import type {
  Configuration,
  CustomFieldLabelRecord,
  FieldType,
  NamedRecord,
  PipelineRecord,
  PositionedRecord,
  RecordKind,
  StageRecord,
  Stamped,
} from '../records.ts';
import type { Dialect } from '../settings.ts';

/** When the account was set up. */
const SET_UP = Date.UTC(2024, 10, 4, 14, 30);

type Definition = readonly [name: string, fieldType: FieldType, options?: readonly string[]];

/** Lost, open and won stages by name and percent. Ids follow this order, which is not that of the percents. */
const PIPELINES: readonly {
  readonly name: string;
  readonly type: string;
  readonly stages: readonly (readonly [string, number])[];
}[] = [
  {
    name: 'New Business',
    type: 'new_revenue',
    stages: [
      ['Lost', 0],
      ['Qualified', 10],
      ['Proposal', 50],
      ['Discovery', 25],
      ['Negotiation', 75],
      ['Won', 100],
    ],
  },
  {
    name: 'Renewals',
    type: 'existing_revenue',
    stages: [
      ['Renewed', 100],
      ['Quoted', 60],
      ['Due', 20],
      ['Committed', 90],
      ['Churned', 0],
    ],
  },
  {
    name: 'Partnerships',
    type: 'new_revenue',
    stages: [
      ['Declined', 0],
      ['Introduced', 15],
      ['Evaluating', 40],
      ['Legal Review', 80],
      ['Signed', 100],
    ],
  },
];

/** Templates with their tasks: what, after how many days, and of which event category. */
const TODO_TEMPLATES: readonly (readonly [
  name: string,
  type: RecordKind,
  items: readonly (readonly [description: string, days: number | null, category: number | null])[],
])[] = [
  [
    'Kick-off',
    'deals',
    [
      ['Send the welcome pack', 0, 2_276_903],
      ['Call the contact', 2, 2_276_901],
      ['Agree on the scope', null, null],
    ],
  ],
  ['New contact', 'people', [['Look them up', 1, 2_276_904]]],
  ['Handover', 'deals', [['Brief the delivery team', 5, 2_276_902]]],
];

/** The account's configuration. Of old an account had one pipeline, which the API did not mention. */
export function seedConfiguration(dialect: Dialect): Configuration {
  const pipelines: PipelineRecord[] = [];
  const stages: StageRecord[] = [];
  for (const [index, pipeline] of PIPELINES.slice(0, dialect === 'seed' ? 1 : undefined).entries()) {
    const id = 339_601 + index;
    pipelines.push({
      ...stamp(id),
      name: pipeline.name,
      default: index === 0,
      pipeline_type: pipeline.type,
      description: null,
    });
    for (const [name, percent] of pipeline.stages) {
      stages.push({ ...stamp(2_600_101 + stages.length), name, percent, deal_pipeline_id: id });
    }
  }
  return {
    pipelines,
    stages,
    dealStatuses: [
      { ...stamp(1), name: 'Red', position: 1, hex_color: 'C0392B', editable: false },
      { ...stamp(2), name: 'Yellow', position: 2, hex_color: 'F1C40F', editable: false },
      { ...stamp(3), name: 'Green', position: 3, hex_color: '27AE60', editable: false },
      { ...stamp(7_412), name: 'On Hold', position: 4, hex_color: '7F8C8D', editable: true },
    ],
    lossReasons: positioned(1_410_801, ['Price', 'Chose a competitor', 'No budget', 'No decision']),
    wonReasons: positioned(334_001, ['Best fit', 'Price', 'Relationship']),
    leadSources: named(3_627_101, ['Website', 'Referral', 'Trade Fair', 'Cold Call']).map((source) => ({
      ...source,
      cost_per_lead_in_cents: null,
      flat_fee_in_cents: null,
    })),
    leadStatuses: named(1_890_901, ['New', 'Warm', 'Hot']).map((status, index) => ({
      ...status,
      hex_color: ['95A5A6', 'E67E22', 'C0392B'][index] as string,
    })),
    productLines: ['Consulting', 'Licences', 'Support', 'Træning'].map((name, index) => ({
      id: 120_601 + index,
      name,
      enabled_for_deals: true,
      enabled_for_people: index < 2,
      enabled_for_companies: index < 2,
    })),
    dealTags: named(4_606_201, ['Strategic', 'Upsell', 'Événement', 'At Risk']),
    companyTags: named(4_606_301, ['Enterprise', 'Nonprofit']),
    personTags: named(4_606_401, ['Decision Maker', 'Champion']),
    documentTags: named(4_606_501, ['Contract', 'Offer']),
    noteCategories: [
      ...named(2_493_301, ['Phone Call', 'Meeting', 'Voicemail']).map((category) => ({
        ...category,
        editable: true,
        system_category: false,
      })),
      ...named(2_292_801, ['Deal', 'CalendarTask', 'CalendarEvent', 'Email', 'Company', 'Person']).map((category) => ({
        ...category,
        editable: false,
        system_category: true,
      })),
    ],
    eventCategories: positioned(2_276_901, ['Call', 'Appointment', 'Email', 'To-do']),
    calendarEntryStatuses: [
      { ...stamp(25_501), name: 'To-Do', position: 1, hex_color: 'DDDDDD', status_type: 'todo' },
      { ...stamp(25_502), name: 'In Progress', position: 2, hex_color: 'D5F5E3', status_type: 'custom' },
      { ...stamp(25_503), name: 'Done', position: 3, hex_color: 'D6EAF8', status_type: 'done' },
    ],
    calendarEntryPriorities: [
      { ...stamp(377_801), name: 'High', position: 1, hex_color: 'B03A2E' },
      { ...stamp(377_802), name: 'Medium', position: 2, hex_color: '85C1E9' },
      { ...stamp(377_803), name: 'Low', position: 3, hex_color: 'A9DFBF' },
    ],
    revenueTypes: positioned(1_399_101, ['New', 'Expansion', 'Recurring']).map((type) => ({
      ...type,
      is_default: false,
    })),
    teams: named(1_429_401, ['Field Sales', 'Inside Sales']).map((team) => ({ ...team, parent_id: null })),
    todoTemplates: TODO_TEMPLATES.map(([name, template_type, items], index) => {
      const id = 689_301 + index;
      return {
        id,
        name,
        template_type,
        items: items.map(([description, due_date, category], place) => ({
          id: 3_300_901 + index * 10 + place,
          todo_template_id: id,
          description,
          event_category_id: category,
          due_date,
          calendar_entry_priority_id: place === 0 ? 377_801 : null,
        })),
      };
    }),
    labels: {
      deal: labels(4_005_401, 4_100, [
        ['Project Code', 'text'],
        ['Tender', 'boolean'],
        ['Budget', 'currency'],
        ['Seats', 'numeric'],
        ['Go-live', 'date'],
        ['Industry', 'dropdown', ['Food', 'Energy', 'Health']],
        ['Regions', 'multi_select', ['Nordics', 'DACH', 'Iberia', 'Benelux']],
      ]),
      person: labels(4_005_501, null, [
        ['Preferred Name', 'text'],
        ['Newsletter', 'boolean'],
        ['Languages', 'multi_select', ['English', 'Deutsch', '日本語']],
      ]),
      company: labels(4_005_601, null, [
        ['Tier', 'dropdown', ['A', 'B', 'C']],
        ['Annual Revenue', 'currency'],
      ]),
    },
    groups: { deal: positioned(4_100, ['Delivery']), person: [], company: [] },
  };
}

function stamp(id: number): Stamped {
  return { id, created_at: SET_UP, updated_at: SET_UP };
}

function named(firstId: number, names: readonly string[]): NamedRecord[] {
  return names.map((name, index) => ({ ...stamp(firstId + index), name }));
}

function positioned(firstId: number, names: readonly string[]): PositionedRecord[] {
  return named(firstId, names).map((record, index) => ({ ...record, position: index + 1 }));
}

function labels(firstId: number, group: number | null, definitions: readonly Definition[]): CustomFieldLabelRecord[] {
  return definitions.map(([name, fieldType, options = []], index) => {
    const id = firstId + index;
    return {
      ...stamp(id),
      name,
      position: index + 1,
      field_type: fieldType,
      is_required: null,
      custom_field_group_id: group,
      entries: positioned(id * 10, options).map((entry) => ({ ...entry, custom_field_label_id: id })),
    };
  });
}

import { type CapabilityFacts, declareCapabilities, type Statement } from '../declare-capabilities.ts';

const NOT_OFFERED: Statement = ['UNSUPPORTED', 'Not offered by this gateway.'];
const NAMES_ONLY: Statement = ['UNSUPPORTED', 'Product lines are names only.'];
const MATCHED: Statement = [
  'EMULATED_EXACT',
  'The CRM has no such condition, so the gateway matches the deals it reads.',
];
const MATCHED_NARROWED: Statement = [
  'EMULATED_EXACT',
  'A wider condition of the CRM narrows the list and the gateway matches what it brings.',
];
const MATCHED_HERE: Statement = ['EMULATED_EXACT', 'The gateway matches the records it reads.'];
const ORDERED_HERE: Statement = [
  'EMULATED_EXACT',
  'Served in order of creation; where the CRM does not sort the list, the gateway sorts up to 2,000 records.',
];
const NO_ORDER: Statement = ['UNSUPPORTED', 'The CRM has no exact order by this key.'];
const OWN_CURRENCY: Statement = ['EMULATED_EXACT', "Only the account's own currency, which every value has."];
const WHOLE_LIST: Statement = ['NATIVE', 'Read whole and kept for a while.'];
const STATUS_WRITE: Statement = [
  'EMULATED_EXACT',
  'Written as the stage and probability that close or open a deal of the pipeline.',
];

const DEAL_WRITE_FIELDS: Readonly<Record<string, Statement>> = {
  status: STATUS_WRITE,
  currency: OWN_CURRENCY,
  health: ['NATIVE', 'By the name of one of the status lights of the account.'],
  probability: ['NATIVE', 'A whole number; 0 and 100 close the deal.'],
  lossReason: [
    'EMULATED_EXACT',
    'A reason the account offers is chosen by its name, any other is written as a note beside it.',
  ],
};

const AMOUNTS = [
  'unitPrice',
  'quantity',
  'discount',
  'discountType',
  'tax',
  'taxMethod',
  'total',
  'comments',
  'billing',
];

/** Everything the CRM does; what is not here it does not do. */
const FACTS: CapabilityFacts = {
  DEAL: {
    READ: {
      whole: 'NATIVE',
      fields: {
        status: ['EMULATED_EXACT', 'Derived from closing time, stage and probability, never from the status light.'],
        weightedValue: ['EMULATED_EXACT', 'Value and probability are multiplied by the gateway.'],
        stageChangedAt: ['UNSUPPORTED', 'The CRM does not tell when a deal changed its stage.'],
      },
    },
    LIST: {
      whole: 'NATIVE',
      fields: { totalCount: ['NATIVE', 'Told for all deals at once, archived ones included, and for no other list.'] },
    },
    FILTER: {
      whole: MATCHED,
      fields: {
        status: ['EMULATED_EXACT', 'Derived from closing time, stage and probability of the deals that are read.'],
        'status.DELETED': ['UNSUPPORTED', 'The CRM does not show deleted deals.'],
        stage: MATCHED_NARROWED,
        owner: MATCHED_NARROWED,
        person: MATCHED_NARROWED,
        organization: MATCHED_NARROWED,
        title: MATCHED_NARROWED,
        value: MATCHED_NARROWED,
        expectedCloseDate: MATCHED_NARROWED,
        createdAt: MATCHED_NARROWED,
        updatedAt: MATCHED_NARROWED,
        pipeline: MATCHED,
        archived: MATCHED,
        currency: MATCHED,
      },
    },
    SORT: {
      whole: NO_ORDER,
      fields: {
        CREATED_AT: 'NATIVE',
        UPDATED_AT: 'NATIVE',
        TITLE: NO_ORDER,
        VALUE: NO_ORDER,
        EXPECTED_CLOSE_DATE: NO_ORDER,
      },
    },
    SEARCH: NOT_OFFERED,
    ADD: {
      whole: 'NATIVE',
      fields: { ...DEAL_WRITE_FIELDS, products: ['UNSUPPORTED', 'Product lines of deals cannot be written.'] },
    },
    UPDATE: { whole: 'NATIVE', fields: DEAL_WRITE_FIELDS },
    MERGE: [
      'EMULATED_LOSSY',
      'Not atomic: notes, calendar entries and documents move one by one, history is lost, and a deal with product lines of its own stays.',
    ],
    DUPLICATE: [
      'EMULATED_LOSSY',
      'A new deal with the same attributes and people, without notes, calendar entries, documents, product lines and history.',
    ],
    DELETE: 'NATIVE',
  },
  DEAL_PRODUCT: {
    READ: {
      whole: ['NATIVE', 'Product lines are names only.'],
      fields: Object.fromEntries(AMOUNTS.map((field) => [field, NAMES_ONLY])),
    },
    LIST: ['NATIVE', 'Part of the deal.'],
  },
  PERSON: {
    READ: 'NATIVE',
    LIST: ORDERED_HERE,
    FILTER: {
      whole: MATCHED_HERE,
      fields: {
        name: MATCHED_NARROWED,
        organization: MATCHED_NARROWED,
        owner: MATCHED_NARROWED,
        updatedAt: MATCHED_NARROWED,
      },
    },
    SORT: { whole: NO_ORDER, fields: { CREATED_AT: ORDERED_HERE } },
    SEARCH: NOT_OFFERED,
    ADD: NOT_OFFERED,
    UPDATE: NOT_OFFERED,
    DELETE: NOT_OFFERED,
  },
  ORGANIZATION: {
    READ: 'NATIVE',
    LIST: ORDERED_HERE,
    FILTER: { whole: MATCHED_HERE, fields: { name: MATCHED_NARROWED, updatedAt: MATCHED_NARROWED } },
    SORT: { whole: NO_ORDER, fields: { CREATED_AT: ORDERED_HERE } },
    SEARCH: NOT_OFFERED,
    ADD: NOT_OFFERED,
    UPDATE: NOT_OFFERED,
    DELETE: NOT_OFFERED,
  },
  STAGE: {
    READ: WHOLE_LIST,
    LIST: ['NATIVE', 'In order of percentage within each pipeline, with Lost first and Won last.'],
    FILTER: { whole: NOT_OFFERED, fields: { pipeline: MATCHED_HERE } },
    ADD: NOT_OFFERED,
    UPDATE: NOT_OFFERED,
    DELETE: NOT_OFFERED,
  },
  PIPELINE: {
    READ: WHOLE_LIST,
    LIST: ['NATIVE', 'An account without pipelines shows the one that holds all its stages.'],
    ADD: NOT_OFFERED,
    UPDATE: NOT_OFFERED,
    DELETE: NOT_OFFERED,
  },
  PRODUCT: {
    READ: {
      whole: ['NATIVE', 'Product lines are names only.'],
      fields: { code: NAMES_ONLY, unit: NAMES_ONLY, tax: NAMES_ONLY, prices: NAMES_ONLY },
    },
    LIST: NOT_OFFERED,
  },
  USER: {
    READ: WHOLE_LIST,
    LIST: NOT_OFFERED,
  },
};

/** Everything the CRM is asked for, and how faithfully this adapter does it. */
export const capabilities = declareCapabilities(FACTS, (entity) =>
  entity === 'DEAL_PRODUCT' ? NAMES_ONLY : ['UNSUPPORTED', 'The CRM has no such operation.'],
);

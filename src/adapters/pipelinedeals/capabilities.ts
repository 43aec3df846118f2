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
const NARROWED_BY_FIELD: Statement = [
  'EMULATED_EXACT',
  'A wider condition of the CRM on texts, numbers, amounts and options narrows the list and the gateway matches what it brings.',
];
/** The CRM's conditions are about everyone linked to a deal, the primary contact among them. */
const OF_PEOPLE: Readonly<Record<string, Statement>> = Object.fromEntries(
  ['name', 'email', 'city', 'region', 'organization'].map((part) => [`person.${part}`, MATCHED_NARROWED]),
);
const MATCHED_HERE: Statement = ['EMULATED_EXACT', 'The gateway matches the records it reads.'];
const ORDERED_HERE: Statement = [
  'EMULATED_EXACT',
  'Served in order of creation; where the CRM does not sort the list, the gateway reads it whole and sorts it.',
];
const SORTED_HERE: Statement = ['EMULATED_EXACT', 'The gateway sorts the list of the deal.'];
const DEALS_ORDERED_HERE: Statement = [
  'EMULATED_EXACT',
  'How the CRM compares names and where it puts deals without a value is not documented, so for every page the gateway reads all deals that match and puts them in order.',
];
const GROUPED_HERE: Statement = [
  'EMULATED_EXACT',
  'The gateway reads the deals of the time asked for and groups them.',
];
const SEARCHED_HERE: Statement = [
  'EMULATED_EXACT',
  'One list per field, narrowed by a condition of the CRM and matched by the gateway; there is no score.',
];
const NO_ORDER: Statement = ['UNSUPPORTED', 'The CRM has no exact order by this key.'];
const OWN_CURRENCY: Statement = ['EMULATED_EXACT', "Only the account's own currency, which every value has."];
const WHOLE_LIST: Statement = ['NATIVE', 'Read whole and kept for a while.'];
const STATUS_WRITE: Statement = [
  'EMULATED_EXACT',
  'Written as the stage and probability that close or open a deal of the pipeline.',
];

const LISTED_PER_DEAL: Statement = [
  'NATIVE',
  'One request for each deal and 200 entries; a list is read whole and put in order by the gateway.',
];
const COUNTED: Statement = ['EMULATED_EXACT', 'Counted in the list of the deal, one request for each deal.'];
const FROM_MAIL_NOTES: Statement = ['EMULATED_LOSSY', 'From the notes of category Email, one request for each deal.'];
const NOT_TOLD: Statement = ['UNSUPPORTED', 'The CRM does not tell it.'];
const NO_HISTORY: Statement = ['UNSUPPORTED', 'The CRM keeps no history that can be read.'];

const NO_LEVELS: Statement = ['UNSUPPORTED', 'Who may see a deal follows from teams and sharing, not from a level.'];
const NO_CHANNEL: Statement = ['UNSUPPORTED', 'The CRM has a lead source in place of channel and origin.'];
const NO_ARCHIVE_TIME: Statement = ['UNSUPPORTED', 'The CRM does not keep when a deal was archived.'];
const NO_CONTRACT_FIGURE: Statement = ['UNSUPPORTED', 'Product lines are names only, so there is nothing to add up.'];
const ONE_CLOSING_TIME: Statement = ['EMULATED_EXACT', 'Written as the one closing time a closed deal has.'];

const CLOSING_DAY: Statement = [
  'EMULATED_EXACT',
  'The day of the closing time, in the time zone of the user the gateway acts as.',
];

const DEAL_WRITE_FIELDS: Readonly<Record<string, Statement>> = {
  status: STATUS_WRITE,
  visibility: NO_LEVELS,
  channel: NO_CHANNEL,
  channelId: NO_CHANNEL,
  originId: NO_CHANNEL,
  archivedAt: NO_ARCHIVE_TIME,
  closedAt: ['NATIVE', 'Only of a deal that is closed, or is closed by a status given with it.'],
  wonAt: ONE_CLOSING_TIME,
  lostAt: ONE_CLOSING_TIME,
  labels: ['NATIVE', 'The tags of deals.'],
  source: ['NATIVE', 'One of the lead sources of the account.'],
  collaborators: ['NATIVE', 'Sharing a deal also grants access to it.'],
  wonReason: [
    'EMULATED_EXACT',
    'A reason the account offers is chosen by its name, any other is written as the notes on it.',
  ],
  organizationName: ['NATIVE', 'The CRM takes its company of that name, and creates it where there is none.'],
  currency: OWN_CURRENCY,
  health: ['NATIVE', 'By the name of one of the status lights of the account.'],
  probability: ['NATIVE', 'A whole number; 0 and 100 close the deal.'],
  lossReason: [
    'EMULATED_EXACT',
    'A reason the account offers is chosen by its name, any other is written as the notes on it.',
  ],
};

const AMOUNTS = [
  'variation',
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

const SHARING: Statement = [
  'EMULATED_LOSSY',
  'Following is sharing, which also grants access; the whole list of users is replaced and checked afterwards, and who is added elsewhere in the same moment may be lost.',
];
const PEOPLE_REPLACED: Statement = [
  'EMULATED_EXACT',
  'The whole list of people is read, replaced and checked afterwards; the primary contact stays on it.',
];

/** Everything the CRM does; what is not here it does not do. */
const FACTS: CapabilityFacts = {
  DEAL: {
    READ: {
      whole: 'NATIVE',
      fields: {
        status: ['EMULATED_EXACT', 'Derived from closing time, stage and probability, never from the status light.'],
        weightedValue: ['EMULATED_EXACT', 'Value and probability are multiplied by the gateway.'],
        visibility: NO_LEVELS,
        channel: NO_CHANNEL,
        channelId: NO_CHANNEL,
        origin: NO_CHANNEL,
        originId: NO_CHANNEL,
        archivedAt: NO_ARCHIVE_TIME,
        closedOn: CLOSING_DAY,
        wonOn: CLOSING_DAY,
        lostOn: CLOSING_DAY,
        expectedCloseEvent: ['NATIVE', 'More than its id costs one request for each deal.'],
        acv: NO_CONTRACT_FIGURE,
        arr: NO_CONTRACT_FIGURE,
        mrr: NO_CONTRACT_FIGURE,
        'details.ageSeconds': ['EMULATED_EXACT', 'Computed by the gateway.'],
        'details.timeInStages': ['UNSUPPORTED', 'The CRM does not tell when a deal changed its stage.'],
        'details.averageStageProgress': NOT_TOLD,
        'details.averageSecondsToWon': NOT_TOLD,
        'details.firstWonAt': NOT_TOLD,
        'details.mailAddress': NOT_TOLD,
        'details.sourceLeadId': ['UNSUPPORTED', 'A lead is a person here, and no deal tells which one it was.'],
        'details.lastActivity': ['EMULATED_EXACT', 'Found in the list of the deal, one request for each deal.'],
        'details.lastIncomingMailAt': FROM_MAIL_NOTES,
        'details.lastOutgoingMailAt': FROM_MAIL_NOTES,
        'details.mailMessageCount': FROM_MAIL_NOTES,
        'details.fileCount': COUNTED,
        'details.noteCount': ['EMULATED_EXACT', "Counted without the CRM's own notes, one request for each deal."],
        'details.activityCount': COUNTED,
        'details.doneActivityCount': COUNTED,
        'details.undoneActivityCount': COUNTED,
        'details.productCount': ['EMULATED_EXACT', 'Counted on the deal itself.'],
        'details.followerCount': ['EMULATED_EXACT', 'Counted on the deal itself: the users it is shared with.'],
        'details.participantCount': ['EMULATED_EXACT', 'Counted on the deal itself, without the primary contact.'],
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
        closedAt: MATCHED_NARROWED,
        source: MATCHED_NARROWED,
        id: 'NATIVE',
        ...OF_PEOPLE,
        'organization.name': MATCHED_NARROWED,
        customFields: NARROWED_BY_FIELD,
        savedFilter: [
          'NATIVE',
          'The CRM ignores everything else beside it, so the gateway reads its deals, matches and orders them.',
        ],
        ownedByMe: ['NATIVE', 'As the owner, who is asked for once.'],
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
        TITLE: DEALS_ORDERED_HERE,
        VALUE: DEALS_ORDERED_HERE,
        EXPECTED_CLOSE_DATE: DEALS_ORDERED_HERE,
        OWNER: DEALS_ORDERED_HERE,
        SOURCE: DEALS_ORDERED_HERE,
        PROBABILITY: DEALS_ORDERED_HERE,
        CLOSED_AT: DEALS_ORDERED_HERE,
      },
    },
    SEARCH: {
      whole: SEARCHED_HERE,
      fields: {
        NOTES: ['UNSUPPORTED', 'The CRM does not look for words in notes.'],
        CUSTOM_FIELDS: ['UNSUPPORTED', 'The CRM looks for words in one custom field at a time only.'],
      },
    },
    SUMMARIZE: {
      whole: [
        'EMULATED_EXACT',
        'The gateway reads the deals that match and adds them up; the CRM itself does so for count and value alone, of all deals, one owner or one stage, archived ones included.',
      ],
      fields: { converted: ['UNSUPPORTED', 'The account has one currency.'] },
    },
    TIMELINE: {
      whole: GROUPED_HERE,
      fields: {
        STAGE_CHANGED_AT: ['UNSUPPORTED', 'The CRM does not tell when a deal changed its stage.'],
        WON_AT: [
          'EMULATED_EXACT',
          'The gateway reads all deals that match and groups the won ones by when they were closed.',
        ],
        customField: ['EMULATED_EXACT', 'The gateway reads all deals that match and groups them.'],
        convertTo: ['UNSUPPORTED', 'The account has one currency, and the CRM tells no exchange rates.'],
      },
    },
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
    SORT: [
      'EMULATED_EXACT',
      'The gateway orders the lines, which come by id where times are asked for, since the CRM tells none of them.',
    ],
  },
  FOLLOWER: {
    READ: {
      whole: ['EMULATED_LOSSY', 'The users a deal is shared with, which also grants them access.'],
      fields: { since: ['UNSUPPORTED', 'The CRM does not tell since when a deal is shared.'] },
    },
    LIST: {
      whole: ['EMULATED_LOSSY', 'The users a deal is shared with; part of the deal.'],
      fields: { changes: ['UNSUPPORTED', 'The CRM keeps no history of sharing.'] },
    },
    ADD: SHARING,
    DELETE: SHARING,
  },
  PARTICIPANT: {
    READ: {
      whole: ['EMULATED_EXACT', 'The people of a deal without its primary contact.'],
      fields: {
        since: ['UNSUPPORTED', 'The CRM does not tell since when a person is linked.'],
        addedBy: ['UNSUPPORTED', 'The CRM does not tell who linked a person.'],
      },
    },
    LIST: {
      whole: ['EMULATED_EXACT', 'The people of a deal without its primary contact; part of the deal.'],
      fields: { changes: ['UNSUPPORTED', 'The CRM keeps no history of the people of a deal.'] },
    },
    ADD: PEOPLE_REPLACED,
    DELETE: PEOPLE_REPLACED,
  },
  PERMITTED_USER: {
    READ: ['EMULATED_LOSSY', 'The users a note on the deal can be told to.'],
    LIST: [
      'EMULATED_LOSSY',
      'The users a note on the deal can be told to; deals that came with a list are read once more, one by one where a list does not tell.',
    ],
  },
  PERSON: {
    READ: 'NATIVE',
    LIST: ORDERED_HERE,
    FILTER: {
      whole: MATCHED_HERE,
      fields: {
        name: MATCHED_NARROWED,
        email: MATCHED_NARROWED,
        city: MATCHED_NARROWED,
        region: MATCHED_NARROWED,
        'organization.name': MATCHED_NARROWED,
        customFields: NARROWED_BY_FIELD,
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
    FILTER: {
      whole: MATCHED_HERE,
      fields: {
        name: MATCHED_NARROWED,
        city: MATCHED_NARROWED,
        region: MATCHED_NARROWED,
        postalCode: MATCHED_NARROWED,
        updatedAt: MATCHED_NARROWED,
        customFields: NARROWED_BY_FIELD,
      },
    },
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
  ACTIVITY: {
    READ: {
      whole: ['NATIVE', 'Calendar entries; one request for each.'],
      fields: {
        location: NOT_TOLD,
        person: ['EMULATED_LOSSY', 'An entry belongs to a deal, a person or a company, and to one of them only.'],
      },
    },
    LIST: LISTED_PER_DEAL,
    FILTER: { whole: NOT_OFFERED, fields: { done: MATCHED_HERE, excludeIds: MATCHED_HERE } },
    SORT: { whole: NOT_OFFERED, fields: { CREATED_AT: SORTED_HERE } },
    ADD: NOT_OFFERED,
    UPDATE: NOT_OFFERED,
    DELETE: NOT_OFFERED,
  },
  NOTE: {
    READ: {
      whole: ['NATIVE', 'As the notes of a deal.'],
      fields: { isPinned: ['UNSUPPORTED', 'The CRM pins no notes.'] },
    },
    LIST: LISTED_PER_DEAL,
    FILTER: {
      whole: NOT_OFFERED,
      fields: { includeSystem: ['EMULATED_EXACT', "The CRM's own notes are known by their category."] },
    },
    SORT: { whole: NOT_OFFERED, fields: { CREATED_AT: SORTED_HERE } },
    ADD: NOT_OFFERED,
    UPDATE: NOT_OFFERED,
    DELETE: NOT_OFFERED,
  },
  FILE: {
    READ: {
      whole: ['NATIVE', 'As the documents of a deal.'],
      fields: {
        description: NOT_TOLD,
        sizeBytes: ['EMULATED_LOSSY', 'The CRM tells the size in kilobytes, rounded.'],
        downloadUrl: ['NATIVE', 'Works for about six hours from when it was read.'],
      },
    },
    LIST: LISTED_PER_DEAL,
    FILTER: {
      whole: NOT_OFFERED,
      fields: { includeDeleted: ['UNSUPPORTED', 'The CRM does not show deleted documents.'] },
    },
    SORT: { whole: NOT_OFFERED, fields: { CREATED_AT: SORTED_HERE, UPDATED_AT: SORTED_HERE } },
    ADD: NOT_OFFERED,
    UPDATE: NOT_OFFERED,
    DELETE: NOT_OFFERED,
  },
  MAIL_MESSAGE: {
    READ: {
      whole: ['EMULATED_LOSSY', 'Notes of category Email.'],
      fields: {
        snippet: NOT_TOLD,
        isRead: NOT_TOLD,
        hasAttachments: NOT_TOLD,
        from: NOT_TOLD,
        to: NOT_TOLD,
        cc: NOT_TOLD,
        bcc: NOT_TOLD,
      },
    },
    LIST: [
      'EMULATED_LOSSY',
      'Notes of category Email, one request for each deal: text and direction, without parties, threads and attachments.',
    ],
  },
  CHANGE: { READ: NO_HISTORY, LIST: NO_HISTORY },
  FEED: {
    READ: ['EMULATED_LOSSY', 'As the feed of a deal.'],
    LIST: [
      'EMULATED_LOSSY',
      'Notes, calendar entries and documents in order of creation, three requests for each deal; changes of fields are not told.',
    ],
    FILTER: {
      whole: ['UNSUPPORTED', 'The CRM tells nothing of this kind.'],
      fields: {
        'kinds.ACTIVITY': MATCHED_HERE,
        'kinds.NOTE': MATCHED_HERE,
        'kinds.FILE': MATCHED_HERE,
        'kinds.MAIL_MESSAGE': FROM_MAIL_NOTES,
        includeCustomFieldChanges: NO_HISTORY,
      },
    },
  },
  SAVED_FILTER: {
    READ: WHOLE_LIST,
    LIST: WHOLE_LIST,
    ADD: NOT_OFFERED,
    UPDATE: NOT_OFFERED,
    DELETE: NOT_OFFERED,
  },
};

/** Everything the CRM is asked for, and how faithfully this adapter does it. */
export const capabilities = declareCapabilities(FACTS, (entity) =>
  entity === 'DEAL_PRODUCT' ? NAMES_ONLY : ['UNSUPPORTED', 'The CRM has no such operation.'],
);

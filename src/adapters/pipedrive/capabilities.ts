import { type CapabilityFacts, declareCapabilities, type Statement } from '../declare-capabilities.ts';

const notOffered = (what: string): Statement => ['UNSUPPORTED', `${what} is not offered by this gateway.`];
const impossible = (what: string): Statement => ['UNSUPPORTED', `Pipedrive cannot ${what}.`];
const matched: Statement = ['EMULATED_EXACT', 'The gateway matches it while reading the list.'];
const joined: Readonly<Record<string, Statement>> = { and: matched, or: matched, not: matched };
const oneId: Statement = [
  'NATIVE',
  'Pipedrive takes one id; several are read one by one or matched by the gateway, and so is "has none".',
];
const byTable: Statement = [
  'EMULATED_EXACT',
  'The table is read once and kept, and what it tells is asked for by id; within and, or and not the gateway matches it.',
];
const behind = (what: string): Statement => [
  'EMULATED_EXACT',
  `Of records that match everything else, the gateway reads the ${what}, 100 a request, and matches them.`,
];
const OF_PEOPLE = ['name', 'email', 'phone', 'city', 'region', 'postalCode', 'organization'];
const OF_ORGANIZATIONS = ['name', 'city', 'region', 'postalCode'];
const fields = (name: string, parts: readonly string[], statement: Statement): Readonly<Record<string, Statement>> =>
  Object.fromEntries(parts.map((part) => [`${name}.${part}`, statement]));
const ofOwner = fields('owner', ['name', 'email'], byTable);
const ofOrganization = fields('organization', OF_ORGANIZATIONS, behind('organizations'));
const orderedHere: Statement = [
  'EMULATED_EXACT',
  'For every page the gateway reads all deals that match and puts them in order.',
];
const noPage: Statement = ['UNSUPPORTED', 'Pipedrive has no page for a single record of this kind.'];
const notCounted: Statement = ['UNSUPPORTED', 'Version 2 of the API counts nothing.'];
const noSummary: Statement = ['UNSUPPORTED', 'Pipedrive deals have no summary.'];
const withdrawn: Statement = [
  'UNSUPPORTED',
  'Pipedrive has withdrawn the only answer that told it (v1, GET /deals/{id}).',
];
const perDeal = (tokens: number): Statement => ['NATIVE', `One request of ${tokens} tokens for each deal and page.`];
const noHealth: Statement = ['UNSUPPORTED', 'Pipedrive deals have no status light.'];

const undocumented: Statement = [
  'UNSUPPORTED',
  'Version 2 of the API documents no such attribute of a deal that is added or changed.',
];
const noSource: Statement = ['UNSUPPORTED', 'Pipedrive deals have a channel and an origin in place of a lead source.'];
const noWonReason: Statement = ['UNSUPPORTED', 'Pipedrive keeps reasons of lost deals only.'];
const noReasonNotes: Statement = ['UNSUPPORTED', 'Pipedrive keeps the reason of a lost deal as one text.'];
const noOrganizationName: Statement = [
  'UNSUPPORTED',
  'Pipedrive takes an organization by its id only, and creates none with a deal.',
];
const noSharing: Statement = ['UNSUPPORTED', 'Pipedrive shares no deals with single users: they follow them.'];
const noAddress: Statement = ['UNSUPPORTED', 'Pipedrive deals have no address, or one in a custom field.'];
const noTodoTemplates: Statement = ['UNSUPPORTED', 'Pipedrive has no templates of activities.'];
const contractFigure: Statement = [
  'NATIVE',
  'Null in accounts whose plan does not have it, and of deals without lines.',
];

const DEAL_WRITE_FIELDS: Readonly<Record<string, Statement>> = {
  summary: noSummary,
  health: noHealth,
  visibility: ['NATIVE', '1, 3, 5 or 7; what each means depends on the plan.'],
  organizationName: noOrganizationName,
  lossReasonNotes: noReasonNotes,
  wonReason: noWonReason,
  wonReasonNotes: noWonReason,
  source: noSource,
  channel: undocumented,
  channelId: undocumented,
  originId: undocumented,
  collaborators: noSharing,
  address: noAddress,
  createdAt: undocumented,
  updatedAt: undocumented,
  todoTemplate: noTodoTemplates,
  todoTemplateOwner: noTodoTemplates,
};

const FACTS: CapabilityFacts = {
  DEAL: {
    READ: {
      whole: 'NATIVE',
      fields: {
        summary: noSummary,
        health: noHealth,
        lossReasonNotes: noReasonNotes,
        wonReason: noWonReason,
        wonReasonNotes: noWonReason,
        expectedCloseEvent: ['UNSUPPORTED', 'Pipedrive makes no activity of an expected close date.'],
        source: noSource,
        collaborators: noSharing,
        address: noAddress,
        importId: ['UNSUPPORTED', 'Pipedrive does not tell which import brought a deal.'],
        channel: ['NATIVE', 'More than its id costs the definitions of fields, which are read once.'],
        acv: contractFigure,
        arr: contractFigure,
        mrr: contractFigure,
        weightedValue: ['EMULATED_EXACT', 'The gateway multiplies the value by the probability.'],
        url: ['EMULATED_EXACT', 'Built from the company domain, which is read once.'],
        'details.ageSeconds': ['EMULATED_EXACT', 'Computed by the gateway.'],
        'details.timeInStages': [
          'EMULATED_EXACT',
          'Computed from the changelog, which is read whole: one request of 20 tokens for each deal.',
        ],
        'details.averageStageProgress': withdrawn,
        'details.averageSecondsToWon': withdrawn,
        people: ['NATIVE', 'Costs one request of 10 tokens for each deal.'],
      },
    },
    LIST: { whole: 'NATIVE', fields: { totalCount: notCounted } },
    FILTER: {
      whole: 'NATIVE',
      fields: {
        ...joined,
        status: ['NATIVE', 'Deleted deals are listed for 30 days.'],
        stage: oneId,
        pipeline: oneId,
        owner: oneId,
        person: oneId,
        organization: oneId,
        title: matched,
        value: matched,
        expectedCloseDate: matched,
        createdAt: matched,
        closedAt: matched,
        source: ['EMULATED_EXACT', 'Deals of Pipedrive have no source.'],
        'source.name': ['EMULATED_EXACT', 'Deals of Pipedrive have no source.'],
        id: ['NATIVE', 'Up to 100; more are matched by the gateway.'],
        probability: [
          'EMULATED_EXACT',
          'The gateway matches it while reading the list; where it is the stage that has one, as the deal shows it.',
        ],
        customFields: matched,
        'stage.name': byTable,
        'pipeline.name': byTable,
        ...ofOwner,
        ...fields('person', OF_PEOPLE, behind('people')),
        ...ofOrganization,
        currency: matched,
        savedFilter: [
          'NATIVE',
          'Pipedrive ignores other conditions beside it, so the gateway reads its deals matches and orders them.',
        ],
        ownedByMe: ['NATIVE', 'As the owner, who is asked for once.'],
        archived: ['NATIVE', 'Archived deals are a list of their own, of 20 tokens a page.'],
      },
    },
    SORT: {
      whole: 'NATIVE',
      fields: {
        CREATED_AT: 'NATIVE',
        UPDATED_AT: ['NATIVE', 'Deals that were never updated are found by a second reading of the list.'],
        TITLE: orderedHere,
        VALUE: orderedHere,
        EXPECTED_CLOSE_DATE: orderedHere,
        OWNER: orderedHere,
        SOURCE: orderedHere,
        PROBABILITY: orderedHere,
        CLOSED_AT: orderedHere,
      },
    },
    SEARCH: {
      whole: ['NATIVE', 'The index lags behind; every deal it finds is read again and matched.'],
      fields: {
        CUSTOM_FIELDS: ['NATIVE', 'Addresses, texts, numbers, amounts and phone numbers.'],
        PERSON: impossible('find deals by the names of people'),
        ORGANIZATION: impossible('find deals by the name of the organization'),
      },
    },
    SUMMARIZE: {
      whole: [
        'NATIVE',
        'Of deals that are not archived, by one status, pipeline, stage and owner, or by a saved filter alone, with converted totals; by other filters the gateway reads the deals that match and adds them up.',
      ],
      fields: { converted: ['NATIVE', 'Only where Pipedrive itself adds up.'] },
    },
    TIMELINE: {
      whole: [
        'NATIVE',
        'Of deals that are not archived, by one pipeline and owner, or by a saved filter alone; by other filters the gateway reads the deals that match and groups them.',
      ],
      fields: {
        customField: ['NATIVE', 'A date, or a range of days by its first.'],
        convertTo: ['NATIVE', 'Only where Pipedrive itself groups.'],
      },
    },
    ADD: {
      whole: 'NATIVE',
      fields: {
        ...DEAL_WRITE_FIELDS,
        products: [
          'EMULATED_EXACT',
          'Added once the deal exists; if that fails, the deal stays and a problem says so.',
        ],
      },
    },
    UPDATE: {
      whole: 'NATIVE',
      fields: {
        ...DEAL_WRITE_FIELDS,
        isArchived: ['NATIVE', 'Pipedrive may refuse other changes of a deal while it is archived.'],
      },
    },
    MERGE: [
      'NATIVE',
      'Activities, mail, notes, products, followers and participants move to the deal that is kept, and the other is removed.',
    ],
    DUPLICATE: {
      whole: [
        'NATIVE',
        'Leaves out activities, notes, files, mail, followers, participants, custom fields and the expected close date.',
      ],
      fields: { title: ['EMULATED_EXACT', 'Written to the copy by a second request.'] },
    },
    DELETE: ['NATIVE', 'Pipedrive keeps a deleted deal for 30 days.'],
  },
  DEAL_PRODUCT: {
    READ: {
      whole: 'NATIVE',
      fields: { variation: ['NATIVE', 'More than its id costs one request of 10 tokens for each product.'] },
    },
    LIST: ['NATIVE', 'As the products of a deal.'],
    FILTER: notOffered('Filtering the products of a deal'),
    SORT: ['EMULATED_EXACT', 'The gateway orders the lines, which it reads whole.'],
    SEARCH: impossible('search the products of deals'),
    ADD: ['NATIVE', 'At most 100 in one request; billing needs a plan that has it.'],
    UPDATE: {
      whole: 'NATIVE',
      fields: { taxMethod: ['NATIVE', 'A change on one line changes all lines of the deal.'] },
    },
    MERGE: impossible('merge products of a deal'),
    DUPLICATE: impossible('duplicate a product of a deal'),
    DELETE: ['NATIVE', 'At most 100 in one request; a deal with installments keeps its last enabled line.'],
  },
  DISCOUNT: {
    READ: ['NATIVE', 'Found among the discounts of its deal.'],
    LIST: ['NATIVE', 'As the discounts of a deal, at one request of 10 tokens for each deal.'],
    FILTER: impossible('filter discounts'),
    SORT: notOffered('Another order than by creation'),
    SEARCH: impossible('search discounts'),
    ADD: 'NATIVE',
    UPDATE: 'NATIVE',
    MERGE: impossible('merge discounts'),
    DUPLICATE: impossible('duplicate a discount'),
    DELETE: 'NATIVE',
  },
  INSTALLMENT: {
    READ: ['NATIVE', 'Found among the installments of its deal.'],
    LIST: ['NATIVE', 'As the installments of a deal, of up to 100 deals in one request; needs a plan that has them.'],
    FILTER: impossible('filter installments'),
    SORT: notOffered('Another order than by billing date'),
    SEARCH: impossible('search installments'),
    ADD: ['NATIVE', 'Only on a deal whose lines are all billed one time, one at least.'],
    UPDATE: 'NATIVE',
    MERGE: impossible('merge installments'),
    DUPLICATE: impossible('duplicate an installment'),
    DELETE: 'NATIVE',
  },
  FOLLOWER: {
    READ: ['NATIVE', 'As the followers of a deal.'],
    LIST: { whole: perDeal(10), fields: { changes: perDeal(10) } },
    ADD: 'NATIVE',
    DELETE: 'NATIVE',
  },
  PARTICIPANT: {
    READ: ['NATIVE', 'As the participants of a deal.'],
    LIST: { whole: perDeal(10), fields: { changes: perDeal(10) } },
    ADD: ['NATIVE', 'The participants are read first: what adding one twice does is not documented.'],
    DELETE: ['NATIVE', 'By the person: the link to remove is looked up.'],
  },
  PERMITTED_USER: {
    READ: ['NATIVE', 'As the permitted users of a deal.'],
    LIST: ['NATIVE', 'One request of 10 tokens for each deal.'],
  },
  PERSON: {
    READ: {
      whole: 'NATIVE',
      fields: {
        jobTitle: ['NATIVE', 'Only in accounts with contact sync.'],
        addresses: ['NATIVE', 'Only in accounts with contact sync.'],
        url: ['EMULATED_EXACT', 'Built from the company domain, which is read once.'],
      },
    },
    LIST: { whole: 'NATIVE', fields: { totalCount: notCounted } },
    FILTER: {
      whole: 'NATIVE',
      fields: {
        ...joined,
        name: matched,
        email: matched,
        phone: matched,
        ...Object.fromEntries(
          ['city', 'region', 'postalCode'].map((part) => [
            part,
            ['EMULATED_EXACT', 'The gateway matches it; people have an address in accounts with contact sync only.'],
          ]),
        ),
        organization: oneId,
        owner: oneId,
        customFields: matched,
        ...ofOrganization,
        ...ofOwner,
      },
    },
    SORT: { whole: notOffered('Another order than by creation'), fields: { CREATED_AT: 'NATIVE' } },
    SEARCH: notOffered('Searching people'),
    ADD: notOffered('Adding a person'),
    UPDATE: notOffered('Changing a person'),
    MERGE: notOffered('Merging people'),
    DUPLICATE: impossible('duplicate a person'),
    DELETE: notOffered('Deleting a person'),
  },
  ORGANIZATION: {
    READ: {
      whole: 'NATIVE',
      fields: { url: ['EMULATED_EXACT', 'Built from the company domain, which is read once.'] },
    },
    LIST: { whole: 'NATIVE', fields: { totalCount: notCounted } },
    FILTER: {
      whole: 'NATIVE',
      fields: {
        ...joined,
        name: matched,
        city: matched,
        region: matched,
        postalCode: matched,
        owner: oneId,
        customFields: matched,
        ...ofOwner,
      },
    },
    SORT: { whole: notOffered('Another order than by creation'), fields: { CREATED_AT: 'NATIVE' } },
    SEARCH: notOffered('Searching organizations'),
    ADD: notOffered('Adding an organization'),
    UPDATE: notOffered('Changing an organization'),
    MERGE: notOffered('Merging organizations'),
    DUPLICATE: impossible('duplicate an organization'),
    DELETE: notOffered('Deleting an organization'),
  },
  STAGE: {
    READ: { whole: 'NATIVE', fields: { url: noPage } },
    LIST: 'NATIVE',
    FILTER: {
      whole: notOffered('Filtering stages by anything but their pipeline'),
      fields: { pipeline: ['EMULATED_EXACT', 'The gateway keeps all stages and picks out those of the pipeline.'] },
    },
    SORT: notOffered('Another order than that of the pipeline'),
    SEARCH: impossible('search stages'),
    ADD: notOffered('Adding a stage'),
    UPDATE: notOffered('Changing a stage'),
    MERGE: impossible('merge stages'),
    DUPLICATE: impossible('duplicate a stage'),
    DELETE: notOffered('Deleting a stage'),
  },
  PIPELINE: {
    READ: { whole: 'NATIVE', fields: { url: noPage } },
    LIST: 'NATIVE',
    FILTER: impossible('filter pipelines'),
    SORT: notOffered('Another order than that of the account'),
    SEARCH: impossible('search pipelines'),
    ADD: notOffered('Adding a pipeline'),
    UPDATE: notOffered('Changing a pipeline'),
    MERGE: impossible('merge pipelines'),
    DUPLICATE: impossible('duplicate a pipeline'),
    DELETE: notOffered('Deleting a pipeline'),
  },
  PRODUCT: {
    READ: { whole: 'NATIVE', fields: { url: noPage } },
    LIST: notOffered('Listing the product catalogue'),
    FILTER: notOffered('Filtering the product catalogue'),
    SORT: notOffered('Ordering the product catalogue'),
    SEARCH: notOffered('Searching the product catalogue'),
    ADD: notOffered('Adding a product to the catalogue'),
    UPDATE: notOffered('Changing a product of the catalogue'),
    MERGE: impossible('merge products'),
    DUPLICATE: notOffered('Duplicating a product of the catalogue'),
    DELETE: notOffered('Deleting a product of the catalogue'),
  },
  USER: {
    READ: { whole: 'NATIVE', fields: { url: noPage } },
    LIST: notOffered('Listing users'),
    FILTER: impossible('filter users'),
    SORT: impossible('order users'),
    SEARCH: notOffered('Finding users by name'),
    ADD: notOffered('Adding a user'),
    UPDATE: notOffered('Changing a user'),
    MERGE: impossible('merge users'),
    DUPLICATE: impossible('duplicate a user'),
    DELETE: impossible('delete a user'),
  },
  ACTIVITY: {
    READ: 'NATIVE',
    LIST: perDeal(10),
    FILTER: { whole: notOffered('Another filter of activities'), fields: { done: 'NATIVE', excludeIds: matched } },
    SORT: { whole: notOffered('Another order than by creation'), fields: { CREATED_AT: 'NATIVE' } },
    SEARCH: impossible('search activities'),
    ADD: notOffered('Adding an activity'),
    UPDATE: notOffered('Changing an activity'),
    DELETE: notOffered('Deleting an activity'),
  },
  NOTE: {
    READ: {
      whole: ['NATIVE', 'As the notes of a deal.'],
      fields: {
        title: ['UNSUPPORTED', 'Pipedrive notes have no heading.'],
        category: ['UNSUPPORTED', 'Pipedrive notes have no categories.'],
        comments: notOffered('Reading the comments of a note, a request of 20 tokens for each note,'),
      },
    },
    LIST: perDeal(20),
    FILTER: {
      whole: notOffered('Another filter of notes'),
      fields: { includeSystem: ['NATIVE', 'Pipedrive writes no notes itself.'] },
    },
    SORT: { whole: notOffered('Another order than by creation'), fields: { CREATED_AT: 'NATIVE' } },
    ADD: notOffered('Adding a note'),
    UPDATE: notOffered('Changing a note'),
    DELETE: notOffered('Deleting a note'),
  },
  FILE: {
    READ: ['NATIVE', 'As the files of a deal.'],
    LIST: ['NATIVE', 'One request of 20 tokens for each deal and 100 files.'],
    FILTER: {
      whole: notOffered('Another filter of files'),
      fields: {
        includeDeleted: [
          'EMULATED_LOSSY',
          'By a parameter the documentation no longer names; deleted files are shown as far as Pipedrive lists them.',
        ],
      },
    },
    SORT: {
      whole: impossible('order files by this'),
      fields: { CREATED_AT: ['NATIVE', 'By id.'], UPDATED_AT: 'NATIVE' },
    },
    ADD: notOffered('Adding a file'),
    UPDATE: notOffered('Changing a file'),
    DELETE: notOffered('Deleting a file'),
  },
  MAIL_MESSAGE: {
    READ: ['NATIVE', 'As the e-mails of a deal.'],
    LIST: perDeal(20),
    DELETE: notOffered('Deleting an e-mail'),
  },
  CHANGE: { READ: ['NATIVE', 'As the changes of a deal.'], LIST: perDeal(20) },
  FEED: {
    READ: ['NATIVE', 'As the feed of a deal.'],
    LIST: perDeal(40),
    FILTER: {
      whole: 'NATIVE',
      fields: { 'kinds.OTHER': ['EMULATED_EXACT', 'The gateway matches it while reading the whole feed.'] },
    },
  },
  SAVED_FILTER: {
    READ: ['NATIVE', 'Those for deals, read whole and kept for a while.'],
    LIST: ['NATIVE', 'Those for deals, read whole and kept for a while.'],
    FILTER: notOffered('Filtering saved filters'),
    SORT: notOffered('Ordering saved filters'),
    ADD: notOffered('Saving a filter'),
    UPDATE: notOffered('Changing a saved filter'),
    DELETE: notOffered('Deleting a saved filter'),
  },
};

/** Everything Pipedrive is asked for, and how faithfully this adapter does it. */
export const capabilities = declareCapabilities(FACTS, () => ['UNSUPPORTED', 'Pipedrive has no such operation.']);

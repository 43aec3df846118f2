import { type CapabilityFacts, declareCapabilities, type Statement } from '../declare-capabilities.ts';

const notOffered = (what: string): Statement => ['UNSUPPORTED', `${what} is not offered by this gateway.`];
const impossible = (what: string): Statement => ['UNSUPPORTED', `Pipedrive cannot ${what}.`];
const matched: Statement = ['EMULATED_EXACT', 'The gateway matches it while reading the list.'];
const oneId: Statement = [
  'NATIVE',
  'Pipedrive takes one id; several are read one by one or matched by the gateway, and so is "has none".',
];
const noPage: Statement = ['UNSUPPORTED', 'Pipedrive has no page for a single record of this kind.'];
const notCounted: Statement = ['UNSUPPORTED', 'Version 2 of the API counts nothing.'];
const noSummary: Statement = ['UNSUPPORTED', 'Pipedrive deals have no summary.'];
const noHealth: Statement = ['UNSUPPORTED', 'Pipedrive deals have no status light.'];

const FACTS: CapabilityFacts = {
  DEAL: {
    READ: {
      whole: 'NATIVE',
      fields: {
        summary: noSummary,
        health: noHealth,
        weightedValue: ['EMULATED_EXACT', 'The gateway multiplies the value by the probability.'],
        url: ['EMULATED_EXACT', 'Built from the company domain, which is read once.'],
        people: ['NATIVE', 'Costs one request of 10 tokens for each deal.'],
      },
    },
    LIST: { whole: 'NATIVE', fields: { totalCount: notCounted } },
    FILTER: {
      whole: 'NATIVE',
      fields: {
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
        currency: matched,
        archived: ['NATIVE', 'Archived deals are a list of their own, of 20 tokens a page.'],
      },
    },
    SORT: {
      whole: 'NATIVE',
      fields: {
        UPDATED_AT: ['NATIVE', 'Deals that were never updated are found by a second reading of the list.'],
        TITLE: impossible('order deals by title'),
        VALUE: impossible('order deals by value'),
        EXPECTED_CLOSE_DATE: impossible('order deals by expected close date'),
      },
    },
    SEARCH: notOffered('Searching deals'),
    ADD: {
      whole: 'NATIVE',
      fields: {
        summary: noSummary,
        health: noHealth,
        products: [
          'EMULATED_EXACT',
          'Added once the deal exists; if that fails, the deal stays and a problem says so.',
        ],
      },
    },
    UPDATE: {
      whole: 'NATIVE',
      fields: {
        summary: noSummary,
        health: noHealth,
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
    READ: 'NATIVE',
    LIST: ['NATIVE', 'As the products of a deal.'],
    FILTER: notOffered('Filtering the products of a deal'),
    SORT: notOffered('Another order than by position'),
    SEARCH: impossible('search the products of deals'),
    ADD: ['NATIVE', 'At most 100 in one request; billing needs a plan that has it.'],
    UPDATE: {
      whole: 'NATIVE',
      fields: { taxMethod: ['NATIVE', 'A change on one line changes all lines of the deal.'] },
    },
    MERGE: impossible('merge products of a deal'),
    DUPLICATE: impossible('duplicate a product of a deal'),
    DELETE: ['NATIVE', 'At most 100 in one request.'],
  },
  PERSON: {
    READ: {
      whole: 'NATIVE',
      fields: {
        jobTitle: ['NATIVE', 'Only in accounts with contact sync.'],
        url: ['EMULATED_EXACT', 'Built from the company domain, which is read once.'],
      },
    },
    LIST: { whole: 'NATIVE', fields: { totalCount: notCounted } },
    FILTER: { whole: 'NATIVE', fields: { name: matched, email: matched, organization: oneId, owner: oneId } },
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
    FILTER: { whole: 'NATIVE', fields: { name: matched, owner: oneId } },
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
};

/** Everything Pipedrive is asked for, and how faithfully this adapter does it. */
export const capabilities = declareCapabilities(FACTS, () => ['UNSUPPORTED', 'Pipedrive has no such operation.']);

import type { CrmBudget } from '../domain/budget.ts';
import { type Capability, ENTITY_KINDS, OPERATION_KINDS } from '../domain/capability.ts';
import { CONNECTION_STATES, type Connection, type ConnectionState } from '../domain/connection.ts';
import type { Crm } from '../domain/crm.ts';
import { crmOf } from '../domain/crms.ts';
import { READ_WAYS, type ReadOperation, type ReadWay } from '../domain/tariff.ts';
import { builder } from './builder.ts';
import { NodeInterface } from './node-interface.ts';

const ENTITY_DESCRIPTIONS: Record<(typeof ENTITY_KINDS)[number], string> = {
  DEAL: 'Deals.',
  DEAL_PRODUCT: 'Lines of a deal.',
  PERSON: 'People.',
  ORGANIZATION: 'Organizations.',
  STAGE: 'Stages of pipelines.',
  PIPELINE: 'Pipelines.',
  PRODUCT: 'The product catalogue.',
  USER: 'Users of the CRM.',
  DISCOUNT: 'Discounts on a deal as a whole.',
  INSTALLMENT: 'Instalments a deal is paid in.',
  FOLLOWER: 'Users who follow a deal.',
  PARTICIPANT: 'People who take part in a deal beside the primary contact.',
  PERMITTED_USER: 'Users who may see a deal.',
  ACTIVITY: 'Tasks, calls, meetings and other activities.',
  NOTE: 'Notes.',
  FILE: 'Files and documents.',
  MAIL_MESSAGE: 'E-mail messages.',
  CHANGE: 'The history of field values.',
  FEED: 'Everything that happened around a deal, in one list.',
  SAVED_FILTER: 'Filters people saved in the CRM.',
};

const OPERATION_DESCRIPTIONS: Record<(typeof OPERATION_KINDS)[number], string> = {
  READ: 'Reading records by id.',
  LIST: 'Reading lists of records.',
  FILTER: 'Narrowing a list by a filter.',
  SORT: 'Putting a list in an order.',
  SEARCH: 'Finding records by words.',
  ADD: 'Creating a record.',
  UPDATE: 'Changing a record.',
  MERGE: 'Making one record of several.',
  DUPLICATE: 'Copying a record.',
  DELETE: 'Deleting a record.',
  SUMMARIZE: 'Counts and totals of a list.',
  TIMELINE: 'A list put into intervals of time, with totals.',
};

export const EntityKind = builder.enumType('EntityKind', {
  description: 'What a capability is about.',
  values: Object.fromEntries(ENTITY_KINDS.map((kind) => [kind, { description: ENTITY_DESCRIPTIONS[kind] }])) as Record<
    (typeof ENTITY_KINDS)[number],
    { description: string }
  >,
});

const OperationKind = builder.enumType('OperationKind', {
  description: 'What can be done with records.',
  values: Object.fromEntries(
    OPERATION_KINDS.map((kind) => [kind, { description: OPERATION_DESCRIPTIONS[kind] }]),
  ) as Record<(typeof OPERATION_KINDS)[number], { description: string }>,
});

const FidelityType = builder.enumType('Fidelity', {
  description: 'How faithfully a CRM does something.',
  values: {
    NATIVE: { description: 'The CRM does it itself.' },
    EMULATED_EXACT: { description: 'The gateway does it, with the result the CRM would give.' },
    EMULATED_LOSSY: { description: 'The gateway does it, and something is lost: see the note.' },
    UNSUPPORTED: { description: 'It cannot be done; asking for it is refused before any call.' },
  } as const,
});

const CapabilityType = builder.objectRef<Capability>('Capability').implement({
  description: 'One thing a CRM can do through this gateway, or cannot.',
  fields: (t) => ({
    entity: t.expose('entity', { type: EntityKind, nullable: false, description: 'What it is about.' }),
    operation: t.expose('operation', { type: OperationKind, nullable: false, description: 'What is done.' }),
    field: t.exposeString('field', {
      description:
        'Null for the operation as a whole; otherwise the field, filter or sort key where the CRM differs from that.',
    }),
    fidelity: t.expose('fidelity', { type: FidelityType, nullable: false, description: 'How faithfully.' }),
    note: t.exposeString('note', { description: 'What there is to know: how it is emulated, what is lost, why not.' }),
  }),
});

export const CrmType = builder.objectRef<Crm>('Crm').implement({
  description: 'A configured CRM account. Two accounts of one kind are two CRMs.',
  interfaces: [NodeInterface],
  fields: (t) => ({
    id: t.exposeID('id', { nullable: false, description: "Its id, and the first part of its records' ids." }),
    kind: t.exposeString('kind', { nullable: false, description: "The adapter's name, for example `pipedrive`." }),
    label: t.exposeString('label', { nullable: false, description: 'What people call it.' }),
    capabilities: t.field({
      type: [CapabilityType],
      nullable: false,
      description: 'What can be done there through this gateway, complete for every entity and operation.',
      resolve: (crm) => crm.capabilities,
    }),
  }),
});

const WindowType = builder.objectRef<NonNullable<CrmBudget['window']>>('BudgetWindow').implement({
  description: 'The short window in which a CRM holds off bursts, in requests.',
  fields: (t) => ({
    limit: t.exposeInt('limit', { description: 'How many it allows.' }),
    remaining: t.exposeInt('remaining', { description: 'How many were left.' }),
  }),
});

const BudgetUnitType = builder.enumType('BudgetUnit', {
  description: 'What a budget is counted in.',
  values: {
    TOKENS: { description: 'Tokens, of which each operation of the API costs a published number.' },
    REQUESTS: { description: 'Requests.' },
  } as const,
});

const CrmBudgetType = builder.objectRef<CrmBudget>('CrmBudget').implement({
  description:
    'What a CRM lets the account spend, as the headers of its last answers said. What they did not say is null.',
  fields: (t) => ({
    unit: t.expose('unit', { type: BudgetUnitType, nullable: false, description: 'What it is counted in.' }),
    limit: t.exposeInt('limit', { description: 'How much there is.' }),
    remaining: t.exposeInt('remaining', { description: 'How much was left before the last answer was charged.' }),
    resetsAt: t.expose('resetsAt', {
      type: 'DateTime',
      description: 'When it is whole again; null where the CRM does not say.',
    }),
    window: t.field({
      type: WindowType,
      description: 'The short window against bursts.',
      resolve: (budget) => budget.window,
    }),
  }),
});

builder.objectField(CrmType, 'budget', (t) =>
  t.field({
    type: CrmBudgetType,
    description: "The CRM's own figures of what may be spent; null until an answer told them. Needs no upstream call.",
    resolve: (crm, _args, { crms }) => crms.get(crm.id)?.budget() ?? null,
  }),
);

const STATES: Record<ConnectionState, string> = {
  CONNECTED: 'There are credentials, and nothing speaks against them.',
  EXPIRED: 'The access token has ended and could not be renewed so far; the gateway goes on trying when it is needed.',
  REFUSED: 'The CRM has refused the credentials: connect anew, or configure others.',
  BLOCKED: 'The CRM lets nothing of the account through after too many requests; nothing is sent to it for a while.',
  NOT_CONNECTED:
    'There are no credentials, or none that can be read: connect, or send some where callers bring their own.',
};

const ConnectionStateType = builder.enumType('ConnectionState', {
  description: 'How the gateway stands with a CRM.',
  values: Object.fromEntries(CONNECTION_STATES.map((state) => [state, { description: STATES[state] }])) as Record<
    ConnectionState,
    { description: string }
  >,
});

const CrmConnectionType = builder.objectRef<Connection>('CrmConnection').implement({
  description: 'The connection to a CRM, as the last answers left it.',
  fields: (t) => ({
    state: t.expose('state', { type: ConnectionStateType, nullable: false, description: 'How it is.' }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      description: 'When its access token ends, which the gateway renews before; null where it has no end.',
    }),
  }),
});

builder.objectField(CrmType, 'connection', (t) =>
  t.field({
    type: CrmConnectionType,
    description: 'The credentials with which the CRM is asked: whether they are good. Needs no upstream call.',
    resolve: (crm, _args, { crms }) => crms.get(crm.id)?.connection() ?? null,
  }),
);

const WAYS: Record<ReadWay, string> = {
  BY_ID: 'One by its id.',
  BY_IDS: 'Several by their ids.',
  LIST: 'A page of a list.',
  OF_DEAL: 'What hangs on one deal.',
  OF_DEALS: 'What hangs on several deals.',
  WHOLE: 'Everything at once, which is then kept for a while.',
  TOLD: 'It comes with the deal.',
};

const ReadWayType = builder.enumType('ReadWay', {
  description: 'How a read names what it brings.',
  values: Object.fromEntries(READ_WAYS.map((way) => [way, { description: WAYS[way] }])) as Record<
    ReadWay,
    { description: string }
  >,
});

const ReadOperationType = builder.objectRef<ReadOperation>('ReadOperation').implement({
  description: 'One way in which a CRM lets itself be read, and what a request of it costs.',
  fields: (t) => ({
    subject: t.exposeString('subject', { nullable: false, description: 'What it brings, `DEAL` for example.' }),
    way: t.expose('way', { type: ReadWayType, nullable: false, description: 'How it names that.' }),
    path: t.exposeString('path', {
      description: 'Where it is read, with `{id}` in place of ids; null where it comes with the deal.',
    }),
    tokens: t.exposeInt('tokens', { description: 'What a request costs; null on a CRM without tokens.' }),
    limit: t.exposeInt('limit', { description: 'The most ids, deals or records of one request.' }),
  }),
});

builder.objectField(CrmType, 'readOperations', (t) =>
  t.field({
    type: [ReadOperationType],
    nullable: false,
    description: 'Everything it can be asked, from which plans are made.',
    resolve: (crm) => crm.tariff.reads,
  }),
);

builder.queryField('crms', (t) =>
  t.field({
    type: [CrmType],
    nullable: false,
    description: 'The configured CRMs in their configured order. Needs no upstream call.',
    args: { ids: t.arg.idList({ description: 'Only these, in the order given.' }) },
    resolve: (_root, { ids }, { crms }) =>
      ids ? ids.map((id) => crmOf(String(id), crms, 'ids').crm) : crms.all().map((adapter) => adapter.crm),
  }),
);

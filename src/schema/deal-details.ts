import type { Deal } from '../domain/deal.ts';
import type { DealDetail, DealDetails } from '../domain/deal-details.ts';
import { ageSeconds, type StageTime, stageTimes } from '../domain/stage-time.ts';
import { adapterThatCan } from './ability.ts';
import { ActivityType } from './activity.ts';
import { builder } from './builder.ts';
import type { GraphQLContext } from './context.ts';
import { DealType } from './deal.ts';
import { follow, linkTo } from './link.ts';
import { ofDeals } from './reads.ts';
import { StageType } from './stage.ts';

interface StageTimeOfCrm extends StageTime {
  readonly crm: string;
}

const StageTimeType = builder.objectRef<StageTimeOfCrm>('StageTime').implement({
  description: 'How long a deal has been in a stage, all its stays there together.',
  fields: (t) => ({
    stage: t.field({
      type: StageType,
      description: 'The stage; null where it no longer exists.',
      ...linkTo('Stage'),
      resolve: ({ crm, stage }, _args, context, info) =>
        follow('Stage', { ref: { crm, type: 'Stage', id: stage }, known: {} }, context, info),
    }),
    seconds: t.exposeInt('seconds', { nullable: false, description: 'How long, in seconds.' }),
    enteredAt: t.expose('enteredAt', {
      type: 'DateTime',
      nullable: false,
      description: 'When it first came there.',
    }),
  }),
});

const COUNTS = {
  productCount: 'How many lines it has.',
  fileCount: 'How many files it has.',
  noteCount: 'How many notes it has.',
  followerCount: 'How many users follow it.',
  mailMessageCount: 'How many e-mails belong to it.',
  activityCount: 'How many activities it has.',
  doneActivityCount: 'How many of its activities are done.',
  undoneActivityCount: 'How many of its activities are not done.',
  participantCount: 'How many people take part in it, counted as the CRM does.',
} as const satisfies Partial<Record<DealDetail, string>>;

const MOMENTS = {
  firstWonAt: 'When it was first won.',
  lastIncomingMailAt: 'When the last e-mail came in.',
  lastOutgoingMailAt: 'When the last e-mail went out.',
} as const satisfies Partial<Record<DealDetail, string>>;

const STATISTICS = {
  averageStageProgress: "The CRM's own figure of how far such deals get on average.",
  averageSecondsToWon: "The CRM's own figure of how long such deals take on average until they are won.",
} as const satisfies Partial<Record<DealDetail, string>>;

const DealDetailsType = builder.objectRef<Deal>('DealDetails').implement({
  description: 'What can be told of a deal beside its attributes. Each field fails alone where a CRM cannot tell it.',
  fields: (t) => ({
    ageSeconds: t.int({
      description: 'Seconds since it was created; of a closed deal, until it was closed.',
      resolve: (deal, _args, { now }) => ageSeconds(deal, now()),
    }),
    timeInStages: t.field({
      type: [StageTimeType],
      description:
        'How long it has been in each stage until now, or until it was closed, in the order it came there. One or more calls per deal.',
      ...ofDeals('STAGE_MOVE'),
      resolve: async (deal, _args, context) => {
        requireDetail(deal, 'timeInStages', context);
        const moves = await context.loaders.stageMoves.load(deal.ref);
        return stageTimes(deal, moves ?? [], context.now()).map((time) => ({ ...time, crm: deal.ref.crm }));
      },
    }),
    nextActivity: t.field({
      type: ActivityType,
      description: 'The next activity that is to be done.',
      ...ofDeals('DEAL_DETAIL', 'Activity'),
      resolve: async (deal, _args, context, info) =>
        follow('Activity', await detail(deal, 'nextActivity', context), context, info),
    }),
    lastActivity: t.field({
      type: ActivityType,
      description: 'The last activity that was done.',
      ...ofDeals('DEAL_DETAIL', 'Activity'),
      resolve: async (deal, _args, context, info) =>
        follow('Activity', await detail(deal, 'lastActivity', context), context, info),
    }),
    sourceLeadId: t.string({
      description: 'The lead it was made from, by its id in the CRM.',
      resolve: (deal, _args, context) => detail(deal, 'sourceLeadId', context),
    }),
    mailAddress: t.string({
      description: 'The address that files e-mail sent to it under the deal.',
      ...ofDeals('DEAL_DETAIL'),
      resolve: (deal, _args, context) => detail(deal, 'mailAddress', context),
    }),
  }),
});

for (const [name, description] of entries(COUNTS)) {
  builder.objectField(DealDetailsType, name, (t) =>
    t.int({ description, ...ofDeals('DEAL_DETAIL'), resolve: (deal, _args, context) => detail(deal, name, context) }),
  );
}

for (const [name, description] of entries(STATISTICS)) {
  builder.objectField(DealDetailsType, name, (t) =>
    t.float({ description, ...ofDeals('DEAL_DETAIL'), resolve: (deal, _args, context) => detail(deal, name, context) }),
  );
}

for (const [name, description] of entries(MOMENTS)) {
  builder.objectField(DealDetailsType, name, (t) =>
    t.field({
      type: 'DateTime',
      description,
      ...ofDeals('DEAL_DETAIL'),
      resolve: (deal, _args, context) => detail(deal, name, context),
    }),
  );
}

builder.objectField(DealType, 'details', (t) =>
  t.field({
    type: DealDetailsType,
    description: 'What can be told of it beside its attributes, read only as far as it is selected.',
    resolve: (deal) => deal,
  }),
);

/** One detail, from the record itself where that carries it. */
async function detail<Name extends DealDetail>(
  deal: Deal,
  name: Name,
  context: GraphQLContext,
): Promise<DealDetails[Name] | null> {
  requireDetail(deal, name, context);
  const carried = deal.details?.[name];
  if (carried !== undefined) return carried;
  const details = await context.loaders.dealDetails.load({ deal: deal.ref, detail: name });
  return details?.[name] ?? null;
}

function requireDetail(deal: Deal, name: DealDetail | 'timeInStages', context: GraphQLContext): void {
  adapterThatCan(context, deal.ref, {
    entity: 'DEAL',
    operation: 'READ',
    field: `details.${name}`,
    asked: `DealDetails.${name}`,
  });
}

function entries<Name extends string>(table: Readonly<Record<Name, string>>): readonly [Name, string][] {
  return Object.entries(table) as [Name, string][];
}

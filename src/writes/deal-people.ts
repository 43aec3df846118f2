import type { CrmAdapter } from '../domain/crm-adapter.ts';
import { crmOf } from '../domain/crms.ts';
import type { Deal } from '../domain/deal.ts';
import { GatewayError } from '../domain/errors.ts';
import type { Follower } from '../domain/follower.ts';
import type { Participant } from '../domain/participant.ts';
import { globalId, type Link, type Ref } from '../domain/ref.ts';
import type { DealWriteReport } from '../domain/write-report.ts';
import { toRead } from './finish-deal.ts';
import type { Desk, Mutation, NamedDeal, Plan } from './mutation.ts';
import type { WriteResult } from './outcome.ts';
import { checkSomeone } from './references.ts';
import type { RunningOperation } from './running-operation.ts';

export interface DealFollowerResult extends WriteResult {
  readonly deal: Link<Deal> | null;
  /** The user to look up among the followers as read after the write, or a follower as it was before. */
  readonly follower: Ref<'User'> | Follower | null;
}

export interface DealParticipantResult extends WriteResult {
  readonly deal: Link<Deal> | null;
  /** The person to look up among the participants as read after the write, or a participant as it was before. */
  readonly participant: Ref<'Person'> | Participant | null;
}

export interface DealFollowerInput {
  readonly deal: string;
  readonly user: string;
}

export interface DealParticipantInput {
  readonly deal: string;
  readonly person: string;
}

const SUBJECTS = {
  user: { type: 'User', entity: 'FOLLOWER' },
  person: { type: 'Person', entity: 'PARTICIPANT' },
} as const;

interface PersonPlan<Who extends keyof typeof SUBJECTS> extends Plan {
  readonly adapter: CrmAdapter;
  readonly deals: readonly [NamedDeal];
  readonly who: Ref<(typeof SUBJECTS)[Who]['type']>;
}

const NO_FOLLOWER = { deal: null, follower: null };
const NO_PARTICIPANT = { deal: null, participant: null };

/** Has a user follow a deal. */
export const addDealFollower: Mutation<DealFollowerInput, PersonPlan<'user'>, DealFollowerResult> = {
  name: 'addDealFollower',
  nothing: NO_FOLLOWER,
  read: (input, desk) => readTarget(input.deal, input.user, 'user', 'ADD', desk),
  async run({ adapter, deals, who }, operation) {
    const [{ ref }] = deals;
    const { report, ...result } = await finish(ref, operation, async () => {
      await operation.once('checked', () => checkSomeone(adapter, { user: who.id }, operation.call));
      operation.change(ref, 'followers', null, globalId(who));
      return adapter.followerWrites.add(ref.id, who.id, operation.writes(ref.crm));
    });
    return { ...result, follower: report && who };
  },
};

/** Ends that a user follows a deal; the answer shows the follower as read just before. */
export const deleteDealFollower: Mutation<DealFollowerInput, PersonPlan<'user'>, DealFollowerResult> = {
  name: 'deleteDealFollower',
  nothing: NO_FOLLOWER,
  read: (input, desk) => readTarget(input.deal, input.user, 'user', 'DELETE', desk),
  async run({ adapter, deals, who }, operation) {
    const [{ ref }] = deals;
    const { report, ...result } = await finish(ref, operation, async () => {
      const follower = await operation.note('before', async () => {
        const followers = await operation.loaders.dealFollowers.load(await existing(ref, operation));
        const found = followers?.find(({ user }) => user.ref.id === who.id);
        if (found) return found;
        throw refusal('NOT_FOUND', ref, 'user', `user ${who.id} does not follow deal ${ref.id}`);
      });
      operation.change(ref, 'followers', globalId(who), null);
      return { ...(await adapter.followerWrites.delete(ref.id, follower, operation.writes(ref.crm))), follower };
    });
    return { ...result, follower: report?.follower ?? null };
  },
};

/** Has a person take part in a deal. */
export const addDealParticipant: Mutation<DealParticipantInput, PersonPlan<'person'>, DealParticipantResult> = {
  name: 'addDealParticipant',
  nothing: NO_PARTICIPANT,
  read: (input, desk) => readTarget(input.deal, input.person, 'person', 'ADD', desk),
  async run({ adapter, deals, who }, operation) {
    const [{ ref }] = deals;
    const { report, ...result } = await finish(ref, operation, async () => {
      await operation.once('checked', () => checkSomeone(adapter, { person: who.id }, operation.call));
      operation.change(ref, 'participants', null, globalId(who));
      return adapter.participantWrites.add(ref.id, who.id, operation.writes(ref.crm));
    });
    return { ...result, participant: report && who };
  },
};

/** Ends that a person takes part in a deal; the answer shows the participant as read just before. */
export const deleteDealParticipant: Mutation<DealParticipantInput, PersonPlan<'person'>, DealParticipantResult> = {
  name: 'deleteDealParticipant',
  nothing: NO_PARTICIPANT,
  read: (input, desk) => readTarget(input.deal, input.person, 'person', 'DELETE', desk),
  async run({ adapter, deals, who }, operation) {
    const [{ ref }] = deals;
    const { report, ...result } = await finish(ref, operation, async () => {
      const participant = await operation.note('before', () => participantOf(ref, who, operation));
      operation.change(ref, 'participants', globalId(who), null);
      const writes = operation.writes(ref.crm);
      return { ...(await adapter.participantWrites.delete(ref.id, participant, writes)), participant };
    });
    return { ...result, participant: report?.participant ?? null };
  },
};

async function participantOf(deal: Ref<'Deal'>, who: Ref<'Person'>, operation: RunningOperation): Promise<Participant> {
  const current = await existing(deal, operation);
  if (current.person?.ref.id === who.id) {
    const why = `person ${who.id} is the primary contact of deal ${deal.id}: give the deal another person, or none`;
    throw refusal('INVALID_INPUT', deal, 'person', why);
  }
  const participants = await operation.loaders.dealParticipants.load(current);
  const participant = participants?.find(({ person }) => person.ref.id === who.id);
  if (participant) return participant;
  throw refusal('NOT_FOUND', deal, 'person', `person ${who.id} takes no part in deal ${deal.id}`);
}

/** The deal and who is to be added to it or removed, of one CRM that can do it. */
function readTarget<Who extends keyof typeof SUBJECTS>(
  dealId: string,
  whoId: string,
  argument: Who,
  operation: 'ADD' | 'DELETE',
  { check }: Desk,
): PersonPlan<Who> | null {
  const { type, entity } = SUBJECTS[argument];
  const path = ['input', 'deal'];
  const ref = check.id(dealId, 'Deal', path);
  const who: PersonPlan<Who>['who'] | null = check.id(whoId, type, ['input', argument], ref?.crm);
  const adapter = ref && crmOf(ref.crm, check.crms, 'deal');
  if (adapter) check.supported(adapter, entity, operation, []);
  return ref && who && adapter && { adapter, who, crms: [ref.crm], deals: [{ ref, path }] };
}

async function finish<Report extends DealWriteReport>(
  deal: Ref<'Deal'>,
  operation: RunningOperation,
  write: () => Promise<Report>,
): Promise<WriteResult & { readonly deal: Link<Deal> | null; readonly report: Report | null }> {
  const result = await operation.attempt(write, ['input', 'deal']);
  return { ...result, deal: result.report && toRead(deal) };
}

async function existing(ref: Ref<'Deal'>, { loaders }: RunningOperation): Promise<Deal> {
  const deal = await loaders.Deal.load(ref);
  if (deal) return deal;
  throw refusal('NOT_FOUND', ref, 'deal', `${ref.crm} has no deal ${ref.id}`);
}

function refusal(code: 'NOT_FOUND' | 'INVALID_INPUT', { crm }: Ref, argument: string, message: string): GatewayError {
  return new GatewayError(code, message, { crm, path: [argument] });
}

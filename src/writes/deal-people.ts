import type { CrmAdapter } from '../domain/crm-adapter.ts';
import { crmOf } from '../domain/crms.ts';
import type { Deal } from '../domain/deal.ts';
import { GatewayError } from '../domain/errors.ts';
import type { Follower } from '../domain/follower.ts';
import type { Participant } from '../domain/participant.ts';
import type { Link, Ref } from '../domain/ref.ts';
import type { DealWriteReport } from '../domain/write-report.ts';
import type { WriteContext } from './context.ts';
import { type Control, InputCheck } from './input-check.ts';
import { attempt, rejected, type WriteResult } from './outcome.ts';
import { checkSomeone } from './references.ts';
import { writeCall } from './steps.ts';

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

/** Has a user follow a deal. */
export async function addDealFollower(
  input: DealFollowerInput,
  control: Control,
  context: WriteContext,
): Promise<DealFollowerResult> {
  const target = readTarget(input.deal, input.user, 'user', 'ADD', control, context);
  if ('refused' in target) return { ...target.refused, follower: null };
  const { adapter, deal, who } = target;
  const { report, ...result } = await finish(deal, context, async () => {
    await checkSomeone(adapter, { user: who.id }, context.call);
    return adapter.followerWrites.add(deal.id, who.id, writeCall(context));
  });
  return { ...result, follower: report && who };
}

/** Ends that a user follows a deal; the answer shows the follower as read just before. */
export async function deleteDealFollower(
  input: DealFollowerInput,
  control: Control,
  context: WriteContext,
): Promise<DealFollowerResult> {
  const target = readTarget(input.deal, input.user, 'user', 'DELETE', control, context);
  if ('refused' in target) return { ...target.refused, follower: null };
  const { adapter, deal, who } = target;
  const { report, ...result } = await finish(deal, context, async () => {
    const followers = await context.loaders.dealFollowers.load(await existing(deal, context));
    const follower = followers?.find(({ user }) => user.ref.id === who.id);
    if (!follower) throw refusal('NOT_FOUND', deal, 'user', `user ${who.id} does not follow deal ${deal.id}`);
    return { ...(await adapter.followerWrites.delete(deal.id, follower, writeCall(context))), follower };
  });
  return { ...result, follower: report?.follower ?? null };
}

/** Has a person take part in a deal. */
export async function addDealParticipant(
  input: DealParticipantInput,
  control: Control,
  context: WriteContext,
): Promise<DealParticipantResult> {
  const target = readTarget(input.deal, input.person, 'person', 'ADD', control, context);
  if ('refused' in target) return { ...target.refused, participant: null };
  const { adapter, deal, who } = target;
  const { report, ...result } = await finish(deal, context, async () => {
    await checkSomeone(adapter, { person: who.id }, context.call);
    return adapter.participantWrites.add(deal.id, who.id, writeCall(context));
  });
  return { ...result, participant: report && who };
}

/** Ends that a person takes part in a deal; the answer shows the participant as read just before. */
export async function deleteDealParticipant(
  input: DealParticipantInput,
  control: Control,
  context: WriteContext,
): Promise<DealParticipantResult> {
  const target = readTarget(input.deal, input.person, 'person', 'DELETE', control, context);
  if ('refused' in target) return { ...target.refused, participant: null };
  const { adapter, deal, who } = target;
  const { report, ...result } = await finish(deal, context, async () => {
    const current = await existing(deal, context);
    if (current.person?.ref.id === who.id) {
      const why = `person ${who.id} is the primary contact of deal ${deal.id}: give the deal another person, or none`;
      throw refusal('INVALID_INPUT', deal, 'person', why);
    }
    const participants = await context.loaders.dealParticipants.load(current);
    const participant = participants?.find(({ person }) => person.ref.id === who.id);
    if (!participant) throw refusal('NOT_FOUND', deal, 'person', `person ${who.id} takes no part in deal ${deal.id}`);
    return { ...(await adapter.participantWrites.delete(deal.id, participant, writeCall(context))), participant };
  });
  return { ...result, participant: report?.participant ?? null };
}

const SUBJECTS = {
  user: { type: 'User', entity: 'FOLLOWER' },
  person: { type: 'Person', entity: 'PARTICIPANT' },
} as const;

interface Target<Who extends keyof typeof SUBJECTS> {
  readonly adapter: CrmAdapter;
  readonly deal: Ref<'Deal'>;
  readonly who: Ref<(typeof SUBJECTS)[Who]['type']>;
}

/** The deal and who is to be added to it or removed, of one CRM that can do it; or why nothing is done. */
function readTarget<Who extends keyof typeof SUBJECTS>(
  dealId: string,
  whoId: string,
  argument: Who,
  operation: 'ADD' | 'DELETE',
  control: Control,
  { crms }: WriteContext,
): Target<Who> | { readonly refused: WriteResult & { readonly deal: null } } {
  const { type, entity } = SUBJECTS[argument];
  const check = new InputCheck(crms);
  check.control(control);
  const deal = check.id(dealId, 'Deal', ['input', 'deal']);
  const who: Target<Who>['who'] | null = check.id(whoId, type, ['input', argument], deal?.crm);
  const adapter = deal && crmOf(deal.crm, crms, 'deal');
  if (adapter) check.supported(adapter, entity, operation, []);
  if (!deal || !who || !adapter || check.failed) return { refused: { ...rejected(check.problems), deal: null } };
  return { adapter, deal, who };
}

/** Runs the write, and has what was read before it forgotten: the answer is read anew. */
async function finish<Report extends DealWriteReport>(
  deal: Ref<'Deal'>,
  context: WriteContext,
  write: () => Promise<Report>,
): Promise<WriteResult & { readonly deal: Link<Deal> | null; readonly report: Report | null }> {
  const result = await attempt(write, context.now, ['input', 'deal']);
  context.loaders.clear();
  return { ...result, deal: result.report && { ref: deal, known: {} } };
}

async function existing(ref: Ref<'Deal'>, { loaders }: WriteContext): Promise<Deal> {
  const deal = await loaders.Deal.load(ref);
  if (deal) return deal;
  throw refusal('NOT_FOUND', ref, 'deal', `${ref.crm} has no deal ${ref.id}`);
}

function refusal(code: 'NOT_FOUND' | 'INVALID_INPUT', { crm }: Ref, argument: string, message: string): GatewayError {
  return new GatewayError(code, message, { crm, path: [argument] });
}

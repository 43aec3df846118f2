import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../../src/domain/errors.ts';
import type { Follower } from '../../../src/domain/follower.ts';
import type { Participant } from '../../../src/domain/participant.ts';
import { HttpError } from '../../../src/transport/errors.ts';
import { aCall } from '../../support/call.ts';
import { RecordedSteps } from '../../support/recorded-steps.ts';
import type { Reply, Script, ScriptedRequest } from './scripted-http.ts';
import { adapterOver, dealIn, wireDeal } from './support.ts';

const BEFORE = wireDeal({
  primary_contact_id: 501,
  person_ids: [501, 502],
  people: [
    { id: 501, first_name: 'Ada', last_name: 'Roe' },
    { id: 502, first_name: 'Bo', last_name: 'Li' },
  ],
  shared_user_ids: [71, 72],
});

const follower = (id: string): Follower => ({
  user: { ref: { crm: 'pipelinedeals', type: 'User', id }, known: {} },
  since: null,
});
const participant = (id: string): Participant => ({
  linkId: null,
  person: { ref: { crm: 'pipelinedeals', type: 'Person', id }, known: {} },
  since: null,
  addedBy: null,
});

/** A deal that keeps what is written, or what `keep` makes of it; `put` answers instead of the CRM. */
function crm(
  options: { keep?: (written: object) => object; put?: Reply; read?: readonly Reply[]; deal?: object } = {},
) {
  let deal: Readonly<Record<string, unknown>> = { ...BEFORE, ...options.deal };
  let reads = 0;
  const script: Script = {
    'GET /deals/7.json': () => {
      reads += 1;
      return options.read?.[reads - 1] ?? { body: deal };
    },
    'PUT /deals/7.json': (request: ScriptedRequest) => {
      const written = dealIn(request);
      deal = { ...deal, ...(options.keep?.(written) ?? written) };
      return options.put ?? { body: deal };
    },
  };
  return adapterOver(script);
}

async function failureOf(promise: Promise<unknown>): Promise<GatewayError> {
  const error = await promise.then(
    () => new Error('nothing was thrown'),
    (reason: unknown) => reason,
  );
  if (error instanceof GatewayError) return error;
  throw error;
}

const timeout = () => new HttpError('TIMEOUT', 'PUT timed out', { maybeApplied: true });

describe('a list of a deal is replaced as a whole', () => {
  it.each([
    {
      what: 'adding a follower',
      run: ({ adapter }: ReturnType<typeof crm>) => adapter.followerWrites.add('7', '73', aCall()),
      sent: { shared_user_ids: [71, 72, 73] },
    },
    {
      what: 'deleting a follower',
      run: ({ adapter }: ReturnType<typeof crm>) => adapter.followerWrites.delete('7', follower('71'), aCall()),
      sent: { shared_user_ids: [72] },
    },
    {
      what: 'adding a participant',
      run: ({ adapter }: ReturnType<typeof crm>) => adapter.participantWrites.add('7', '503', aCall()),
      sent: { person_ids: [501, 502, 503] },
    },
    {
      what: 'deleting a participant',
      run: ({ adapter }: ReturnType<typeof crm>) => adapter.participantWrites.delete('7', participant('502'), aCall()),
      sent: { person_ids: [501] },
    },
  ])('when $what, with nothing else, and read again', async ({ run, sent }) => {
    const over = crm();
    expect(await run(over)).toEqual({ deal: '7', problems: [] });
    expect(over.http.lines).toEqual(['GET /deals/7.json', 'PUT /deals/7.json', 'GET /deals/7.json']);
    expect(dealIn(over.http.writes[0])).toEqual(sent);
    expect(over.http.writes[0]?.params).toEqual({ deliver_reassignment_email: 'false' });
  });

  it('by an empty one for the last of it', async () => {
    const over = crm({ deal: { shared_user_ids: [71] } });
    await over.adapter.followerWrites.delete('7', follower('71'), aCall());
    expect(dealIn(over.http.writes[0])).toEqual({ shared_user_ids: [] });
  });

  it('without losing one of two changes at a time', async () => {
    const over = crm();
    await Promise.all([
      over.adapter.followerWrites.add('7', '73', aCall()),
      over.adapter.followerWrites.add('7', '74', aCall()),
    ]);
    expect(dealIn(over.http.writes[1])).toEqual({ shared_user_ids: [71, 72, 73, 74] });
  });
});

describe('nothing is written', () => {
  it.each([
    {
      given: 'a user who follows already',
      run: ({ adapter }: ReturnType<typeof crm>) => adapter.followerWrites.add('7', '72', aCall()),
      failure: { code: 'CONFLICT', details: { path: ['user'] } },
    },
    {
      given: 'a user who follows no more',
      run: ({ adapter }: ReturnType<typeof crm>) => adapter.followerWrites.delete('7', follower('79'), aCall()),
      failure: { code: 'NOT_FOUND', details: { path: ['user'] } },
    },
    {
      given: 'a person who takes part already',
      run: ({ adapter }: ReturnType<typeof crm>) => adapter.participantWrites.add('7', '502', aCall()),
      failure: { code: 'CONFLICT', details: { path: ['person'] } },
    },
    {
      given: 'the primary contact to add',
      run: ({ adapter }: ReturnType<typeof crm>) => adapter.participantWrites.add('7', '501', aCall()),
      failure: { code: 'CONFLICT', details: { path: ['person'] } },
    },
    {
      given: 'the primary contact to delete',
      run: ({ adapter }: ReturnType<typeof crm>) => adapter.participantWrites.delete('7', participant('501'), aCall()),
      failure: { code: 'INVALID_INPUT', details: { path: ['person'] } },
    },
  ])('for $given', async ({ run, failure }) => {
    const over = crm();
    expect(await failureOf(run(over))).toMatchObject(failure);
    expect(over.http.writes).toEqual([]);
  });

  it.each([
    { given: 'is gone', read: { status: 404 }, failure: { code: 'NOT_FOUND', details: { path: ['deal'] } } },
    {
      given: 'does not tell its list',
      read: { body: wireDeal({ shared_user_ids: undefined }) },
      failure: { code: 'UPSTREAM_INVALID_RESPONSE' },
    },
  ])('on a deal that $given', async ({ read, failure }) => {
    const over = crm({ read: [read] });
    expect(await failureOf(over.adapter.followerWrites.add('7', '73', aCall()))).toMatchObject(failure);
    expect(over.http.writes).toEqual([]);
  });
});

describe('what came of the write is looked at', () => {
  const add = ({ adapter }: ReturnType<typeof crm>) =>
    adapter.followerWrites.add('7', '73', new RecordedSteps().callOf(aCall()));

  it('and somebody who got lost is a problem', async () => {
    const report = await add(crm({ keep: () => ({ shared_user_ids: [72, 73] }) }));
    expect(report.problems).toMatchObject([{ code: 'CONFLICT', path: ['user'] }]);
    expect(report.problems[0]?.message).toContain('have lost 71');
  });

  it('and a change that is not there was not made', async () => {
    const failure = await failureOf(add(crm({ keep: () => ({}) })));
    expect(failure).toMatchObject({ code: 'CONFLICT', details: { path: ['user'] } });
    expect(failure.details.effect ?? 'NONE').toBe('NONE');
  });

  it('and both are two problems', async () => {
    const report = await add(crm({ keep: () => ({ shared_user_ids: [] }) }));
    expect(report.problems).toHaveLength(2);
  });

  it('and a look that fails is a problem beside the change', async () => {
    const report = await add(crm({ read: [{ body: BEFORE }, { status: 500 }] }));
    expect(report.problems).toMatchObject([{ code: 'OUTCOME_UNKNOWN', isRetryable: false }]);
    expect(report.problems[0]?.message).toContain('accepted the write');
  });

  it('and settles a write whose answer was lost', async () => {
    expect(await add(crm({ put: timeout() }))).toEqual({ deal: '7', problems: [] });
  });

  it.each([
    { look: 'does not show it', options: { keep: () => ({}) } },
    { look: 'fails too', options: { read: [{ body: BEFORE }, timeout()] } },
  ])('and leaves it unknown where the look $look', async ({ options }) => {
    const failure = await failureOf(add(crm({ put: timeout(), ...options })));
    expect(failure.details.effect).toBe('POSSIBLE');
  });

  it('and a refusal leads to the argument, without a second look', async () => {
    const over = crm({ put: { status: 422, body: [{ field: 'shared_user_ids', msg: 'is invalid' }] } });
    expect(await failureOf(add(over))).toMatchObject({ code: 'REJECTED_BY_CRM', details: { path: ['user'] } });
    expect(over.http.lines).toHaveLength(2);
  });
});

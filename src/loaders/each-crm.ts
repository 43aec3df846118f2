import type { CrmAdapter } from '../domain/crm-adapter.ts';
import { GatewayError, toProblem } from '../domain/errors.ts';
import type { CrmOutcome } from './list-page.ts';
import { withCrm } from './with-crm.ts';

/** What one CRM is asked, or why it cannot be. */
export interface Question<T> {
  readonly adapter: CrmAdapter;
  readonly ask: (() => Promise<Answered<T>>) | GatewayError;
}

/** What one CRM said, and the records it could not tell. */
export interface Answered<T> {
  readonly value: T;
  readonly count: number | null;
  readonly unreadable: readonly GatewayError[];
}

export interface Answers<T> {
  readonly given: readonly { readonly adapter: CrmAdapter; readonly value: T }[];
  readonly crms: readonly CrmOutcome[];
}

/** Asks several CRMs at once. Under `FAIL`, what one of them lacks is thrown; a refusal before any is called. */
export async function askEachCrm<T>(
  questions: readonly Question<T>[],
  onCrmFailure: 'FAIL' | 'PARTIAL',
  now: number,
): Promise<Answers<T>> {
  if (onCrmFailure === 'FAIL') {
    for (const { ask } of questions) if (ask instanceof GatewayError) throw ask;
  }
  const answers = await Promise.all(
    questions.map(async ({ adapter, ask }) => ({ adapter, answer: await answerOf(adapter, ask) })),
  );
  const failures = answers.flatMap(({ answer }) => (answer instanceof GatewayError ? [answer] : answer.unreadable));
  if (onCrmFailure === 'FAIL' && failures[0]) throw failures[0];
  return {
    given: answers.flatMap(({ adapter, answer }) =>
      answer instanceof GatewayError ? [] : [{ adapter, value: answer.value }],
    ),
    crms: answers.map(({ adapter, answer }): CrmOutcome => {
      const problems = (answer instanceof GatewayError ? [answer] : answer.unreadable).map((error) =>
        toProblem(error, now),
      );
      if (answer instanceof GatewayError) return { adapter, state: 'FAILED', problems, totalCount: null };
      return { adapter, state: problems.length > 0 ? 'INCOMPLETE' : 'COMPLETE', problems, totalCount: answer.count };
    }),
  };
}

async function answerOf<T>(adapter: CrmAdapter, ask: Question<T>['ask']): Promise<Answered<T> | GatewayError> {
  if (ask instanceof GatewayError) return ask;
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    return withCrm(error, adapter.crm.id);
  }
}

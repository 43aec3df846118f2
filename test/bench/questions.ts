import type { ChildProcess } from 'node:child_process';

/** What a parent process may ask of its child, by name. */
type Questions<Q> = { readonly [Name in keyof Q]: { ask: unknown; answer: unknown } };

interface Asked {
  readonly id: number;
  readonly name: string;
  readonly ask: unknown;
}

interface Answered {
  readonly id: number;
  readonly answer?: unknown;
  readonly error?: string;
}

/** In a child: answers its parent, and ends with it. */
export function answerQuestions<Q extends Questions<Q>>(
  answers: {
    readonly [Name in keyof Q]: (ask: Q[Name]['ask']) => Q[Name]['answer'] | Promise<Q[Name]['answer']>;
  },
): void {
  process.on('message', async ({ id, name, ask }: Asked) => {
    try {
      const answer: unknown = await answers[name as keyof Q](ask);
      process.send?.({ id, answer } satisfies Answered);
    } catch (error) {
      process.send?.({ id, error: String(error) } satisfies Answered);
    }
  });
  process.on('disconnect', () => process.exit());
}

let asked = 0;

/** In a parent: asks a child, and fails when it cannot answer or ends. */
export function ask<Q extends Questions<Q>, Name extends keyof Q & string>(
  child: ChildProcess,
  name: Name,
  question: Q[Name]['ask'],
): Promise<Q[Name]['answer']> {
  asked += 1;
  const id = asked;
  return new Promise((resolve, reject) => {
    const done = () => {
      child.off('message', onMessage);
      child.off('exit', onExit);
    };
    const onMessage = (message: unknown) => {
      const answered = message as Answered;
      if (answered.id !== id) return;
      done();
      if (answered.error === undefined) resolve(answered.answer as Q[Name]['answer']);
      else reject(new Error(answered.error));
    };
    const onExit = () => {
      done();
      reject(new Error(`a process ended before it answered "${name}"`));
    };
    child.on('message', onMessage);
    child.on('exit', onExit);
    child.send({ id, name, ask: question } satisfies Asked);
  });
}

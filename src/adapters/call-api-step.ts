import type { ApiAnswer } from '../domain/api-request.ts';
import type { JsonValue, WriteCall, WriteRequest } from '../domain/write-step.ts';
import { unknown } from './settling.ts';

/** Takes a write that a caller wrote. What it does only the caller knows, so nothing can be found out about it. */
export async function takeApiRequest(
  request: WriteRequest,
  send: () => Promise<ApiAnswer>,
  { steps }: WriteCall,
): Promise<ApiAnswer> {
  const answer = await steps.take<AnswerNote>({
    name: 'request',
    request,
    send: async () => {
      const { status, body } = await send();
      return { status, body: body as JsonValue };
    },
    settle: async () => unknown('what a request of your own did cannot be told by the gateway'),
    previewed: { status: 0, body: null },
  });
  return answer;
}

type AnswerNote = { readonly status: number; readonly body: JsonValue };

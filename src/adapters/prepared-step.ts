import type { JsonValue, Settlement, Settling, WriteCall, WriteStep } from '../domain/write-step.ts';
import { probe, unknown } from './settling.ts';

/** A request that is ready to be sent, and what to note of it for finding out later whether it took effect. */
export interface Plan<Result extends JsonValue, Note extends JsonValue> {
  readonly note: Note;
  send(): Promise<Result>;
}

/** A step whose request depends on what is read right before it, or is refused for it. */
export interface PreparedStep<Result extends JsonValue, Note extends JsonValue>
  extends Pick<WriteStep<Result>, 'name' | 'request' | 'previewed'> {
  /** Reads and checks, and says what to send; `null` where nothing has to be written. */
  prepare(): Promise<Plan<Result, Note> | null>;
  settle(note: Note, settling: Settling<Note>): Promise<Settlement<Result>>;
  /** See `WriteStep`. */
  likeness?(note: Note): string;
}

/** Nothing has to be written. */
class NothingToSend extends Error {}

/**
 * Takes a step that has to be prepared; `null` where there was nothing to write. A step that was sent is not prepared
 * once more when its operation is run again: what it has changed could not pass the same checks.
 */
export async function takeIfNeeded<Result extends JsonValue, Note extends JsonValue>(
  step: PreparedStep<Result, Note>,
  { steps }: WriteCall,
): Promise<Result | null> {
  const { name, request, previewed, likeness } = step;
  if (steps.isPreview && (await step.prepare()) === null) return null;
  let plan: Plan<Result, Note> | null = null;
  try {
    return await steps.take<Result, Note>({
      name,
      request,
      previewed,
      baseline: async () => {
        plan = await step.prepare();
        if (plan === null) throw new NothingToSend();
        return plan.note;
      },
      ...(likeness && { likeness: (note: Note | null) => likeness(note as Note) }),
      send: () => {
        if (plan === null) throw new Error(`the step "${name}" was not prepared`);
        return plan.send();
      },
      settle: probe(async (settling) => {
        if (settling.baseline === null) return unknown('nothing was noted before it was sent');
        return step.settle(settling.baseline, settling);
      }),
    });
  } catch (error) {
    if (error instanceof NothingToSend) return null;
    throw error;
  }
}

/** Takes a step that always has something to write. */
export async function takePrepared<Result extends JsonValue, Note extends JsonValue>(
  step: PreparedStep<Result, Note> & { prepare(): Promise<Plan<Result, Note>> },
  call: WriteCall,
): Promise<Result> {
  const result = await takeIfNeeded(step, call);
  if (result === null) throw new Error(`the step "${step.name}" has no result`);
  return result;
}

/** Stands for the id of what would be added; no record has it. */
export const STAND_IN_ID = '0';
export const STAND_IN_UUID = '00000000-0000-0000-0000-000000000000';

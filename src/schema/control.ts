import { builder } from './builder.ts';

/** What a guard against lost updates is, for the inputs that have one. */
export const GUARD =
  'Writes only if the record was last changed at this time: give its `updatedAt`, or its `createdAt` if that is null. Otherwise the write is refused as `CONFLICT`, the result has the record as it is, and each field given has a problem saying its current value. Whole seconds are compared, so two changes within one second are not told apart; PipelineDeals may report a conflict because of an activity. The record is read right before it is written: what somebody else changes in between is not seen.';

export const ControlInput = builder.inputType('Control', {
  description: 'How a write is to be carried out.',
  fields: (t) => ({
    idempotencyKey: t.string({
      description:
        'Makes repeating the request safe: 8 to 128 characters of your choice, for example a UUID. The same key with the same input is carried out once and answered `REPLAYED` from then on; with another input it is `KEY_REUSED`. Of a write that was rejected before anything was sent, or only for the time being, the key is free again. Keys are kept for 24 hours unless configured otherwise, for each caller and mutation, across restarts.',
    }),
    preview: t.boolean({
      description:
        'Checks and reads as the write would, and writes nothing: the result is `PREVIEWED`, with the changes and the calls that would be made.',
    }),
    maxTokens: t.int({
      description:
        'The most tokens the mutation and what is read for its answer may cost. One that takes more is refused before the first call; one that turns out to take more stops before the call that would.',
    }),
  }),
});

import { builder } from './builder.ts';

export const ControlInput = builder.inputType('Control', {
  description: 'How a write is to be carried out.',
  fields: (t) => ({
    idempotencyKey: t.string({
      description: 'Makes repeating the request safe. Not available yet: giving one is refused.',
    }),
    maxTokens: t.int({
      description:
        'The most tokens the mutation and what is read for its answer may cost. One that takes more is refused before the first call; one that turns out to take more stops before the call that would.',
    }),
    preview: t.boolean({ description: 'Shows what would be done. Not available yet: asking for it is refused.' }),
  }),
});

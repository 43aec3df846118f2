import { builder } from './builder.ts';

export const ControlInput = builder.inputType('Control', {
  description: 'How a write is to be carried out.',
  fields: (t) => ({
    idempotencyKey: t.string({
      description: 'Makes repeating the request safe. Not available yet: giving one is refused.',
    }),
    preview: t.boolean({ description: 'Shows what would be done. Not available yet: asking for it is refused.' }),
  }),
});

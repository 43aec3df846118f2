import { builder } from './builder.ts';

export const OnCrmFailure = builder.enumType('OnCrmFailure', {
  description: 'What a list does when a CRM cannot answer its share.',
  values: {
    FAIL: { description: 'The list fails, with the error.' },
    PARTIAL: { description: 'The list holds what there is; `crms` says what is missing and why.' },
  } as const,
});

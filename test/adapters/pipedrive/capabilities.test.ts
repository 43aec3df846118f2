import { expect, it } from 'vitest';
import { capabilities } from '../../../src/adapters/pipedrive/capabilities.ts';
import { ENTITY_KINDS, OPERATION_KINDS } from '../../../src/domain/capability.ts';

it('says once what each operation of each entity is, and each difference once', () => {
  const names = capabilities.map(({ entity, operation, field }) => `${entity} ${operation} ${field}`);
  expect(new Set(names).size).toBe(names.length);
  for (const entity of ENTITY_KINDS) {
    for (const operation of OPERATION_KINDS) expect(names).toContain(`${entity} ${operation} null`);
  }
});

it('explains whatever is not native', () => {
  for (const { fidelity, note } of capabilities) {
    if (fidelity !== 'NATIVE') expect(note).toMatch(/^[A-Z].*\.$/);
  }
});

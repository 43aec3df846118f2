import fc from 'fast-check';
import { expect, it } from 'vitest';
import { eachOnce } from '../../src/adapters/wire.ts';

const value = fc.oneof(
  { weight: 8, arbitrary: fc.record({ id: fc.oneof(fc.nat(6), fc.constantFrom('1', '2', 'x')) }) },
  fc.constantFrom(null, 'text', {}, { id: null }),
);

it('gives each value of an id once, where it came first, and all that have none, whatever their order', () => {
  fc.assert(
    fc.property(fc.array(value, { maxLength: 8 }), fc.boolean(), (values, sorted) => {
      const idOf = (one: (typeof values)[number]) => (Object(one) as { id?: unknown }).id;
      const given = sorted ? values.toSorted((a, b) => Number(idOf(a)) - Number(idOf(b))) : values;
      const hasId = (one: (typeof values)[number]) => typeof idOf(one) === 'number' || /^\d+$/.test(String(idOf(one)));
      const first = (one: (typeof values)[number]) => given.find((other) => idOf(other) === idOf(one));
      expect(eachOnce(given)).toEqual(given.filter((one) => !hasId(one) || first(one) === one));
    }),
  );
});

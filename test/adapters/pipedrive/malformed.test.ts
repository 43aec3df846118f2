import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toDealProduct } from '../../../src/adapters/pipedrive/deal-products.ts';
import { toDeal } from '../../../src/adapters/pipedrive/deals.ts';
import { toOrganization } from '../../../src/adapters/pipedrive/organizations.ts';
import { toPerson } from '../../../src/adapters/pipedrive/people.ts';
import { type Wire, WireError } from '../../../src/adapters/wire.ts';
import { copyOf } from '../../../src/domain/record.ts';
import { wireDeal, wireLine, wirePerson } from './support.ts';

/** What a key of an answer may hold, and what it should not. */
const value = fc.oneof(
  fc.constantFrom<unknown>(null, '', '0', 'x', '12.50', '1e400', '2026-02-11', '2026/02/30', '2026-02-11T08:15:42Z'),
  fc.constantFrom<unknown>(7, -1, 0.5, 1e30, true, false, [], {}, ['x'], [null], [3, '4'], 'open', 'weekly', 'EUR'),
  fc.constantFrom<unknown>(
    [{ value: 'a@b.example', primary: true }],
    { value: 'Tallinn', locality: 7 },
    { route: 'x' },
  ),
);

/** A record in which any of the keys holds anything. */
const spoiled = (whole: Wire) =>
  fc
    .dictionary(fc.constantFrom(...Object.keys(whole)), value, { maxKeys: 6, noNullPrototype: true })
    .map((other) => ({ ...whole, ...other }));

const ADDRESS = {
  value: 'x',
  route: 'x',
  street_number: '1',
  locality: 'x',
  admin_area_level_1: 'x',
  postal_code: '1',
};

describe.each([
  { what: 'deal', map: toDeal, whole: wireDeal({ channel: 1, channel_id: 'x', archive_time: null, acv: 1 }) },
  { what: 'person', map: toPerson, whole: wirePerson({ postal_address: ADDRESS, job_title: 'x' }) },
  { what: 'organization', map: toOrganization, whole: { id: 41, name: 'x', address: ADDRESS, website: null } },
  { what: 'line', map: toDealProduct, whole: wireLine({ product_variation_id: 3, billing_frequency: 'weekly' }) },
])('a $what', ({ map, whole }) => {
  it('is refused when it is read, or tells of everything', () => {
    let refused = 0;
    const runs = 2_000;
    fc.assert(
      fc.property(spoiled(whole), (wire) => {
        let record: object;
        try {
          record = map('crm', wire);
        } catch (error) {
          expect(error).toBeInstanceOf(WireError);
          refused += 1;
          return;
        }
        expect(() => copyOf(record)).not.toThrow();
      }),
      { numRuns: runs },
    );
    expect(refused).toBeGreaterThan(runs / 10);
    expect(refused).toBeLessThan(runs);
  });

  it('tells the same each time, and as a copy', () => {
    const record: object = map('crm', whole);
    const [copy, other] = [record, record].map((one) => {
      const { raw: _raw, ...attributes } = copyOf(one) as Readonly<Record<string, unknown>>;
      return attributes;
    });
    expect(copy).toEqual(other);
    expect(Object.keys(copy ?? {}).length).toBeGreaterThan(7);
    for (const [name, told] of Object.entries(copy ?? {})) expect(Reflect.get(record, name)).toEqual(told);
  });
});

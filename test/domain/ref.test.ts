import { describe, expect, it } from 'vitest';
import { compareRemoteIds, globalId, parseGlobalId } from '../../src/domain/ref.ts';

describe('a global id', () => {
  it.each([
    ['pipedrive:Deal:42', { crm: 'pipedrive', type: 'Deal', id: '42' }],
    ['pipedrive-eu:Person:9007199254740991', { crm: 'pipedrive-eu', type: 'Person', id: '9007199254740991' }],
    ['pipedrive:DealProduct:42/9301', { crm: 'pipedrive', type: 'DealProduct', id: '42/9301' }],
  ])('%s names a record and is written the same', (text, ref) => {
    expect(parseGlobalId(text, 'id')).toEqual(ref);
    expect(globalId(ref as Parameters<typeof globalId>[0])).toBe(text);
  });

  it.each([
    '',
    '42',
    'pipedrive',
    'pipedrive:Deal',
    'pipedrive:Deal:',
    'pipedrive:Deal:0',
    'pipedrive:Deal:-1',
    'pipedrive:Deal:042',
    'pipedrive:Deal:4.2',
    'pipedrive:Deal:..',
    'pipedrive:Deal:%2e%2e',
    'pipedrive:Deal:42/1',
    'pipedrive:Deal:42\r\n',
    'pipedrive:Deal:42\0',
    'pipedrive:Deal:4２',
    'pipedrive:Deal:9007199254740992',
    'pipedrive:Deal:99999999999999999999',
    'pipedrive:Deal:42:1',
    'pipedrive:deal:42',
    'pipedrive:Toaster:42',
    'pipedrive:__proto__:42',
    'Pipedrive:Deal:42',
    '../x:Deal:42',
    'pipedrive:DealProduct:42',
    'pipedrive:DealProduct:42/',
    'pipedrive:DealProduct:42/1/2',
    'pipedrive:DealProduct:../1',
  ])('is not %j', (text) => {
    expect(() => parseGlobalId(text, 'input.id')).toThrow(
      expect.objectContaining({ code: 'BAD_USER_INPUT', details: expect.objectContaining({ argument: 'input.id' }) }),
    );
  });
});

it.each(['42', 'pipedrive', 'pipedrive:Deal', 'pipedrive:Deal:42:1', ''])('%j is told how an id looks', (text) => {
  expect(() => parseGlobalId(text, 'id')).toThrow('id: not an id of the form <crm>:<Type>:<id>');
});

it('remote ids are ordered as numbers', () => {
  expect(['10', '9', '100', '2'].sort(compareRemoteIds)).toEqual(['2', '9', '10', '100']);
});

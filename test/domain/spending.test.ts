import { describe, expect, it } from 'vitest';
import { Spending } from '../../src/domain/spending.ts';
import { aCall } from '../support/call.ts';

const spendingOf = (maxTokens: number | null) => new Spending(aCall().receipt, maxTokens);

describe('a ceiling', () => {
  it('counts what was let go and not sent yet, and forgets what was given back', () => {
    const spending = spendingOf(20);
    const giveBack = spending.admit('crm', 10);
    spending.admit('crm', 10);
    expect(() => spending.admit('crm', 1)).toThrow('20 tokens');
    giveBack();
    expect(() => spending.admit('crm', 10)).not.toThrow();
  });

  it('lets pass what costs no tokens, even where nothing is left', () => {
    const spending = spendingOf(0);
    expect(() => spending.admit('crm', null)).not.toThrow();
    expect(() => spending.admit('crm', 1)).toThrow();
  });

  it('of a write holds until the next write, beside that of the operation', () => {
    const spending = spendingOf(15);
    spending.beginWrite(5);
    spending.admit('crm', 5);
    expect(() => spending.admit('crm', 1)).toThrow('5 tokens');
    spending.beginWrite(null);
    spending.admit('crm', 10);
    expect(() => spending.admit('crm', 1)).toThrow('15 tokens');
  });

  it('that there is none of lets everything pass', () => {
    const spending = spendingOf(null);
    expect(spending.isLimited).toBe(false);
    expect(() => spending.admit('crm', 1_000_000)).not.toThrow();
  });
});

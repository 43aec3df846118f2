import { expect } from 'vitest';
import { requestsOf } from '../../src/domain/upstream.ts';
import type { PlannedOperation } from '../../src/server/run-operation.ts';

/**
 * Compares what every operation cost with the price that was found before it was executed. An operation of which
 * something failed may have ended early, and one that had reads of others did not pay for them, so that only its most
 * is looked at; one that was tried again is not.
 */
export class Prices {
  readonly #wrong: unknown[] = [];

  check({ plan, sent, coalesced, result }: PlannedOperation): void {
    const requests = requestsOf(sent);
    const tokens = sent.reduce((sum, { request }) => sum + (request.tokens ?? 0), 0);
    if (wasTriedAgain(sent)) return;
    const least = failed(result) || coalesced > 0 ? 0 : 1;
    const fits = (span: { readonly min: number; readonly max: number | null }, actual: number) =>
      span.min * least <= actual && actual <= (span.max ?? Number.POSITIVE_INFINITY);
    const isTold = sent.every(({ because }) => because.length > 0);
    if (fits(plan.requests, requests) && fits(plan.tokens, tokens) && isTold) return;
    this.#wrong.push({
      actual: { requests, tokens },
      price: { requests: plan.requests, tokens: plan.tokens },
      sent: sent.map(({ crm, request, because }) => `${crm} ${request.method} ${request.path} ${because.join(' ')}`),
      result: JSON.stringify(result).slice(0, 300),
    });
  }

  /** Fails where a price was wrong. */
  assertRight(): void {
    expect(this.#wrong.splice(0)).toEqual([]);
  }
}

function failed({ data, errors }: PlannedOperation['result']): boolean {
  return (errors?.length ?? 0) > 0 || /"outcome":"(?!APPLIED)|"state":"(?!COMPLETE)/.test(JSON.stringify(data ?? null));
}

/**
 * A second try sends the same request, or the same without a custom field that may be gone; what is read again for
 * another reason is another request.
 */
function wasTriedAgain(sent: PlannedOperation['sent']): boolean {
  const requests = sent.map(({ request }) => request);
  const refused = requests.filter(({ query }) => query?.some(isCustomFields));
  const isSameWithout = ({ method, path, query }: Request, other: Request) =>
    other.method === method &&
    other.path === path &&
    JSON.stringify(other.query?.filter((one) => !isCustomFields(one))) === JSON.stringify(query);
  return requests.some(
    (request, at) => requests.indexOf(request) < at || refused.some((other) => isSameWithout(request, other)),
  );
}

type Request = PlannedOperation['sent'][number]['request'];

function isCustomFields([name]: NonNullable<Request['query']>[number]): boolean {
  return name === 'custom_fields';
}

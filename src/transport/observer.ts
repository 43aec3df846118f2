import type { Call } from '../domain/call.ts';
import type { Outcome } from './exchange.ts';
import type { HttpRequest } from './http-client.ts';
import type { LimitFacts } from './settings.ts';

/** Told of every exchange with a CRM as it begins, for metrics and traces. */
export interface ExchangeObserver {
  /** `number` counts the tries of one request from 1. Answers who is told how it ended. */
  begin(crm: string, request: HttpRequest, call: Call, number: number): (end: ExchangeEnd) => void;
}

/** How one exchange ended. */
export interface ExchangeEnd {
  /** What came of it, without the answer itself. */
  readonly result: 'answered' | Extract<Outcome, { kind: 'failed' }>['failure'];
  /** Whether it was handed to a socket, and so counts. */
  readonly wasSent: boolean;
  readonly status: number | null;
  readonly ms: number;
  /** What the answer says of the CRM's limits. */
  readonly limits: LimitFacts;
}

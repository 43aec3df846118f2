import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Call } from '../domain/call.ts';
import { CONNECTION_STATES, type Connection } from '../domain/connection.ts';
import { BREAKER_STATES } from '../transport/breaker.ts';
import type { HttpRequest, QueueState } from '../transport/http-client.ts';
import type { ExchangeEnd, ExchangeObserver } from '../transport/observer.ts';
import type { Admission } from './admission.ts';
import type { Pressure } from './pressure.ts';
import type { OperationReceipt } from './receipt.ts';

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** What is measured of a configured CRM. */
export interface MeasuredAccount {
  queue(): QueueState;
  connection(): Connection | Promise<Connection>;
}

/** What became of one operation. */
export interface OperationFacts {
  readonly type: 'query' | 'mutation' | null;
  /** Codes of its errors, each once; none when all went well. */
  readonly codes: readonly string[];
  readonly ms: number;
  readonly receipt: OperationReceipt;
}

/**
 * Counts and times for Prometheus. Labels are codes, ids of configured CRMs and templates of the requests the gateway
 * knows: nothing that callers choose, and no ids or secrets.
 */
export class Metrics implements ExchangeObserver {
  readonly #registry = new Registry();
  readonly #operations = this.#counter('operations_total', 'Operations by type and outcome: ok or an error code.', [
    'type',
    'outcome',
  ]);
  readonly #operationSeconds = this.#histogram('operation_duration_seconds', 'How long operations took.', ['type']);
  readonly #refusals = this.#counter('refusals_total', 'Requests refused before they were read.', ['code']);
  readonly #requests = this.#counter('upstream_requests_total', 'Requests sent to CRMs, retries included.', [
    'crm',
    'operation',
    'result',
  ]);
  readonly #retries = this.#counter('upstream_retries_total', 'Of those, the ones that were not the first try.', [
    'crm',
  ]);
  readonly #tokens = this.#counter('upstream_tokens_total', 'Their published cost in tokens of the CRM.', [
    'crm',
    'operation',
  ]);
  readonly #upstreamSeconds = this.#histogram('upstream_duration_seconds', 'How long CRMs took to answer.', ['crm']);
  readonly #saved = this.#counter('upstream_saved_total', 'Reads that needed no request: joined or kept ones.', [
    'crm',
    'how',
  ]);
  readonly #windowLeft = this.#gauge('upstream_window_left', 'Requests left of the rate window, as last told.', [
    'crm',
  ]);
  readonly #tokensLeft = this.#gauge('upstream_tokens_left', 'Tokens left of the daily budget, as last told.', ['crm']);

  readonly #tokenRequests = this.#counter(
    'upstream_token_requests_total',
    'Requests for new access tokens, by what came of them.',
    ['crm', 'result'],
  );

  /** `accounts`: what waits for each CRM, and how the gateway stands with it. */
  constructor(
    accounts: ReadonlyMap<string, MeasuredAccount>,
    pressure: Pick<Pressure, 'loopDelayMs'>,
    admission: Pick<Admission, 'waiting'>,
  ) {
    const queues = [...accounts].map(([crm, { queue }]) => [crm, queue] as const);
    this.#gauge(
      'upstream_connection',
      '1 for the state of the credentials, 0 for the others.',
      ['crm', 'state'],
      async (gauge) => {
        for (const [crm, { connection }] of accounts) {
          const current = (await connection()).state;
          for (const state of CONNECTION_STATES)
            gauge.set({ crm, state: state.toLowerCase() }, state === current ? 1 : 0);
        }
      },
    );
    const ofQueues = (name: string, help: string, measure: (queue: QueueState) => number) =>
      this.#gauge(name, help, ['crm'], (gauge) => {
        for (const [crm, queue] of queues) gauge.set({ crm }, measure(queue()));
      });
    ofQueues('upstream_in_flight', 'Requests a CRM is working on.', ({ inFlight }) => inFlight);
    ofQueues('upstream_waiting', 'Requests that wait for their turn.', ({ waiting }) => waiting);
    ofQueues('upstream_oldest_wait_seconds', 'How long the first of them waits.', (queue) => queue.oldestWaitMs / 1000);
    this.#gauge('upstream_breaker', '1 for the state of the CRM, 0 for the others.', ['crm', 'state'], (gauge) => {
      for (const [crm, queue] of queues) {
        const { breaker } = queue();
        for (const state of BREAKER_STATES) gauge.set({ crm, state: state.toLowerCase() }, state === breaker ? 1 : 0);
      }
    });
    this.#gauge('event_loop_delay_seconds', 'The delay the event loop has had for some seconds.', [], (gauge) =>
      gauge.set(pressure.loopDelayMs() / 1000),
    );
    this.#gauge('operations_waiting', 'Large queries that wait until the process has time for them.', [], (gauge) =>
      gauge.set(admission.waiting),
    );
    this.#gauge('resident_memory_bytes', 'Memory the process holds.', [], (gauge) =>
      gauge.set(process.memoryUsage.rss()),
    );
    this.#gauge('cpu_seconds', 'CPU time the process has used.', [], (gauge) => {
      const { user, system } = process.cpuUsage();
      gauge.set((user + system) / 1e6);
    });
  }

  operation({ type, codes, ms, receipt }: OperationFacts): void {
    const label = type ?? 'none';
    for (const outcome of codes.length === 0 ? ['ok'] : codes) this.#operations.inc({ type: label, outcome });
    this.#operationSeconds.observe({ type: label }, ms / 1000);
    for (const [crm, { coalesced, cached }] of receipt.byCrm) {
      if (coalesced > 0) this.#saved.inc({ crm, how: 'coalesced' }, coalesced);
      if (cached > 0) this.#saved.inc({ crm, how: 'cached' }, cached);
    }
  }

  tokensAsked(crm: string, result: string): void {
    this.#tokenRequests.inc({ crm, result });
  }

  refused(code: string): void {
    this.#refusals.inc({ code });
  }

  begin(crm: string, request: HttpRequest, _call: Call, number: number): (end: ExchangeEnd) => void {
    const operation = `${request.method} ${request.isCallersOwn ? 'callCrm' : request.template}`;
    return ({ result, wasSent, status, ms, limits }) => {
      if (limits.remaining !== undefined) this.#windowLeft.set({ crm }, limits.remaining);
      if (limits.quota?.remaining !== undefined) this.#tokensLeft.set({ crm }, limits.quota.remaining);
      if (!wasSent) return;
      this.#requests.inc({ crm, operation, result: status === null ? result : String(status) });
      if (number > 1) this.#retries.inc({ crm });
      if (request.tokens !== null) this.#tokens.inc({ crm, operation }, request.tokens);
      this.#upstreamSeconds.observe({ crm }, ms / 1000);
    };
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }

  #counter(name: string, help: string, labelNames: string[]): Counter {
    return new Counter({ name: `dealgraph_${name}`, help, labelNames, registers: [this.#registry] });
  }

  #histogram(name: string, help: string, labelNames: string[]): Histogram {
    return new Histogram({
      name: `dealgraph_${name}`,
      help,
      labelNames,
      buckets: SECONDS,
      registers: [this.#registry],
    });
  }

  #gauge(name: string, help: string, labelNames: string[], collect?: (gauge: Gauge) => void | Promise<void>): Gauge {
    const gauge: Gauge = new Gauge({
      name: `dealgraph_${name}`,
      help,
      labelNames,
      registers: [this.#registry],
      ...(collect && {
        collect: () => collect(gauge),
      }),
    });
    return gauge;
  }
}

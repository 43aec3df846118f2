import type { CrmBudget } from '../domain/budget.ts';
import type { Call } from '../domain/call.ts';
import type { Connection } from '../domain/connection.ts';
import type { Writes } from '../domain/writes.ts';
import { type AddressedRequest, Addressing, type TryTimeouts } from './addressing.ts';
import { answerFailure, type Body, MAX_BODY_BYTES, maybeApplied, readBody } from './answer.ts';
import { BREAKER_RULES, Breaker, type BreakerRules, type BreakerState, Probe } from './breaker.ts';
import type { Clock } from './clock.ts';
import { type CredentialSource, type Credentials, FixedCredentials } from './credentials.ts';
import { HttpError } from './errors.ts';
import { exchange, type Outcome } from './exchange.ts';
import { failed, leftAlone, signOf, spent, throttled } from './failures.ts';
import { type Applicant, Governor, NoTurnError, type Turn } from './governor.ts';
import type { HttpAnswer, HttpRequest, QueueingHttpClient, QueueState } from './http-client.ts';
import { LastLimits } from './last-limits.ts';
import type { ExchangeEnd, ExchangeObserver } from './observer.ts';
import { Patience } from './patience.ts';
import { ReadingTurns } from './reading-turns.ts';
import { RETRY_POLICY, retryDelayMs, statedRetryMs, statedWaitMs } from './retry.ts';
import { RetryBudget } from './retry-budget.ts';
import type { HttpSettings, LimitFacts } from './settings.ts';

/** Where exchanges are logged; a pino logger is one. */
export type HttpLogger = Readonly<
  Record<'debug' | 'info' | 'warn' | 'error', (fields: Readonly<Record<string, unknown>>, message: string) => void>
>;

export interface HttpClientParts {
  readonly clock: Clock;
  readonly logger?: HttpLogger;
  readonly observer?: ExchangeObserver | undefined;
  readonly timeouts?: TryTimeouts;
  /** By default the fixed ones of the settings. */
  readonly credentials?: CredentialSource;
  readonly breaker?: BreakerRules;
  /** The most an answer may hold, decoded. */
  readonly maxAnswerBytes?: number;
  /** Told when a write is under way. */
  readonly writes?: Pick<Writes, 'begin' | 'end'>;
  /** By default those of all clients: they read on the same thread. */
  readonly readingTurns?: Pick<ReadingTurns, 'sent' | 'over' | 'turn'>;
}

const TIMEOUTS: TryTimeouts = { connectMs: 2_000, headersMs: 5_000, totalMs: 10_000 };
/** How long an account rests after a 429 that named no wait. */
const UNSTATED_PAUSE_MS = 1_000;
/** Refusals that do not say that the credentials were taken. */
const ABOUT_CREDENTIALS: ReadonlySet<number> = new Set([401, 402, 403]);
/** Ids of exchanges are short; anything longer is not one. */
const REQUEST_ID = /^[\x21-\x7e]{1,200}$/;

const READING_TURNS = new ReadingTurns();

/** A client for one CRM account, over pooled keep-alive connections. Throws `TypeError` on an unusable base URL. */
export function createHttpClient(settings: HttpSettings, parts: HttpClientParts): QueueingHttpClient {
  return new PooledHttpClient(settings, parts);
}

/** One try of a request; `number` counts them from 1. */
interface Try {
  readonly request: HttpRequest;
  readonly wire: AddressedRequest;
  readonly call: Call;
  readonly patience: Patience;
  readonly number: number;
}

class PooledHttpClient implements QueueingHttpClient {
  readonly #settings: HttpSettings;
  readonly #clock: Clock;
  readonly #logger: HttpLogger | undefined;
  readonly #writes: HttpClientParts['writes'];
  readonly #readingTurns: NonNullable<HttpClientParts['readingTurns']>;
  readonly #observer: ExchangeObserver | undefined;
  readonly #credentials: CredentialSource;
  readonly #timeouts: TryTimeouts;
  readonly #requestIdHeader: string;
  readonly #addressing: Addressing;
  readonly #governor: Governor;
  readonly #budget: RetryBudget;
  readonly #breaker: Breaker;
  readonly #maxAnswerBytes: number;
  /** How many calls are under way. */
  #open = 0;
  #onIdle: (() => void) | null = null;
  readonly #limits: LastLimits;
  #closed = false;

  constructor(settings: HttpSettings, parts: HttpClientParts) {
    this.#settings = settings;
    this.#clock = parts.clock;
    this.#logger = parts.logger;
    this.#writes = parts.writes;
    this.#readingTurns = parts.readingTurns ?? READING_TURNS;
    this.#observer = parts.observer;
    this.#credentials = parts.credentials ?? new FixedCredentials(settings.credentials);
    this.#timeouts = parts.timeouts ?? TIMEOUTS;
    this.#addressing = new Addressing(settings, this.#timeouts);
    this.#governor = new Governor(parts.clock, settings);
    this.#maxAnswerBytes = parts.maxAnswerBytes ?? MAX_BODY_BYTES;
    this.#budget = new RetryBudget(parts.clock);
    this.#breaker = new Breaker(parts.clock, parts.breaker ?? BREAKER_RULES, (...change) => this.#tell(...change));
    this.#requestIdHeader = settings.requestIdHeader.toLowerCase();
    this.#limits = new LastLimits(settings.budgetUnit);
  }

  async send(request: HttpRequest, call: Call): Promise<HttpAnswer> {
    if (this.#closed) throw failed(request, 'UNREACHABLE', 'was not sent: the gateway is shutting down');
    const isWrite = request.method !== 'GET';
    this.#open += 1;
    this.#readingTurns.sent(call.receipt);
    if (isWrite) this.#writes?.begin();
    try {
      const current = this.#credentials.current();
      const given = current instanceof Promise ? await this.#untilEnded(current, request, call) : current;
      const answer = await this.#withRetries(request, this.#addressing.address(request, given), call);
      return answer.status === 401
        ? await this.#withOthers(given, answer, request, call)
        : this.#accepted(given, answer);
    } finally {
      if (isWrite) this.#writes?.end();
      this.#readingTurns.over(call.receipt);
      this.#open -= 1;
      if (this.#open === 0) this.#onIdle?.();
    }
  }

  budget(): CrmBudget | null {
    return this.#limits.budget();
  }

  connection(): Connection | Promise<Connection> {
    const connection = this.#credentials.connection();
    if (this.#breaker.state !== 'BLOCKED') return connection;
    return connection instanceof Promise ? connection.then(blocked) : blocked(connection);
  }

  queue(): QueueState {
    const { inFlight, waiting, oldestWaitMs } = this.#governor;
    return { inFlight, waiting, oldestWaitMs, breaker: this.#breaker.state };
  }

  async close(): Promise<void> {
    this.#closed = true;
    await new Promise<void>((resolve) => {
      this.#onIdle = resolve;
      if (this.#open === 0) resolve();
    });
    await this.#credentials.close();
    await this.#addressing.close();
  }

  #accepted(given: Credentials, answer: HttpAnswer): HttpAnswer {
    if (!ABOUT_CREDENTIALS.has(answer.status)) this.#credentials.accepted(given);
    return answer;
  }

  /** The answer to a request that was answered 401: another one where there are newer credentials to send. */
  async #withOthers(given: Credentials, refused: HttpAnswer, request: HttpRequest, call: Call): Promise<HttpAnswer> {
    const hasOthers = await this.#untilEnded(Promise.resolve(this.#credentials.refused(given, false)), request, call);
    if (!hasOthers) return refused;
    const others = await this.#untilEnded(Promise.resolve(this.#credentials.current()), request, call);
    const answer = await this.#withRetries(request, this.#addressing.address(request, others), call);
    if (answer.status === 401) await this.#credentials.refused(others, true);
    return this.#accepted(others, answer);
  }

  /** Waits for what others may wait for as well, no longer than the call has time. */
  async #untilEnded<T>(shared: Promise<T>, request: HttpRequest, call: Call): Promise<T> {
    const patience = new Patience(call, this.#clock);
    const { signal } = patience;
    try {
      return await new Promise<T>((resolve, reject) => {
        shared.then(resolve, reject);
        const giveUp = () => reject(failed(request, patience.failure, 'was not sent: its time was over'));
        if (signal.aborted) giveUp();
        else signal.addEventListener('abort', giveUp, { once: true });
      });
    } finally {
      patience.release();
    }
  }

  async #withRetries(request: HttpRequest, wire: AddressedRequest, call: Call): Promise<HttpAnswer> {
    const patience = new Patience(call, this.#clock);
    this.#budget.request();
    try {
      for (let number = 1; ; number += 1) {
        try {
          return await this.#admitted({ request, wire, call, patience, number });
        } catch (error) {
          if (!(error instanceof HttpError)) throw error;
          const { failure, status, retryAfterMs } = error;
          const timeLeftMs = call.deadline - this.#clock.now();
          const chance = { timeLeftMs, random: this.#clock.random() };
          const attempt = { number, method: request.method, failure, status, retryAfterMs, ...chance };
          const delayMs = retryDelayMs(attempt, RETRY_POLICY);
          const mayTry = delayMs !== null && !patience.ended && this.#breaker.state === 'CLOSED';
          if (!mayTry || !this.#budget.spend()) throw error;
          await this.#sleep(delayMs, request, patience);
        }
      }
    } finally {
      patience.release();
    }
  }

  /** A try, unless the CRM is left alone. Whether it works again is found out by a read, never by a write. */
  #admitted(attempt: Try): Promise<HttpAnswer> {
    const admission = this.#breaker.enter();
    if (admission === 'CALL') return this.#try(attempt, 'CALL');
    if (!(admission instanceof Probe)) return Promise.reject(leftAlone(attempt.request, this.#breaker));
    if (attempt.request.method === 'GET') return this.#probe(attempt, admission);
    return this.#afterProbe(attempt, admission);
  }

  async #afterProbe(attempt: Try, probe: Probe): Promise<HttpAnswer> {
    const { path, tokens } = this.#settings.probe;
    const request: HttpRequest = { method: 'GET', path, template: path, tokens };
    try {
      await this.#probe({ ...attempt, request, wire: this.#addressing.address(request) }, probe);
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
    }
    if (this.#breaker.state !== 'CLOSED') throw leftAlone(attempt.request, this.#breaker);
    return this.#try(attempt, 'CALL');
  }

  async #probe(attempt: Try, probe: Probe): Promise<HttpAnswer> {
    try {
      return await this.#try(attempt, probe);
    } finally {
      // Where it was not even sent, it has not said anything yet.
      this.#breaker.ended(probe, null);
    }
  }

  async #try(attempt: Try, as: 'CALL' | Probe): Promise<HttpAnswer> {
    const turn = this.#turnAtOnce(attempt) ?? (await this.#turn(attempt));
    try {
      const answer = await this.#exchange(attempt, turn);
      this.#breaker.ended(as, 'WORKS');
      return answer;
    } catch (error) {
      if (error instanceof HttpError) this.#breaker.ended(as, signOf(error.failure));
      throw error;
    } finally {
      turn.end();
    }
  }

  async #exchange({ request, wire, call, patience, number }: Try, turn: Turn): Promise<HttpAnswer> {
    const giveBack = call.receipt.admit(this.#settings.crm, request.tokens);
    const end = this.#observer?.begin(this.#settings.crm, request, call, number);
    const startedAt = this.#clock.now();
    let isSent = false;
    const outcome = await exchange(wire.pool, wire, {
      patience,
      timeoutMs: Math.min(this.#timeouts.totalMs, call.deadline - startedAt),
      headersMs: this.#timeouts.headersMs,
      maxBytes: this.#maxAnswerBytes,
      onSent: () => {
        isSent = true;
        turn.sent();
        call.receipt.sent(this.#settings.crm, request, call.because);
      },
    });
    if (!isSent) giveBack();
    const now = this.#clock.now();
    this.#log(request, outcome, now - startedAt, number);
    const limits = outcome.kind === 'answered' ? this.#settings.limits(outcome.status, outcome.headers, now) : {};
    if (outcome.kind === 'answered') turn.answered(limits);
    end?.(endOf(outcome, limits, now - startedAt));
    const bytes = outcome.kind === 'answered' ? (outcome.bytes?.length ?? 0) : 0;
    const readingTurn = this.#readingTurns.turn(bytes, call);
    if (readingTurn) await readingTurn;
    const reading = this.#read(request, outcome, limits);
    return reading instanceof Promise ? await reading : reading;
  }

  /** Most requests need not wait for anything. */
  #turnAtOnce({ request, call, patience }: Try): Turn | null {
    if (patience.ended) return null;
    try {
      return this.#governor.tryTurn(applicantOf(request, call));
    } catch (error) {
      throw this.#refusal(error, request);
    }
  }

  async #turn({ request, call, patience }: Try): Promise<Turn> {
    try {
      return await this.#governor.turn(applicantOf(request, call), patience.signal);
    } catch (error) {
      if (error instanceof NoTurnError) throw this.#refusal(error, request);
      const { closedMs } = this.#governor;
      if (patience.failure === 'TIMEOUT' && closedMs > 0) throw throttled(request, closedMs);
      throw failed(request, patience.failure, 'was not sent: its time was over');
    }
  }

  #refusal(error: unknown, request: HttpRequest): unknown {
    if (!(error instanceof NoTurnError)) return error;
    switch (error.reason) {
      case 'TOO_LATE':
        return throttled(request, error.waitMs);
      case 'KEPT':
      case 'SPENT':
        return spent(request, error);
      case 'TURNED_AWAY':
        return leftAlone(request, this.#breaker);
    }
  }

  async #sleep(ms: number, request: HttpRequest, patience: Patience): Promise<void> {
    try {
      await this.#clock.sleep(ms, patience.signal);
    } catch {
      throw failed(request, patience.failure, 'was not tried again: its time was over');
    }
  }

  #read(request: HttpRequest, outcome: Outcome, limits: LimitFacts): HttpAnswer | Promise<HttpAnswer> {
    if (outcome.kind === 'failed') {
      const { failure, sent, code } = outcome;
      const what = `${sent ? 'was not answered' : 'was not sent'}${code === null ? '' : ` (${code})`}`;
      throw failed(request, failure, what, { maybeApplied: sent && request.method !== 'GET' });
    }
    const { status, headers, bytes } = outcome;
    const now = this.#clock.now();
    this.#limits.observe(limits, now);
    // What the CRM's own header leaves open, the standard one may say.
    const statedMs = statedWaitMs(limits.resetMs) ?? statedRetryMs(headers['retry-after'], now);
    const retryAfterMs = status === 429 ? statedMs : null;
    if (status === 429) this.#governor.pause(retryAfterMs ?? UNSTATED_PAUSE_MS);
    const requestId = this.#requestId(headers);
    const toAnswer = (body: Body): HttpAnswer => {
      const failure = answerFailure(status, body.kind, limits.quotaSpent === true);
      if (failure === null) return { status, headers, requestId, body: body.kind === 'json' ? body.value : undefined };
      const what = `was answered ${status}${body.kind === 'other' ? ` with ${body.what}` : ''}`;
      const facts = { status, requestId, maybeApplied: maybeApplied(request.method, failure) };
      throw failed(request, failure, what, failure === 'RATE_LIMITED' ? { ...facts, retryAfterMs } : facts);
    };
    const body = readBody(headers, bytes, this.#maxAnswerBytes);
    return body instanceof Promise ? body.then(toAnswer) : toAnswer(body);
  }

  #requestId(headers: Readonly<Record<string, string | undefined>>): string | null {
    const id = headers[this.#requestIdHeader];
    return id !== undefined && REQUEST_ID.test(id) ? id : null;
  }

  #tell(breaker: BreakerState, openMs: number): void {
    const { crm } = this.#settings;
    const logger = this.#logger;
    if (breaker === 'OPEN') logger?.warn({ crm, breaker, openMs }, 'a CRM fails and is left alone');
    if (breaker === 'BLOCKED') logger?.error({ crm, breaker, openMs }, 'a CRM blocks the account and is left alone');
    if (breaker === 'PROBING') logger?.info({ crm, breaker }, 'a read finds out whether a CRM works again');
    if (breaker === 'CLOSED') logger?.info({ crm, breaker }, 'a CRM works again');
    if (breaker === 'OPEN' || breaker === 'BLOCKED') this.#governor.turnAway();
  }

  #log(request: HttpRequest, outcome: Outcome, ms: number, number: number): void {
    const { method, template } = request;
    const result =
      outcome.kind === 'answered'
        ? { status: outcome.status }
        : { status: null, failure: outcome.failure, code: outcome.code };
    this.#logger?.debug({ crm: this.#settings.crm, method, template, ...result, ms, try: number }, 'CRM exchange');
  }
}

function blocked(connection: Connection): Connection {
  return { ...connection, state: 'BLOCKED' };
}

function endOf(outcome: Outcome, limits: LimitFacts, ms: number): ExchangeEnd {
  return outcome.kind === 'answered'
    ? { result: 'answered', wasSent: true, status: outcome.status, ms, limits }
    : { result: outcome.failure, wasSent: outcome.sent, status: null, ms, limits };
}

function applicantOf({ tokens }: HttpRequest, { priority, scope = '', deadline }: Call): Applicant {
  return { priority, scope, tokens, deadline };
}

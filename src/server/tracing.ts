import type { Span, Tracer } from '@opentelemetry/api';
import type { TracingSettings } from '../config/tracing.ts';
import type { Call } from '../domain/call.ts';
import type { HttpRequest } from '../transport/http-client.ts';
import type { ExchangeEnd, ExchangeObserver } from '../transport/observer.ts';
import type { Exchange } from './exchange.ts';

type Api = typeof import('@opentelemetry/api');

/** A span for every operation, and below it one for every exchange with a CRM it leads to. */
export interface Tracing extends ExchangeObserver {
  /** Begins the span of an operation; the answer is what its calls carry as `trace`. */
  beginOperation(exchange: Exchange): object;
  endOperation(trace: object, exchange: Exchange, codes: readonly string[]): void;
  /** Sends what is not sent yet. */
  close(): Promise<void>;
}

/** Loads the OpenTelemetry SDK, which reads where to export to from the standard environment variables. */
export async function startTracing({ serviceName }: TracingSettings): Promise<Tracing> {
  const [api, sdk, { OTLPTraceExporter }, { resourceFromAttributes, detectResources, envDetector }] = await Promise.all(
    [
      import('@opentelemetry/api'),
      import('@opentelemetry/sdk-trace-node'),
      import('@opentelemetry/exporter-trace-otlp-http'),
      import('@opentelemetry/resources'),
    ],
  );
  const provider = new sdk.NodeTracerProvider({
    resource: detectResources({ detectors: [envDetector] }).merge(
      resourceFromAttributes({ 'service.name': serviceName }),
    ),
    spanProcessors: [new sdk.BatchSpanProcessor(new OTLPTraceExporter())],
  });
  return new OpenTelemetryTracing(api, provider.getTracer('dealgraph'), () => provider.shutdown());
}

class OpenTelemetryTracing implements Tracing {
  readonly #api: Api;
  readonly #tracer: Tracer;
  readonly close: () => Promise<void>;

  constructor(api: Api, tracer: Tracer, close: () => Promise<void>) {
    this.#api = api;
    this.#tracer = tracer;
    this.close = close;
  }

  beginOperation({ operation, headers, caller, requestId }: Exchange): object {
    const { SpanKind, ROOT_CONTEXT } = this.#api;
    return this.#tracer.startSpan(
      operation?.type ?? 'query',
      {
        kind: SpanKind.SERVER,
        attributes: {
          'graphql.operation.type': operation?.type ?? 'query',
          ...(operation?.name && { 'graphql.operation.name': operation.name }),
          'dealgraph.caller': caller.id,
          'dealgraph.request_id': requestId,
        },
      },
      this.#parentOf(headers.traceparent, headers.tracestate) ?? ROOT_CONTEXT,
    );
  }

  endOperation(trace: object, { receipt }: Exchange, codes: readonly string[]): void {
    const span = trace as Span;
    const { requests, tokens } = receipt.summary();
    span.setAttribute('dealgraph.upstream.requests', requests);
    for (const [crm, count] of Object.entries(tokens)) span.setAttribute(`dealgraph.upstream.tokens.${crm}`, count);
    if (codes.length > 0) span.setStatus({ code: this.#api.SpanStatusCode.ERROR, message: codes.join(' ') });
    span.end();
  }

  begin(crm: string, request: HttpRequest, call: Call, number: number): (end: ExchangeEnd) => void {
    const { SpanKind, SpanStatusCode, ROOT_CONTEXT, trace } = this.#api;
    const parent = call.trace ? trace.setSpan(ROOT_CONTEXT, call.trace as Span) : ROOT_CONTEXT;
    const template = request.isCallersOwn ? 'callCrm' : request.template;
    const span = this.#tracer.startSpan(
      `${request.method} ${template}`,
      {
        kind: SpanKind.CLIENT,
        attributes: {
          'http.request.method': request.method,
          'url.template': template,
          'dealgraph.crm': crm,
          ...(request.tokens !== null && { 'dealgraph.tokens': request.tokens }),
          ...(number > 1 && { 'http.request.resend_count': number - 1 }),
        },
      },
      parent,
    );
    return ({ result, status }) => {
      if (status !== null) span.setAttribute('http.response.status_code', status);
      if (status === null || status >= 400) span.setStatus({ code: SpanStatusCode.ERROR, message: result });
      span.end();
    };
  }

  /** The span of the client, as W3C Trace Context tells it. */
  #parentOf(traceparent: unknown, tracestate: unknown) {
    const [, traceId, spanId, flags] =
      /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(String(traceparent)) ?? [];
    if (traceId === undefined || spanId === undefined) return null;
    const { createTraceState, ROOT_CONTEXT, trace } = this.#api;
    return trace.setSpanContext(ROOT_CONTEXT, {
      traceId,
      spanId,
      traceFlags: Number.parseInt(flags ?? '0', 16),
      isRemote: true,
      ...(typeof tracestate === 'string' && { traceState: createTraceState(tracestate) }),
    });
  }
}

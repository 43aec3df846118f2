import type { Environment, Report } from './environment.ts';

/** Where traces go. Everything else the OpenTelemetry SDK reads from the standard environment variables itself. */
export interface TracingSettings {
  readonly serviceName: string;
}

/** On when the standard environment variables name an exporter of traces. */
export function readTracing(env: Environment, report: Report): TracingSettings | null {
  const exporter = env.text('OTEL_TRACES_EXPORTER');
  const endpoint = env.text('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT') ?? env.text('OTEL_EXPORTER_OTLP_ENDPOINT');
  if (env.text('OTEL_SDK_DISABLED')?.toLowerCase() === 'true' || exporter === 'none') return null;
  if (exporter === undefined && endpoint === undefined) return null;
  if (exporter !== undefined && exporter !== 'otlp') report('OTEL_TRACES_EXPORTER: must be otlp or none');
  const protocol = env.text('OTEL_EXPORTER_OTLP_TRACES_PROTOCOL') ?? env.text('OTEL_EXPORTER_OTLP_PROTOCOL');
  if (protocol !== undefined && protocol !== 'http/json') {
    report('OTEL_EXPORTER_OTLP_PROTOCOL: must be http/json, which is what traces are sent as');
  }
  return { serviceName: env.text('OTEL_SERVICE_NAME') ?? 'dealgraph' };
}

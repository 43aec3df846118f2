import { type Logger, pino } from 'pino';
import type { LogLevel } from '../config/settings.ts';
import { createRedact, type Redact } from './redactor.ts';

const pretty = process.stdout.isTTY ? (await import('pino-pretty')).default : null;

/** Nothing logs these; should that change by mistake, they still do not get out. */
const SECRET_KEYS = [
  'apiToken',
  'apiKey',
  'appKey',
  'api_key',
  'app_key',
  'headers',
  'authorization',
  'variables',
  'query',
];

/** Logs to standard output: JSON, one line each, or in words on a terminal. Every line passes through `redact`. */
export function createLogger(level: LogLevel, redact: Redact = createRedact([])): Logger {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: SECRET_KEYS.flatMap((key) => [key, `*.${key}`]), censor: '[removed]' },
    hooks: { streamWrite: redact },
  };
  if (pretty === null) return pino(options);
  return pino(options, pretty({ colorize: true, sync: true, translateTime: 'SYS:HH:MM:ss', ignore: 'pid,hostname' }));
}

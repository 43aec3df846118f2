import { POLICIES, type Policy } from '../domain/policy.ts';
import { type Access, readAccess } from './access.ts';
import type { CallerSettings } from './caller-settings.ts';
import { readCallers } from './callers.ts';
import { ConfigError } from './config-error.ts';
import { type ConfigFile, readConfigFile } from './config-file.ts';
import type { AdapterKinds, CrmSettings } from './crm-settings.ts';
import { crmsFromEnvironment } from './crms-from-environment.ts';
import { crmsFromFile } from './crms-from-file.ts';
import { Environment, type Report, type Variables } from './environment.ts';
import { isObject } from './file-values.ts';
import { type Limits, readLimits } from './limits.ts';
import { isLoopback } from './loopback.ts';
import { readPersistedOperations } from './persisted-operations.ts';
import { readTracing, type TracingSettings } from './tracing.ts';
import { readUpstreamLimits, type UpstreamLimits } from './upstream-limits.ts';

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Everything the gateway is told from outside, checked. */
export interface Settings {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** In the order in which results of several CRMs are put; empty when the sandbox is on. */
  readonly crms: readonly CrmSettings[];
  /** Serve the sandbox CRMs instead of configured ones. */
  readonly sandbox: boolean;
  /** Where the gateway keeps its own durable state. */
  readonly dataDir: string;
  /** What the tokens in it are encrypted with; `null`: with a key of its own. */
  readonly secretKey: Buffer | null;
  readonly logLevel: LogLevel;
  /** Who may call; `null`: whoever can, which is why the gateway then listens on loopback only. */
  readonly callers: CallerSettings | null;
  readonly access: Access;
  readonly limits: Limits;
  readonly upstream: UpstreamLimits;
  /** Where traces go; `null`: nowhere. */
  readonly tracing: TracingSettings | null;
  /** Whether callers may send requests of their own to the CRMs, past everything the gateway checks. */
  readonly allowCallCrm: boolean;
  /** What plans save where there is more than one way, unless an operation says otherwise. */
  readonly planPolicy: Policy;
  /** The most tokens an operation may cost; `null` for no ceiling. */
  readonly maxTokensPerOperation: number | null;
  /** How many records of one CRM may be read for one field to match them or put them in order. */
  readonly scanLimit: number;
  /** How long stages, pipelines, users and field definitions are kept, in milliseconds. */
  readonly referenceMaxAgeMs: number;
  /** By when a query has to be answered, in milliseconds. */
  readonly queryTimeoutMs: number;
  /** By when a mutation has to be answered, in milliseconds. */
  readonly mutationTimeoutMs: number;
  /** How long a mutation looks into an answer that was lost, in milliseconds. */
  readonly settleTimeoutMs: number;
  /** How long operations that are over are kept, in milliseconds. */
  readonly journalRetentionMs: number;
  /** How long an idempotency key stands for the operation it was used for, in milliseconds. */
  readonly idempotencyMs: number;
}

const HOUR_MS = 3_600_000;
const FILE_KEYS = ['crms', 'callers', 'jwt'];
const OPEN_TO_ALL =
  'without callers anybody who reaches the gateway could use it, so it listens on 127.0.0.1 only; configure callers ("dealgraph key create <name>" makes a key and says how) or leave HOST out';
const POLICY_NAMES = ['balanced', 'tokens', 'requests'] as const;
const MAX_CEILING = 1_000_000_000;
const DAY_MS = 24 * HOUR_MS;

/**
 * Reads the settings from environment variables and the config file of `directory`. Throws a `ConfigError` that
 * lists every problem.
 */
export async function readSettings(variables: Variables, directory: string, kinds: AdapterKinds): Promise<Settings> {
  const problems: string[] = [];
  const report = (problem: string) => void problems.push(problem);
  const env = new Environment(variables, report);

  const listed = await fileOf(env, directory, problems);
  const crms = crmsFromEnvironment(env, kinds, report);
  const content = listed && contentOf(listed, report);
  if (content) crms.push(...crmsFromFile(content.crms, `${listed.name}: crms`, env, kinds, report));
  for (const id of duplicates(crms.map((crm) => crm.id))) report(`${id}: two CRMs are configured under this id`);

  const wantsSandbox = env.flag('DEALGRAPH_SANDBOX');
  const sandbox = wantsSandbox ?? crms.length === 0;
  if (wantsSandbox === false && crms.length === 0 && problems.length === 0) {
    report('DEALGRAPH_SANDBOX: is off, and no CRM is configured');
  }

  const isCrm = (id: string) => (sandbox ? kinds.has(id) : crms.some((crm) => crm.id === id));
  const callers = readCallers(env, listed, isCrm, report);
  const persisted = await readPersistedOperations(env, directory, report);
  const host = env.text('HOST') ?? '127.0.0.1';
  if (callers === null && !isLoopback(host)) report(`HOST: ${OPEN_TO_ALL}`);

  const settings: Settings = {
    host,
    port: env.integer('PORT', { min: 0, max: 65_535, default: 4000 }),
    crms: sandbox ? [] : crms,
    sandbox,
    dataDir: env.text('DEALGRAPH_DATA_DIR') ?? '.dealgraph',
    secretKey: secretKey(env, report),
    logLevel: env.oneOf('LOG_LEVEL', LOG_LEVELS, 'info'),
    callers,
    access: readAccess(env, persisted, callers !== null, report),
    limits: readLimits(env, callers !== null),
    upstream: readUpstreamLimits(env),
    tracing: readTracing(env, report),
    allowCallCrm: env.flag('DEALGRAPH_ALLOW_CALL_CRM') ?? false,
    planPolicy:
      POLICIES[POLICY_NAMES.indexOf(env.oneOf('DEALGRAPH_PLAN_POLICY', POLICY_NAMES, 'balanced'))] ?? 'BALANCED',
    maxTokensPerOperation: ceiling(env),
    scanLimit: env.integer('DEALGRAPH_SCAN_LIMIT', { min: 1, max: 1_000_000, default: 2_000 }),
    referenceMaxAgeMs: env.integer('DEALGRAPH_REFERENCE_MAX_AGE_SECONDS', { min: 0, max: 86_400, default: 300 }) * 1000,
    queryTimeoutMs: env.integer('DEALGRAPH_QUERY_TIMEOUT_MS', { min: 1, max: HOUR_MS, default: 10_000 }),
    mutationTimeoutMs: env.integer('DEALGRAPH_MUTATION_TIMEOUT_MS', { min: 1, max: HOUR_MS, default: 25_000 }),
    settleTimeoutMs: env.integer('DEALGRAPH_SETTLE_TIMEOUT_MS', { min: 0, max: HOUR_MS, default: 15_000 }),
    journalRetentionMs: env.integer('DEALGRAPH_JOURNAL_RETENTION_DAYS', { min: 1, max: 3_650, default: 30 }) * DAY_MS,
    idempotencyMs: env.integer('DEALGRAPH_IDEMPOTENCY_HOURS', { min: 1, max: 8_760, default: 24 }) * HOUR_MS,
  };
  if (problems.length > 0) throw new ConfigError(problems);
  return settings;
}

const SECRET_KEY_BYTES = 32;

function secretKey(env: Environment, report: Report): Buffer | null {
  const text = env.text('DEALGRAPH_SECRET_KEY');
  if (text === undefined) return null;
  const bytes = Buffer.from(text, /^[0-9a-f]{64}$/i.test(text) ? 'hex' : 'base64');
  if (bytes.length === SECRET_KEY_BYTES) return bytes;
  report('DEALGRAPH_SECRET_KEY: must be 32 random bytes in base64, as "openssl rand -base64 32" prints them');
  return null;
}

function ceiling(env: Environment): number | null {
  const name = 'DEALGRAPH_MAX_TOKENS_PER_OPERATION';
  return env.text(name) === undefined ? null : env.integer(name, { min: 0, max: MAX_CEILING, default: 0 });
}

/** The accounts that variables alone configure, for example those that point at sandbox CRMs. */
export function readCrms(variables: Variables, kinds: AdapterKinds): readonly CrmSettings[] {
  const problems: string[] = [];
  const report = (problem: string) => void problems.push(problem);
  const crms = crmsFromEnvironment(new Environment(variables, report), kinds, report);
  if (problems.length > 0) throw new ConfigError(problems);
  return crms;
}

async function fileOf(env: Environment, directory: string, problems: string[]): Promise<ConfigFile | null> {
  try {
    return await readConfigFile(env.text('DEALGRAPH_CONFIG'), directory);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    problems.push(...error.problems);
    return null;
  }
}

/** What a config file holds at its top, or `null` when that is nothing that could be read. */
function contentOf({ name, content }: ConfigFile, report: Report) {
  if (!isObject(content)) {
    report(`${name}: must be an object with ${FILE_KEYS.map((key) => `"${key}"`).join(', ')}`);
    return null;
  }
  for (const key of Object.keys(content)) if (!FILE_KEYS.includes(key)) report(`${name}: ${key}: is not a known key`);
  return content;
}

function duplicates(ids: readonly string[]): Set<string> {
  return new Set(ids.filter((id, index) => ids.indexOf(id) !== index));
}

import type { SettingSpec } from '../adapters/define-adapter.ts';
import { CRM_ID } from '../domain/ref.ts';
import { type AdapterKinds, CALLER_CREDENTIALS, type CallerCredentials, type CrmSettings } from './crm-settings.ts';
import type { Environment, Report } from './environment.ts';
import { isObject, knownKeysOnly, referredTo } from './file-values.ts';
import { type Given, readSettingValues } from './setting-values.ts';

const OWN_KEYS = ['id', 'kind', 'label', 'callerCredentials'];

/**
 * The accounts a config file lists: `[{ "id", "kind", "label"?, "callerCredentials"?, "<setting>": value | { "env": "NAME" } }]`. Secrets
 * are given by the name of an environment variable only.
 */
export function crmsFromFile(
  value: unknown,
  place: string,
  env: Environment,
  kinds: AdapterKinds,
  report: Report,
): CrmSettings[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) {
    report(`${place}: must be a list`);
    return [];
  }
  return value.flatMap((entry: unknown, index) => readCrm(entry, `${place}[${index}]`, env, kinds, report) ?? []);
}

function readCrm(
  entry: unknown,
  place: string,
  env: Environment,
  kinds: AdapterKinds,
  report: Report,
): CrmSettings | null {
  if (!isObject(entry)) {
    report(`${place}: must be an object`);
    return null;
  }
  const { id, label } = entry;
  const idFits = typeof id === 'string' && CRM_ID.test(id);
  if (!idFits) report(`${place}.id: must be lower-case letters, digits and dashes, beginning with a letter`);
  if (label !== undefined && (typeof label !== 'string' || label.trim() === '')) {
    report(`${place}.label: must be a text`);
  }
  const kind = typeof entry.kind === 'string' ? kinds.get(entry.kind) : undefined;
  if (!kind) {
    report(`${place}.kind: must be one of ${[...kinds.keys()].join(', ')}`);
    return null;
  }
  knownKeysOnly(entry, [...OWN_KEYS, ...Object.keys(kind.settings)], place, report);
  const give = (name: string, spec: SettingSpec) => giveValue(entry[name], `${place}.${name}`, spec, env, report);
  const callerCredentials = readMode(entry.callerCredentials, `${place}.callerCredentials`, env, report);
  const values = readSettingValues(kind, callerCredentials !== 'required', give, report);
  return idFits ? { id, kind, label: typeof label === 'string' ? label : kind.label, values, callerCredentials } : null;
}

/** What holds for all accounts, unless an entry says otherwise. */
function readMode(value: unknown, key: string, env: Environment, report: Report): CallerCredentials {
  const mode = CALLER_CREDENTIALS.find((one) => one === value);
  if (value !== undefined && mode === undefined) report(`${key}: must be one of ${CALLER_CREDENTIALS.join(', ')}`);
  return mode ?? CALLER_CREDENTIALS.find((one) => one === env.text('DEALGRAPH_CALLER_CREDENTIALS')) ?? 'off';
}

function giveValue(value: unknown, key: string, spec: SettingSpec, env: Environment, report: Report): Given | null {
  if (isObject(value)) {
    const referred = referredTo(value, key, env, report);
    return referred && { key: `${key} (${referred.variable})`, value: referred.text };
  }
  if (spec.type === 'secret' && value !== undefined && value !== null) {
    report(`${key}: a secret is given as {"env": "NAME"}, never in the file`);
    return null;
  }
  return { key, value };
}

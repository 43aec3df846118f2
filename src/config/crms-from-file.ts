import type { SettingSpec } from '../adapters/define-adapter.ts';
import { CRM_ID } from '../domain/ref.ts';
import type { ConfigFile } from './config-file.ts';
import type { AdapterKinds, CrmSettings } from './crm-settings.ts';
import type { Environment, Report } from './environment.ts';
import { type Given, readSettingValues } from './setting-values.ts';

type JsonObject = Readonly<Record<string, unknown>>;

const OWN_KEYS = ['id', 'kind', 'label'];

/**
 * The accounts a config file lists: `{ "crms": [{ "id", "kind", "label"?, "<setting>": value | { "env": "NAME" } }] }`.
 * Secrets are given by the name of an environment variable only.
 */
export function crmsFromFile(file: ConfigFile, env: Environment, kinds: AdapterKinds, report: Report): CrmSettings[] {
  const { content, name } = file;
  if (!isObject(content)) {
    report(`${name}: must be an object with a list "crms"`);
    return [];
  }
  for (const key of Object.keys(content)) {
    if (key !== 'crms') report(`${name}: ${key}: is not a known key`);
  }
  if (!Array.isArray(content.crms)) {
    report(`${name}: crms: must be a list`);
    return [];
  }
  return content.crms.flatMap((entry: unknown, index) => {
    const crm = readCrm(entry, `${name}: crms[${index}]`, env, kinds, report);
    return crm === null ? [] : [crm];
  });
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
  for (const key of Object.keys(entry)) {
    if (!OWN_KEYS.includes(key) && !Object.hasOwn(kind.settings, key)) report(`${place}.${key}: is not a known key`);
  }
  const give = (name: string, spec: SettingSpec) => giveValue(entry[name], `${place}.${name}`, spec, env, report);
  const values = readSettingValues(kind.settings, give, report);
  return idFits ? { id, kind, label: typeof label === 'string' ? label : kind.label, values } : null;
}

function giveValue(value: unknown, key: string, spec: SettingSpec, env: Environment, report: Report): Given | null {
  if (isObject(value)) {
    const [variable, ...others] = Object.values(value);
    if (!Object.hasOwn(value, 'env') || others.length > 0 || typeof variable !== 'string' || variable === '') {
      report(`${key}: must be a value or {"env": "NAME"}`);
      return null;
    }
    const text = env.text(variable);
    if (text === undefined) {
      report(`${key}: the environment variable ${variable} is not set`);
      return null;
    }
    return { key: `${key} (${variable})`, value: text };
  }
  if (spec.type === 'secret' && value !== undefined && value !== null) {
    report(`${key}: a secret is given as {"env": "NAME"}, never in the file`);
    return null;
  }
  return { key, value };
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

import type { AdapterKind } from '../adapters/registry.ts';
import type { SettingValues } from './setting-values.ts';

export const CALLER_CREDENTIALS = ['off', 'optional', 'required'] as const;
export type CallerCredentials = (typeof CALLER_CREDENTIALS)[number];

/** One configured CRM account. */
export interface CrmSettings {
  /** The first part of its records' global ids. */
  readonly id: string;
  readonly kind: AdapterKind;
  readonly label: string;
  readonly values: SettingValues;
  /** Whether callers may, or have to, bring credentials of their own for it. */
  readonly callerCredentials: CallerCredentials;
}

/** The kinds of CRM there are, by name. */
export type AdapterKinds = ReadonlyMap<string, AdapterKind>;

/** The credentials among the settings of accounts. */
export function secretsOf(crms: readonly CrmSettings[]): readonly string[] {
  return crms.flatMap(({ kind, values }) =>
    Object.entries(values).flatMap(([name, value]) => (kind.settings[name]?.type === 'secret' ? [String(value)] : [])),
  );
}

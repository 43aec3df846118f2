import type { Capability } from '../domain/capability.ts';
import type { Crm } from '../domain/crm.ts';
import type { CrmAdapter } from '../domain/crm-adapter.ts';
import type { Tariff } from '../domain/tariff.ts';
import type { Clock } from '../transport/clock.ts';
import type { Credentials } from '../transport/credentials.ts';
import type { HttpClient } from '../transport/http-client.ts';
import type { OAuthApp } from '../transport/oauth.ts';
import type { HttpSettings } from '../transport/settings.ts';

/** One setting of a kind of CRM: the same name in a config file, and `env` for the account the environment configures. */
export interface SettingSpec {
  readonly env: string;
  readonly type: 'secret' | 'text' | 'url' | 'integer';
  readonly description: string;
  /** Without a default a setting is required, unless `optional`. */
  readonly default?: string | number;
  readonly optional?: boolean;
  /** The most an integer may be. */
  readonly max?: number;
}

export type SettingSpecs = Readonly<Record<string, SettingSpec>>;

type ValueOf<S extends SettingSpec> = S['type'] extends 'integer' ? number : string;

/** The values of checked settings. Those that may be absent are `undefined`. */
export type SettingsOf<Specs extends SettingSpecs> = {
  readonly [Name in keyof Specs]: Specs[Name] extends { readonly optional: true }
    ? ValueOf<Specs[Name]> | undefined
    : ValueOf<Specs[Name]>;
};

/** What an adapter is built from, for one configured account. */
export interface AdapterParts {
  readonly crm: Crm;
  readonly http: HttpClient;
  readonly clock: Clock;
  /** How long stages, pipelines, users and field definitions are kept, in milliseconds. */
  readonly referenceMaxAgeMs: number;
  /** All secrets that are known, for what the CRM answers to be searched for them. */
  secrets(): readonly string[];
}

/** A kind of CRM: where it is and how to behave towards it as data, and how to build its adapter. */
export interface AdapterDefinition<Specs extends SettingSpecs = SettingSpecs> {
  /** Also the id of the account that the environment configures. */
  readonly kind: string;
  readonly label: string;
  readonly settings: Specs;
  /** Names of settings that prove who asks, by the ways there are: one of the ways has to be given, and as a whole. */
  readonly credentials: readonly (readonly (keyof Specs & string)[])[];
  readonly capabilities: readonly Capability[];
  readonly tariff: Tariff;
  http(settings: SettingsOf<Specs>): Omit<HttpSettings, 'crm'>;
  /** The app that gets the tokens of an account; `null` where its credentials are fixed. Absent where there is no OAuth. */
  oauth?(settings: SettingsOf<Specs>): OAuthApp | null;
  /** What a caller gives as its own credentials, as they are sent; `null` where that is not what they look like. */
  callerCredentials(text: string, settings: SettingsOf<Specs>): Credentials | null;
  create(parts: AdapterParts): CrmAdapter;
}

/** Keeps the literal types of the settings, so that `http` sees each with its own type. */
export function defineAdapter<const Specs extends SettingSpecs>(
  definition: AdapterDefinition<Specs>,
): AdapterDefinition<Specs> {
  return definition;
}

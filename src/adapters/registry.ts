import type { Credentials } from '../transport/credentials.ts';
import type { OAuthApp } from '../transport/oauth.ts';
import type { HttpSettings } from '../transport/settings.ts';
import type { AdapterDefinition } from './define-adapter.ts';
import { pipedrive } from './pipedrive/index.ts';
import { pipelinedeals } from './pipelinedeals/index.ts';

/** A definition whose settings are known only at run time: `http` takes values checked against `settings`. */
export type AdapterKind = Omit<AdapterDefinition, 'http' | 'oauth' | 'credentials' | 'callerCredentials'> & {
  readonly credentials: readonly (readonly string[])[];
  http(settings: never): Omit<HttpSettings, 'crm'>;
  oauth?(settings: never): OAuthApp | null;
  callerCredentials(text: string, settings: never): Credentials | null;
};

/** Every kind of CRM, one line each. Their order is that of the accounts the environment configures. */
const KINDS: readonly AdapterKind[] = [pipedrive, pipelinedeals];

export const adapterKinds: ReadonlyMap<string, AdapterKind> = new Map(KINDS.map((kind) => [kind.kind, kind]));

/** The app by which the tokens of an account are gotten; `null` where its credentials are fixed. */
export function oauthAppOf({ kind, values }: { readonly kind: AdapterKind; readonly values: object }): OAuthApp | null {
  // The values were checked against `kind.settings`, which is what the type of this kind's settings is made from.
  return kind.oauth?.(values as never) ?? null;
}

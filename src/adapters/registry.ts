import type { HttpSettings } from '../transport/settings.ts';
import type { AdapterDefinition } from './define-adapter.ts';
import { pipedrive } from './pipedrive/index.ts';
import { pipelinedeals } from './pipelinedeals/index.ts';

/** A definition whose settings are known only at run time: `http` takes values checked against `settings`. */
export type AdapterKind = Omit<AdapterDefinition, 'http'> & {
  http(settings: never): Omit<HttpSettings, 'crm'>;
};

/** Every kind of CRM, one line each. Their order is that of the accounts the environment configures. */
const KINDS: readonly AdapterKind[] = [pipedrive, pipelinedeals];

export const adapterKinds: ReadonlyMap<string, AdapterKind> = new Map(KINDS.map((kind) => [kind.kind, kind]));

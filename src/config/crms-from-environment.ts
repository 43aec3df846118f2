import type { AdapterKind } from '../adapters/registry.ts';
import { type AdapterKinds, CALLER_CREDENTIALS, type CrmSettings } from './crm-settings.ts';
import type { Environment, Report } from './environment.ts';
import { readSettingValues } from './setting-values.ts';

/** The accounts the environment configures: at most one per kind, whose id is the kind. */
export function crmsFromEnvironment(env: Environment, kinds: AdapterKinds, report: Report): CrmSettings[] {
  const callerCredentials = env.oneOf('DEALGRAPH_CALLER_CREDENTIALS', CALLER_CREDENTIALS, 'off');
  const isNeeded = callerCredentials !== 'required';
  return [...kinds.values()]
    .filter((kind) => isMeant(env, kind))
    .map((kind) => ({
      id: kind.kind,
      kind,
      label: kind.label,
      values: readSettingValues(
        kind,
        isNeeded,
        (_name, spec) => ({ key: spec.env, value: env.text(spec.env) }),
        report,
      ),
      callerCredentials,
    }));
}

/** A secret or a place is given, so an account is meant, even if something it needs is missing. */
function isMeant(env: Environment, kind: AdapterKind): boolean {
  return Object.values(kind.settings).some((spec) => spec.type !== 'integer' && env.text(spec.env) !== undefined);
}

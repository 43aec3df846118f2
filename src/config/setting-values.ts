import type { SettingSpec, SettingSpecs } from '../adapters/define-adapter.ts';
import type { Report } from './environment.ts';

/** The checked settings of one account. Optional ones that were not given are absent. */
export type SettingValues = Readonly<Record<string, string | number>>;

/** What was given for a setting and under which key; `value` is `undefined` when nothing was. */
export interface Given {
  readonly key: string;
  readonly value: unknown;
}

/**
 * Checks what was given for every setting of a kind of CRM. `give` answers `null` for a setting whose problem it has
 * already reported. Problems name the key, never the value.
 */
export function readSettingValues(
  specs: SettingSpecs,
  give: (name: string, spec: SettingSpec) => Given | null,
  report: Report,
): SettingValues {
  const values: Record<string, string | number> = {};
  for (const [name, spec] of Object.entries(specs)) {
    const given = give(name, spec);
    if (given === null) continue;
    if (given.value === undefined || given.value === null) {
      if (spec.default !== undefined) values[name] = spec.default;
      else if (!spec.optional) report(`${given.key}: is required (${spec.description})`);
      continue;
    }
    const checked = CHECKS[spec.type](given.value);
    if ('problem' in checked) report(`${given.key}: ${checked.problem}`);
    else values[name] = checked.value;
  }
  return values;
}

type Checked = { readonly value: string | number } | { readonly problem: string };

const CHECKS: Record<SettingSpec['type'], (value: unknown) => Checked> = {
  secret: (value) =>
    typeof value === 'string' && /^[\x21-\x7e]+$/.test(value)
      ? { value }
      : { problem: 'must be one line of printable ASCII without spaces' },
  url: (value) => (typeof value === 'string' ? checkUrl(value) : { problem: 'must be a URL' }),
  integer: (value) => {
    const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
    return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0
      ? { value: number }
      : { problem: 'must be a whole number, 0 or more' };
  },
};

/** An http or https URL without credentials, query and fragment, or what is wrong with it. */
export function checkUrl(text: string): { readonly value: string } | { readonly problem: string } {
  if (!URL.canParse(text)) return { problem: 'must be a URL' };
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return { problem: 'must be an http or https URL' };
  if (url.username !== '' || url.password !== '') return { problem: 'must not hold credentials' };
  if (url.search !== '' || url.hash !== '') return { problem: 'must not have a query or a fragment' };
  return { value: url.href.replace(/\/+$/, '') };
}

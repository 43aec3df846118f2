import type { SettingSpec, SettingSpecs } from '../adapters/define-adapter.ts';
import type { AdapterKind } from '../adapters/registry.ts';
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
 * already reported. Problems name the key, never the value. `needsCredentials`: none have to be given where callers
 * bring theirs.
 */
export function readSettingValues(
  { settings, credentials }: Pick<AdapterKind, 'settings' | 'credentials'>,
  needsCredentials: boolean,
  give: (name: string, spec: SettingSpec) => Given | null,
  report: Report,
): SettingValues {
  const values: Record<string, string | number> = {};
  const keys = new Map<string, string>();
  const meant = new Set<string>();
  for (const [name, spec] of Object.entries(settings)) {
    const given = give(name, spec);
    if (given !== null) keys.set(name, given.key);
    if (given === null || given.value != null) meant.add(name);
    if (given === null) continue;
    if (given.value === undefined || given.value === null) {
      if (spec.default !== undefined) values[name] = spec.default;
      else if (!spec.optional) report(`${given.key}: is required (${spec.description})`);
      continue;
    }
    const checked = CHECKS[spec.type](given.value, spec);
    if ('problem' in checked) report(`${given.key}: ${checked.problem}`);
    else values[name] = checked.value;
  }
  checkCredentials(settings, credentials, meant, (name) => keys.get(name) ?? name, needsCredentials, report);
  return values;
}

/** One way of proving who asks has to be given, as a whole. */
function checkCredentials(
  settings: SettingSpecs,
  ways: AdapterKind['credentials'],
  meant: ReadonlySet<string>,
  keyOf: (name: string) => string,
  isNeeded: boolean,
  report: Report,
): void {
  const [first = [], ...others] = ways;
  const begun = ways.filter((way) => way.some((name) => meant.has(name)));
  if (begun.length > 1) {
    report(
      `${begun
        .flat()
        .filter((name) => meant.has(name))
        .map(keyOf)
        .join(', ')}: give one or the other, not both`,
    );
  } else if (begun.length === 0 && isNeeded) {
    const instead = others.map((way) => `, or instead ${way.map(keyOf).join(' and ')}`).join('');
    for (const name of first) report(`${keyOf(name)}: is required (${settings[name]?.description})${instead}`);
  }
  for (const way of begun.length === 1 ? begun : []) {
    const given = way.filter((name) => meant.has(name)).map(keyOf);
    for (const name of way.filter((one) => !meant.has(one))) {
      report(`${keyOf(name)}: is required beside ${given.join(', ')} (${settings[name]?.description})`);
    }
  }
}

type Checked = { readonly value: string | number } | { readonly problem: string };

const CHECKS: Record<SettingSpec['type'], (value: unknown, spec: SettingSpec) => Checked> = {
  secret: (value) =>
    typeof value === 'string' && /^[\x21-\x7e]+$/.test(value)
      ? { value }
      : { problem: 'must be one line of printable ASCII without spaces' },
  text: (value) =>
    typeof value === 'string' && /^[\x21-\x7e]+$/.test(value)
      ? { value }
      : { problem: 'must be a word of printable ASCII' },
  url: (value) => (typeof value === 'string' ? checkUrl(value) : { problem: 'must be a URL' }),
  integer: (value, { max = Number.MAX_SAFE_INTEGER }) => {
    const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
    return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 && number <= max
      ? { value: number }
      : { problem: `must be a whole number, ${max === Number.MAX_SAFE_INTEGER ? '0 or more' : `0 to ${max}`}` };
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

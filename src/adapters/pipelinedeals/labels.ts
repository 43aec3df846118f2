import type { Call } from '../../domain/call.ts';
import type { Label } from '../../domain/deal.ts';
import type { Choice } from '../../domain/deal-writes.ts';
import { GatewayError } from '../../domain/errors.ts';
import type { Link } from '../../domain/ref.ts';
import type { Found } from '../../domain/repository.ts';
import { chooseFrom } from '../choose.ts';
import { id, isWire, numberOrNull, objectOrNull, text, textOrNull, type Wire } from '../wire.ts';
import type { Account } from './account.ts';
import { collection } from './api.ts';
import { embedded } from './links.ts';
import { KeptTable, readRows } from './table.ts';

/**
 * Tags, lead sources and status lights are numbered separately, yet all are labels. A source and a light have their
 * number in the CRM behind these as their label ids, so that they never meet a tag's.
 */
const SOURCE_ID_BASE = 8_000_000_000_000_000;
const LIGHT_ID_BASE = 9_000_000_000_000_000;

/** The lights of every account before accounts could define their own; the first three of an account today. */
const BUILT_IN_LIGHTS: Readonly<Record<number, string>> = { 1: 'Red', 2: 'Yellow', 3: 'Green' };

/** A status light with the number that is written on a deal. */
export interface Light {
  readonly status: number;
  readonly label: Label;
}

/** Tags of `GET /admin/deal_tags`, sources of `GET /admin/lead_sources`, lights of `GET /admin/deal_statuses`. */
export class Labels {
  readonly #crm: string;
  readonly #tags: KeptTable<Label>;
  readonly #sources: KeptTable<Label>;
  readonly #lights: KeptTable<Light>;

  constructor(account: Account) {
    const { crm, api } = account;
    this.#crm = crm;
    this.#tags = new KeptTable(account, 'admin/deal_tags', async (call) => {
      const values = (await api.allIfShown(collection('admin/deal_tags'), call)) ?? [];
      return readRows(crm, 'tag', values, (wire) => toTag(crm, wire));
    });
    this.#sources = new KeptTable(account, 'admin/lead_sources', async (call) => {
      const values = (await api.allIfShown(collection('admin/lead_sources'), call)) ?? [];
      return readRows(crm, 'lead source', values, (wire) => toSource(crm, wire));
    });
    this.#lights = new KeptTable(account, 'admin/deal_statuses', async (call) => {
      const values = await api.allIfShown(collection('admin/deal_statuses'), call);
      if (values !== null) return readRows(crm, 'deal status', values, (wire) => toLight(crm, wire));
      const records = Object.keys(BUILT_IN_LIGHTS).map((key) => builtInLight(crm, Number(key)));
      return { records, byId: new Map(records.map((light) => [String(light.status), light])) };
    });
  }

  async getMany(ids: readonly string[], call: Call): Promise<Found<Label>> {
    const kinds = await Promise.all([
      numbered(this.#tags, 0, ids.filter(isTagId), (tag) => tag, call),
      numbered(this.#sources, SOURCE_ID_BASE, ids.filter(isSourceId), (source) => source, call),
      numbered(this.#lights, LIGHT_ID_BASE, ids.filter(isLightId), (light) => light.label, call),
    ]);
    return new Map(kinds.flat());
  }

  /** The numbers of the tags chosen for a deal. */
  async chooseTags(choices: readonly Choice[], call: Call): Promise<readonly number[]> {
    const chosen = choices.map((choice, index) => ({ choice, path: ['labels', String(index)] }));
    const tags = await chooseFrom(this.#crm, 'tag', choicesOf(this.#tags, call), chosen);
    return tags.map(({ id: tag }) => Number(tag));
  }

  /** The number of the lead source chosen for a deal. */
  async chooseSource(choice: Choice, call: Call): Promise<number> {
    const chosen = [{ choice, path: ['source'] }];
    const [source] = await chooseFrom(this.#crm, 'lead source', choicesOf(this.#sources, call), chosen);
    return Number(source?.id) - SOURCE_ID_BASE;
  }

  /** The status lights a deal can show, in the account's order. */
  lights(call: Call): Promise<readonly Light[]> {
    return this.#lights.all(call);
  }
}

/**
 * The light a deal shows: named by `deal_status` today, by its number alone in the older dialect, which also knew
 * numbers that stand for none.
 */
export function lightOf(crm: string, deal: Wire): Label | null {
  const named = objectOrNull(deal, 'deal_status');
  if (named !== null) return toLight(crm, named).label;
  const status = numberOrNull(deal, 'status');
  return status !== null && status in BUILT_IN_LIGHTS ? builtInLight(crm, status).label : null;
}

/** The tags of a deal; deals carry their names. */
export function tagsOf(crm: string, deal: Wire): readonly Link<Label>[] {
  const tags = Array.isArray(deal.tags) ? deal.tags.filter(isWire) : [];
  return tags.map((tag) => {
    const label = toTag(crm, tag);
    return { ref: label.ref, known: label };
  });
}

/** Where a deal came from. A deal carries the name, unless it was changed a moment ago. */
export function sourceOf(crm: string, deal: Wire): Link<Label> | null {
  const source = embedded(deal, 'source_id', 'source');
  if (source === null) return null;
  const name = textOrNull(source.stub, 'name');
  return { ref: sourceRef(crm, source.id), known: name === null ? {} : { name, color: null } };
}

/** The labels of one kind by their label ids, which are their numbers counted from `base`. */
async function numbered<T>(
  table: KeptTable<T>,
  base: number,
  labelIds: readonly string[],
  toLabel: (row: T) => Label,
  call: Call,
): Promise<readonly (readonly [string, Label | GatewayError])[]> {
  if (labelIds.length === 0) return [];
  const rows = await table.getMany(
    labelIds.map((labelId) => String(Number(labelId) - base)),
    call,
  );
  return Array.from(rows, ([number, row]) => [
    String(Number(number) + base),
    row instanceof GatewayError ? row : toLabel(row),
  ]);
}

function choicesOf(table: KeptTable<Label>, call: Call) {
  const named = (labels: readonly Label[]) => labels.map(({ ref, name }) => ({ id: ref.id, name }));
  return {
    get: async () => named(await table.all(call)),
    refreshed: async () => named(await table.refreshed(call)),
  };
}

function toTag(crm: string, wire: Wire): Label {
  return { ref: { crm, type: 'Label', id: id(wire) }, name: text(wire, 'name'), color: color(wire) };
}

/** Sources have no colour. */
function toSource(crm: string, wire: Wire): Label {
  return { ref: sourceRef(crm, id(wire)), name: text(wire, 'name'), color: null };
}

function sourceRef(crm: string, source: string): Label['ref'] {
  return { crm, type: 'Label', id: String(SOURCE_ID_BASE + Number(source)) };
}

function toLight(crm: string, wire: Wire): Light {
  const status = Number(id(wire));
  return {
    status,
    label: { ref: { crm, type: 'Label', id: lightId(status) }, name: text(wire, 'name'), color: color(wire) },
  };
}

function builtInLight(crm: string, status: number): Light {
  const name = BUILT_IN_LIGHTS[status] ?? '';
  return { status, label: { ref: { crm, type: 'Label', id: lightId(status) }, name, color: null } };
}

/** `4EB571` and `fff` as `#4EB571` and `#ffffff`; what is no colour is none. */
function color(wire: Wire): string | null {
  const hex = textOrNull(wire, 'hex_color')?.replace(/^#/, '') ?? '';
  if (/^[0-9a-f]{6}$/i.test(hex)) return `#${hex}`;
  return /^[0-9a-f]{3}$/i.test(hex) ? `#${[...hex].map((digit) => digit + digit).join('')}` : null;
}

function lightId(status: number): string {
  return String(LIGHT_ID_BASE + status);
}

function isTagId(labelId: string): boolean {
  return Number(labelId) <= SOURCE_ID_BASE;
}

/** The number a source has in the CRM, or `null` for a label of another kind. */
export function sourceNumber(labelId: string): string | null {
  return isSourceId(labelId) ? String(Number(labelId) - SOURCE_ID_BASE) : null;
}

function isSourceId(labelId: string): boolean {
  return !isTagId(labelId) && !isLightId(labelId);
}

function isLightId(labelId: string): boolean {
  return Number(labelId) > LIGHT_ID_BASE;
}

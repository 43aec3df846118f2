import type { Call } from '../../domain/call.ts';
import type { Found } from '../../domain/crm-adapter.ts';
import type { Label } from '../../domain/deal.ts';
import type { Link } from '../../domain/ref.ts';
import { id, isWire, numberOrNull, objectOrNull, text, textOrNull, type Wire } from '../wire.ts';
import type { Account } from './account.ts';
import { collection } from './api.ts';
import { KeptTable, readRows } from './table.ts';

/**
 * Tags and status lights are numbered separately, yet both are labels. A light has its number in the CRM behind this
 * one as its label id, so that it never meets a tag's.
 */
const LIGHT_ID_BASE = 9_000_000_000_000_000;

/** The lights of every account before accounts could define their own; the first three of an account today. */
const BUILT_IN_LIGHTS: Readonly<Record<number, string>> = { 1: 'Red', 2: 'Yellow', 3: 'Green' };

/** A status light with the number that is written on a deal. */
export interface Light {
  readonly status: number;
  readonly label: Label;
}

/** Tags of `GET /admin/deal_tags` and status lights of `GET /admin/deal_statuses`. */
export class Labels {
  readonly #tags: KeptTable<Label>;
  readonly #lights: KeptTable<Light>;

  constructor(account: Account) {
    const { crm, api } = account;
    this.#tags = new KeptTable(account, async (call) => {
      const values = (await api.allIfShown(collection('admin/deal_tags'), call)) ?? [];
      return readRows(crm, 'tag', values, (wire) => toTag(crm, wire));
    });
    this.#lights = new KeptTable(account, async (call) => {
      const values = await api.allIfShown(collection('admin/deal_statuses'), call);
      if (values !== null) return readRows(crm, 'deal status', values, (wire) => toLight(crm, wire));
      const records = Object.keys(BUILT_IN_LIGHTS).map((key) => builtInLight(crm, Number(key)));
      return { records, byId: new Map(records.map((light) => [String(light.status), light])) };
    });
  }

  async getMany(ids: readonly string[], call: Call): Promise<Found<Label>> {
    const tagIds = ids.filter((labelId) => !isLightId(labelId));
    const lightIds = ids.filter(isLightId);
    const found = new Map(tagIds.length > 0 ? await this.#tags.getMany(tagIds, call) : []);
    if (lightIds.length === 0) return found;
    const statuses = lightIds.map((labelId) => String(Number(labelId) - LIGHT_ID_BASE));
    for (const [status, light] of await this.#lights.getMany(statuses, call)) {
      found.set(lightId(Number(status)), light instanceof Error ? light : light.label);
    }
    return found;
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

function toTag(crm: string, wire: Wire): Label {
  return { ref: { crm, type: 'Label', id: id(wire) }, name: text(wire, 'name'), color: color(wire) };
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

function isLightId(labelId: string): boolean {
  return Number(labelId) > LIGHT_ID_BASE;
}

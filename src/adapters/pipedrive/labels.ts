import type { Call } from '../../domain/call.ts';
import type { CrmAdapter } from '../../domain/crm-adapter.ts';
import type { Label } from '../../domain/deal.ts';
import type { Choice } from '../../domain/deal-writes.ts';
import type { Link } from '../../domain/ref.ts';
import { chooseFrom } from '../choose.ts';
import type { Kept } from '../kept.ts';
import type { WireId } from '../values.ts';
import type { PipedriveApi } from './api.ts';
import type { FieldDefinitions, FieldOption, Fields } from './fields.ts';
import { linkTo } from './links.ts';

/**
 * Deal labels and channels are options of two fields of deals; that their numbers never meet is not documented. A
 * channel has its number behind this one as its label id.
 */
const CHANNEL_ID_BASE = 8_000_000_000_000_000;

/** Labels and channels. One that was removed leaves its id on deals, and is its name. */
export function createLabels(api: PipedriveApi, fields: Fields): CrmAdapter['labels'] {
  return {
    async getMany(ids, call) {
      if (ids.length === 0) return new Map();
      let options = allOptions(await fields.Deal.get(call));
      if (ids.some((id) => !options.has(id))) options = allOptions(await fields.Deal.refreshed(call));
      return new Map(
        ids.map((id): [string, Label] => {
          const option = options.get(id);
          const ref: Label['ref'] = { crm: api.crm, type: 'Label', id };
          return [id, { ref, name: option?.label ?? optionId(id), color: option?.color ?? null }];
        }),
      );
    },
  };
}

/** The remote ids of the labels chosen for a deal. */
export async function chooseLabels(
  crm: string,
  kept: Kept<FieldDefinitions>,
  choices: readonly Choice[],
  call: Call,
): Promise<readonly string[]> {
  const list = {
    get: async () => named(labelOptions(await kept.get(call))),
    refreshed: async () => named(labelOptions(await kept.refreshed(call))),
  };
  const chosen = choices.map((choice, index) => ({ choice, path: ['labels', String(index)] }));
  return (await chooseFrom(crm, 'label', list, chosen)).map(({ id }) => id);
}

/** A channel, an option of the field `channel`. */
export function channelOf(crm: string, option: WireId): Link<Label> {
  return linkTo<Label>(crm, 'Label', String(CHANNEL_ID_BASE + Number(option)));
}

function allOptions(definitions: FieldDefinitions): ReadonlyMap<string, FieldOption> {
  const channels = definitions.get('channel')?.options ?? [];
  return new Map([
    ...labelOptions(definitions).map((option) => [option.id, option] as const),
    ...channels.map((option) => [String(CHANNEL_ID_BASE + Number(option.id)), option] as const),
  ]);
}

function labelOptions(definitions: FieldDefinitions): readonly FieldOption[] {
  const field = definitions.get('label_ids') ?? definitions.get('label');
  return field?.options ?? [];
}

function named(options: readonly FieldOption[]): readonly { readonly id: string; readonly name: string }[] {
  return options.map(({ id, label }) => ({ id, name: label }));
}

/** The option's own id behind a label's. */
function optionId(labelId: string): string {
  return Number(labelId) > CHANNEL_ID_BASE ? String(Number(labelId) - CHANNEL_ID_BASE) : labelId;
}

import type { CrmAdapter } from '../../domain/crm-adapter.ts';
import type { Label } from '../../domain/deal.ts';
import type { PipedriveApi } from './api.ts';
import type { FieldDefinitions, FieldOption, Fields } from './fields.ts';

/** Deal labels are the options of a field of deals. One that was removed leaves its id on deals, and is its name. */
export function createLabels(api: PipedriveApi, fields: Fields): CrmAdapter['labels'] {
  return {
    async getMany(ids, call) {
      if (ids.length === 0) return new Map();
      let options = labelOptions(await fields.Deal.get(call));
      if (ids.some((id) => !options.has(id))) options = labelOptions(await fields.Deal.refreshed(call));
      return new Map(
        ids.map((id): [string, Label] => {
          const option = options.get(id);
          const ref: Label['ref'] = { crm: api.crm, type: 'Label', id };
          return [id, { ref, name: option?.label ?? id, color: option?.color ?? null }];
        }),
      );
    },
  };
}

function labelOptions(definitions: FieldDefinitions): ReadonlyMap<string, FieldOption> {
  const field = definitions.get('label_ids') ?? definitions.get('label');
  return new Map(field?.options.map((option) => [option.id, option]));
}

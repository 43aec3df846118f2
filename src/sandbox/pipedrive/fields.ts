import type { Route, SimRequest, SimResponse } from '../kit/simulator.ts';
import { listReply, success } from './entity.ts';
import { notFound } from './failure.ts';
import type { EntityKind, Field } from './records.ts';
import { csvOf, limit, oneOf, readQuery, string } from './schema.ts';
import type { Account } from './store.ts';

const extras = {
  ui_visibility: { add_visible_flag: true, details_visible_flag: true },
  important_fields: { enabled: false, stage_ids: [] },
  required_fields: { enabled: false },
};

type Extra = keyof typeof extras;

const ALL: readonly Extra[] = ['ui_visibility', 'important_fields', 'required_fields'];

const FAMILIES: readonly { readonly path: string; readonly kind: EntityKind; readonly extras: readonly Extra[] }[] = [
  { path: 'dealFields', kind: 'deal', extras: ALL },
  { path: 'personFields', kind: 'person', extras: ALL },
  { path: 'organizationFields', kind: 'organization', extras: ALL },
  { path: 'productFields', kind: 'product', extras: ['ui_visibility'] },
];

/** Field definitions of deals, persons, organizations and products, to read. */
export function fieldRoutes(account: Account): Route[] {
  return FAMILIES.flatMap(({ path, kind, extras: allowed }): Route[] => {
    const shape = { include_fields: csvOf(oneOf(...allowed)) };
    return [
      {
        method: 'GET',
        path: `/api/v2/${path}`,
        tokens: 10,
        handler: (request) => {
          const query = readQuery(request, { ...shape, limit, cursor: string });
          const rows = account.store.fields[kind].map((field, index) => ({ id: index + 1, field }));
          return listReply(rows, query, ({ field }) => presentField(field, query.include_fields));
        },
      },
      {
        method: 'GET',
        path: `/api/v2/${path}/:code`,
        tokens: 1,
        handler: (request) => getField(account, request, kind, readQuery(request, shape).include_fields),
      },
    ];
  });
}

function getField({ store }: Account, request: SimRequest, kind: EntityKind, include?: readonly Extra[]): SimResponse {
  const field = store.fields[kind].find(({ field_code }) => field_code === request.params.code);
  if (!field) throw notFound('Field');
  return success(presentField(field, include));
}

function presentField(field: Field, include: readonly Extra[] = []): Record<string, unknown> {
  return { ...field, ...Object.fromEntries(include.map((name) => [name, extras[name]])) };
}

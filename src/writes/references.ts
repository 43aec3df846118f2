import type { Call } from '../domain/call.ts';
import type { CrmAdapter } from '../domain/crm-adapter.ts';
import type { DealAttributes } from '../domain/deal-writes.ts';
import { GatewayError } from '../domain/errors.ts';
import type { Found } from '../domain/repository.ts';
import type { Stage } from '../domain/stage.ts';

/** Where in the input a record is named that has to exist. */
interface Named {
  readonly what: string;
  readonly id: string;
  readonly path: readonly string[];
}

/**
 * Makes sure, before anything is written, that the CRM has the records a deal is to refer to. Stages, pipelines and
 * users are kept, so they usually cost nothing; a person or an organization costs a read.
 */
export async function checkDealReferences(adapter: CrmAdapter, attributes: DealAttributes, call: Call): Promise<void> {
  const { stage, pipeline, owner, person, organization, collaborators = [], todoTemplateOwner } = attributes;
  const users = [
    ...named('owner', owner),
    ...named('todoTemplateOwner', todoTemplateOwner),
    ...collaborators.map((id, index) => ({ what: 'user', id, path: ['collaborators', String(index)] })),
  ];
  const [stages] = await Promise.all([
    exist(adapter.crm.id, named('stage', stage), (ids) => adapter.stages.getMany(ids, call)),
    exist(adapter.crm.id, named('pipeline', pipeline), (ids) => adapter.pipelines.getMany(ids, call)),
    exist(adapter.crm.id, users, (ids) => adapter.users.getMany(ids, call)),
    exist(adapter.crm.id, named('person', person), (ids) => adapter.people.getMany(ids, call)),
    exist(adapter.crm.id, named('organization', organization), (ids) => adapter.organizations.getMany(ids, call)),
  ]);
  const found = stage === undefined ? undefined : (stages.get(stage) as Stage);
  if (found?.pipeline && pipeline !== undefined && found.pipeline.ref.id !== pipeline) {
    throw new GatewayError('INVALID_INPUT', 'the stage belongs to another pipeline than the one given', {
      crm: adapter.crm.id,
      path: ['stage'],
    });
  }
}

/** Makes sure that the CRM has the user or person a write on a deal is about. */
export async function checkSomeone(
  adapter: CrmAdapter,
  { user, person }: { readonly user?: string; readonly person?: string },
  call: Call,
): Promise<void> {
  await Promise.all([
    exist(adapter.crm.id, named('user', user), (ids) => adapter.users.getMany(ids, call)),
    exist(adapter.crm.id, named('person', person), (ids) => adapter.people.getMany(ids, call)),
  ]);
}

/** What a line refers to. */
interface LineReferences {
  readonly product?: string | undefined;
  readonly variation?: string | null | undefined;
  readonly path: readonly string[];
}

/** Makes sure that the catalogue has the products that lines are to refer to, in the variations they name. */
export async function checkProducts(adapter: CrmAdapter, lines: readonly LineReferences[], call: Call): Promise<void> {
  const products = lines.flatMap(({ product, path }) =>
    product === undefined ? [] : [{ what: 'product', id: product, path: [...path, 'product'] }],
  );
  await exist(adapter.crm.id, products, (ids) => adapter.products.getMany(ids, call));
  await checkVariations(adapter, lines, call);
}

/** Makes sure that the products of lines have the variations they are to refer to. */
export async function checkVariations(
  adapter: CrmAdapter,
  lines: readonly LineReferences[],
  call: Call,
): Promise<void> {
  const { productVariations } = adapter;
  if (!productVariations) return;
  const variations = lines.flatMap(({ product, variation, path }) =>
    variation == null || product === undefined
      ? []
      : [{ what: 'product variation', id: `${product}/${variation}`, path: [...path, 'variation'] }],
  );
  await exist(adapter.crm.id, variations, (ids) => productVariations.getMany(ids, call));
}

function named(what: string, id: string | null | undefined): readonly Named[] {
  return typeof id === 'string' ? [{ what, id, path: [what] }] : [];
}

async function exist<T>(
  crm: string,
  records: readonly Named[],
  getMany: (ids: readonly string[]) => Promise<Found<T>>,
): Promise<Found<T>> {
  if (records.length === 0) return new Map();
  const found = await getMany([...new Set(records.map((record) => record.id))]);
  for (const { what, id, path } of records) {
    const record = found.get(id);
    if (record instanceof GatewayError) throw record;
    if (record === undefined) throw new GatewayError('NOT_FOUND', `${crm} has no ${what} ${id}`, { crm, path });
  }
  return found;
}

import type { EntityKind, OperationKind } from '../domain/capability.ts';
import { capability } from '../domain/crm.ts';
import type { CrmAdapter } from '../domain/crm-adapter.ts';
import { selectCrms } from '../domain/crms.ts';
import { GatewayError } from '../domain/errors.ts';
import type { Instant } from '../domain/time.ts';
import { withCrm } from '../loaders/with-crm.ts';
import type { GraphQLContext } from './context.ts';

/** Something a CRM has to be able to do, and the argument that asks for it. */
export interface Demand {
  readonly operation: OperationKind;
  readonly field: string | null;
  readonly argument: string;
}

/** A filter over records of several CRMs. */
export interface FilterSpec<Where> {
  readonly entity: EntityKind;
  /** The filter in terms of one CRM and of now, or `null` when none of its records can match. */
  where(crm: string, now: Instant): Where | null;
  /** Adds what only the CRM can tell, such as who the current user is. Called once nothing refuses the CRM. */
  complete?(where: Where, adapter: CrmAdapter): Promise<Where | null>;
  /** Refuses what none of the CRMs could make sense of, once all were completed. */
  check?(): void;
  /** The filter's fields that are given, as capabilities name them: each has to be one the CRM can do. */
  readonly filterFields: readonly string[];
  /** As `filterFields`, where they are arguments beside the filter. */
  readonly filterArguments?: readonly string[];
}

/** A CRM that is asked, and what for: `null` when nothing of it can match, or why it cannot be asked. */
export interface AskedCrm<Where> {
  readonly adapter: CrmAdapter;
  /** The CRM's place in configured order. */
  readonly index: number;
  readonly where: Where | null | GatewayError;
}

/**
 * The CRMs a field asks, each with the filter in its own terms. What a CRM cannot do is found out from its capability
 * table before any of them is called; under `FAIL` it is thrown.
 */
export async function askedCrms<Where>(
  spec: FilterSpec<Where>,
  demands: readonly Demand[],
  args: {
    readonly crms?: readonly (string | number)[] | null | undefined;
    readonly onCrmFailure?: 'FAIL' | 'PARTIAL' | null | undefined;
  },
  context: GraphQLContext,
  now: Instant = context.now(),
): Promise<readonly AskedCrm<Where>[]> {
  const configured = context.crms.all();
  const filters = [
    ...spec.filterFields.map((field) => ({ operation: 'FILTER', field, argument: `filter.${field}` }) as const),
    ...(spec.filterArguments ?? []).map((field) => ({ operation: 'FILTER', field, argument: field }) as const),
  ];
  const asked = selectCrms(args.crms?.map(String), context.crms).map((adapter): AskedCrm<Where> => {
    const where = spec.where(adapter.crm.id, now);
    const refusal = where === null ? null : refuse(adapter, spec.entity, [...filters, ...demands]);
    return { adapter, index: configured.indexOf(adapter), where: refusal ?? where };
  });
  if ((args.onCrmFailure ?? 'FAIL') === 'FAIL') {
    for (const { where } of asked) if (where instanceof GatewayError) throw where;
  }
  const complete = await Promise.all(
    asked.map(async ({ where, ...crm }) => ({ ...crm, where: await completed(spec, where, crm.adapter) })),
  );
  spec.check?.();
  return complete;
}

async function completed<Where>(
  spec: FilterSpec<Where>,
  where: AskedCrm<Where>['where'],
  adapter: CrmAdapter,
): Promise<AskedCrm<Where>['where']> {
  if (where === null || where instanceof GatewayError || spec.complete === undefined) return where;
  try {
    return await spec.complete(where, adapter);
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    return withCrm(error, adapter.crm.id);
  }
}

/** Why a CRM cannot do what is asked, from its capability table. */
function refuse({ crm }: CrmAdapter, entity: EntityKind, demands: readonly Demand[]): GatewayError | null {
  for (const { operation, field, argument } of demands) {
    const row = capability(crm, entity, operation, field);
    if (row.fidelity !== 'UNSUPPORTED') continue;
    const why = row.note ? `: ${row.note}` : '';
    return new GatewayError('UNSUPPORTED', `${argument} cannot be done by ${crm.id}${why}`, {
      crm: crm.id,
      argument,
    });
  }
  return null;
}

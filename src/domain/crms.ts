import type { CrmAdapter } from './crm-adapter.ts';
import { GatewayError } from './errors.ts';
import { type NodeType, parseGlobalId, type Ref } from './ref.ts';
import { Writes } from './writes.ts';

/** The configured CRMs, in configured order. */
export class Crms {
  /** When writes to any of them were under way. */
  readonly writes: Writes;
  readonly #byId: ReadonlyMap<string, CrmAdapter>;

  constructor(adapters: readonly CrmAdapter[], writes = new Writes()) {
    this.writes = writes;
    this.#byId = new Map(adapters.map((adapter) => [adapter.crm.id, adapter]));
  }

  all(): readonly CrmAdapter[] {
    return [...this.#byId.values()];
  }

  get(id: string): CrmAdapter | undefined {
    return this.#byId.get(id);
  }

  /** The same with other adapters for some of them. */
  with(others: readonly CrmAdapter[]): Crms {
    if (others.length === 0) return this;
    const byId = new Map(others.map((adapter) => [adapter.crm.id, adapter]));
    return new Crms(
      this.all().map((adapter) => byId.get(adapter.crm.id) ?? adapter),
      this.writes,
    );
  }

  /** Those that a caller may know of; `null`: all. */
  only(ids: ReadonlySet<string> | null): Crms {
    return ids === null
      ? this
      : new Crms(
          this.all().filter((adapter) => ids.has(adapter.crm.id)),
          this.writes,
        );
  }
}

/** Reads the global id of a record of one type, of a CRM that is configured. */
export function parseId<Type extends NodeType>(text: string, type: Type, crms: Crms, argument: string): Ref<Type> {
  const ref = parseGlobalId(text, argument);
  if (ref.type !== type) {
    throw new GatewayError('BAD_USER_INPUT', `${argument}: the id of a ${ref.type}, where a ${type}'s is expected`, {
      argument,
    });
  }
  crmOf(ref.crm, crms, argument);
  return ref as Ref<Type>;
}

/** The configured CRM of that id. */
export function crmOf(id: string, crms: Crms, argument: string): CrmAdapter {
  const adapter = crms.get(id);
  if (adapter) return adapter;
  throw new GatewayError('BAD_USER_INPUT', `${argument}: no CRM of that id is configured (see the query "crms")`, {
    argument,
  });
}

/** The CRMs named, each once and in configured order; all of them where none are named. */
export function selectCrms(
  ids: readonly string[] | null | undefined,
  crms: Crms,
  argument = 'crms',
): readonly CrmAdapter[] {
  if (ids === null || ids === undefined) return crms.all();
  const wanted = new Set(ids.map((id) => crmOf(id, crms, argument).crm.id));
  return crms.all().filter((adapter) => wanted.has(adapter.crm.id));
}

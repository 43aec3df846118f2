import {
  type Capability,
  ENTITY_KINDS,
  type EntityKind,
  type Fidelity,
  OPERATION_KINDS,
  type OperationKind,
} from '../domain/capability.ts';
import { capability } from '../domain/crm.ts';

interface Kind {
  readonly kind: string;
  readonly label: string;
  readonly capabilities: readonly Capability[];
}

const SIGNS: Record<Fidelity, string> = {
  NATIVE: 'yes',
  EMULATED_EXACT: 'emulated',
  EMULATED_LOSSY: 'lossy',
  UNSUPPORTED: '–',
};

/** What works per CRM, as Markdown: one table of operations, then per CRM what differs and what there is to know. */
export function capabilityTables(kinds: readonly Kind[]): string {
  return [operations(kinds), ...kinds.map(details)].join('\n\n');
}

function operations(kinds: readonly Kind[]): string {
  const rows = pairs().map(([entity, operation]) => [
    `${words(entity)}: ${operation.toLowerCase()}`,
    ...kinds.map((kind) => sign(kind, entity, operation)),
  ]);
  const done = rows.filter(([, ...signs]) => signs.some((each) => each !== SIGNS.UNSUPPORTED));
  return table(['', ...kinds.map((kind) => kind.label)], done);
}

/** What holds for the operation as a whole, or `partly` where only some of its fields can be done. */
function sign(kind: Kind, entity: EntityKind, operation: OperationKind): string {
  const whole = capability(kind, entity, operation).fidelity;
  const some = rowsOf(kind, entity, operation).some((row) => row.fidelity !== 'UNSUPPORTED');
  return whole === 'UNSUPPORTED' && some ? 'partly' : SIGNS[whole];
}

/** What differs from an operation as a whole and what there is to know, fields of which the same is said together. */
function details(kind: Kind): string {
  const rows = pairs().flatMap(([entity, operation]) => {
    const together = new Map<string, { first: Capability; fields: string[] }>();
    if (sign(kind, entity, operation) === SIGNS.UNSUPPORTED) return [];
    for (const row of rowsOf(kind, entity, operation)) {
      if (row.field === null && (row.note === null || row.fidelity === 'UNSUPPORTED')) continue;
      const key = JSON.stringify([row.fidelity, row.note, row.field === null]);
      const same = together.get(key) ?? { first: row, fields: [] };
      together.set(key, same);
      if (row.field !== null) same.fields.push(`\`${row.field}\``);
    }
    return Array.from(together.values(), ({ first, fields }) => [
      [`${words(entity)}: ${operation.toLowerCase()}`, fields.join(', ')].join(' ').trim(),
      SIGNS[first.fidelity],
      first.note ?? '',
    ]);
  });
  return `**${kind.label}**\n\n${table(['', 'fidelity', 'note'], rows)}`;
}

function rowsOf(kind: Kind, entity: EntityKind, operation: OperationKind): readonly Capability[] {
  return kind.capabilities.filter((row) => row.entity === entity && row.operation === operation);
}

function pairs(): readonly (readonly [EntityKind, OperationKind])[] {
  return ENTITY_KINDS.flatMap((entity) => OPERATION_KINDS.map((operation) => [entity, operation] as const));
}

function words(entity: EntityKind): string {
  return entity.toLowerCase().replaceAll('_', ' ');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

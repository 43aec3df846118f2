import {
  type Capability,
  capability,
  ENTITY_KINDS,
  type EntityKind,
  type Fidelity,
  OPERATION_KINDS,
} from '../domain/crm.ts';

interface Kind {
  readonly kind: string;
  readonly label: string;
  readonly capabilities: readonly Capability[];
}

const SIGNS: Record<Fidelity, string> = {
  NATIVE: 'yes',
  EMULATED_EXACT: 'emulated',
  EMULATED_LOSSY: 'emulated, lossy',
  UNSUPPORTED: '–',
};

/** What works per CRM, as Markdown: one table of operations, then per CRM what differs and what there is to know. */
export function capabilityTables(kinds: readonly Kind[]): string {
  return [operations(kinds), ...kinds.map(details)].join('\n\n');
}

function operations(kinds: readonly Kind[]): string {
  const rows = ENTITY_KINDS.flatMap((entity) =>
    OPERATION_KINDS.map((operation) => ({
      name: `${words(entity)}: ${operation.toLowerCase()}`,
      cells: kinds.map((kind) => capability(asCrm(kind), entity, operation).fidelity),
    })),
  ).filter(({ cells }) => cells.some((cell) => cell !== 'UNSUPPORTED'));
  return table(
    ['', ...kinds.map((kind) => kind.label)],
    rows.map(({ name, cells }) => [name, ...cells.map((cell) => SIGNS[cell])]),
  );
}

function details(kind: Kind): string {
  const whole = (entity: EntityKind, row: Capability) => capability(asCrm(kind), entity, row.operation).fidelity;
  const rows = ENTITY_KINDS.flatMap((entity) =>
    OPERATION_KINDS.flatMap((operation) =>
      kind.capabilities.filter(
        (row) =>
          row.entity === entity &&
          row.operation === operation &&
          (row.field === null
            ? row.note !== null && row.fidelity !== 'UNSUPPORTED'
            : whole(entity, row) !== 'UNSUPPORTED'),
      ),
    ),
  );
  return `**${kind.label}**\n\n${table(
    ['', 'fidelity', 'note'],
    rows.map((row) => [
      `${words(row.entity)}: ${row.operation.toLowerCase()}${row.field === null ? '' : ` \`${row.field}\``}`,
      SIGNS[row.fidelity],
      row.note ?? '',
    ]),
  )}`;
}

function asCrm(kind: Kind) {
  return { id: kind.kind, ...kind };
}

function words(entity: EntityKind): string {
  return entity.toLowerCase().replaceAll('_', ' ');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

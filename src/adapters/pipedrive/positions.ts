import { compareRemoteIds } from '../../domain/ref.ts';
import { idOrNull, isWire, numberOrNull, WireError } from '../wire.ts';

interface Placed {
  readonly row: unknown;
  readonly pipeline: string;
  readonly order: number;
  readonly id: string;
}

/**
 * Pipelines or stages in the account's order, stages by pipeline first. `order_nr` starts at 0 or 1, has gaps and may
 * repeat, so it orders and is never an index; equal ones come by id, rows that cannot be read come last.
 */
export function inAccountOrder(rows: readonly unknown[]): readonly unknown[] {
  return rows
    .map(placed)
    .toSorted(
      (a, b) =>
        compareRemoteIds(a.pipeline, b.pipeline) || compareNumbers(a.order, b.order) || compareRemoteIds(a.id, b.id),
    )
    .map(({ row }) => row);
}

function placed(row: unknown): Placed {
  try {
    if (isWire(row)) {
      const order = numberOrNull(row, 'order_nr') ?? Number.POSITIVE_INFINITY;
      return { row, pipeline: idOrNull(row, 'pipeline_id') ?? '', order, id: idOrNull(row, 'id') ?? '' };
    }
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
  }
  return { row, pipeline: '', order: Number.POSITIVE_INFINITY, id: '' };
}

/** Subtraction would make `NaN` of two infinities. */
function compareNumbers(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

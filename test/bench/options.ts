import { parseArgs } from 'node:util';

/** How `npm run bench` was asked to run. */
export interface Options {
  /** Fewer figures, and measured for less long. */
  readonly quick: boolean;
  /** Also 60 seconds at 128 connections, for the memory. */
  readonly soak: boolean;
  /** Writes the table to the README. */
  readonly write: boolean;
  /** How long each cell is measured, in milliseconds. */
  readonly windowMs: number;
}

export const USAGE = `npm run bench -- [--quick] [--soak] [--window <seconds>] [--write]

  --quick    fewer figures, half a second each, no export (under 40 seconds)
  --soak     also a minute at 128 connections, for the memory
  --window   seconds per figure, 1 unless said
  --write    put the table into the README`;

/** Throws a `TypeError` for anything that is not an option. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      soak: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      window: { type: 'string' },
    },
  });
  const { quick, soak, write } = values;
  const seconds = Number(values.window ?? (quick ? 0.5 : 1));
  if (!(seconds > 0 && seconds <= 60)) throw new TypeError('--window takes seconds, at most 60');
  if (quick && write) throw new TypeError('--write is for whole runs, not with --quick');
  return { quick, soak, write, windowMs: seconds * 1_000 };
}

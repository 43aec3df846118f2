import { parseArgs } from 'node:util';
import { WORKLOADS, type WorkloadName } from './workloads.ts';

/** How `npm run bench` was asked to run. */
export interface Options {
  /** Fewer figures, and measured for less long. */
  readonly quick: boolean;
  /** Also 60 seconds at 128 connections, for the memory. */
  readonly soak: boolean;
  /** Writes the table to the README. */
  readonly write: boolean;
  /** Only this workload, and no export; `null` for all of them. */
  readonly workload: WorkloadName | null;
  /** How long each turn of a server lasts, in milliseconds. */
  readonly windowMs: number;
}

export const USAGE = `npm run bench -- [--quick] [--workload <name>] [--soak] [--window <seconds>] [--write]

  --quick    fewer figures, half a second each, no export (under 40 seconds)
  --workload nested, one or identical alone, and no export
  --soak     also a minute at 128 connections, for the memory
  --window   seconds per turn of a server, of which it has several per figure; 0.75 unless said
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
      workload: { type: 'string' },
    },
  });
  const { quick, soak, write } = values;
  const workload = WORKLOADS.find((name) => name === values.workload) ?? null;
  if (values.workload !== undefined && workload === null) throw new TypeError('--workload takes one of them');
  const seconds = Number(values.window ?? (quick ? 0.5 : 0.75));
  if (!(seconds > 0 && seconds <= 60)) throw new TypeError('--window takes seconds, at most 60');
  if (quick && write) throw new TypeError('--write is for whole runs, not with --quick');
  if (workload !== null && write) throw new TypeError('--write is for whole runs, not with --workload');
  return { quick, soak, write, workload, windowMs: seconds * 1_000 };
}

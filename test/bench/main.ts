import { readFile, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import { type Bench, startBench } from './bench.ts';
import { measureExport } from './export.ts';
import { CELLS, type Cell, Measurement, PASSES, type Passes, QUICK_CELLS } from './measure.ts';
import { type Options, readOptions, USAGE } from './options.ts';
import { isPinned, NODE_FLAGS } from './processes.ts';
import { type Circumstances, report, withReport } from './report.ts';
import { requireSameAnswers } from './same-answers.ts';
import type { Results } from './targets.ts';

const README = new URL('../../README.md', import.meta.url);
const NAMED_PACKAGES = ['graphql', 'graphql-yoga', '@pothos/core', 'dataloader', 'undici'];
const SMALL_EXPORT = 1_000;
const LARGE_EXPORT = 100_000;
const SOAK_MS = 60_000;
const BUSIEST: Cell = { workload: 'nested', latencyMs: 0, connections: 128 };

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  const results = await measure(options);
  const text = report(results, await circumstances(options));
  process.stdout.write(`\n${text}\n`);
  if (options.write) await writeFile(README, withReport(await readFile(README, 'utf8'), text));
}

/** Memory is measured on gateways that have done nothing else before. */
async function measure(options: Options): Promise<Results> {
  const { quick, soak, workload } = options;
  const cells = await withBench((bench) => measureCells(bench, options));
  const exports = quick || workload !== null ? null : await withBench(measureExports);
  const soakMb = soak ? await withBench((bench) => new Measurement(bench).residentDuring(BUSIEST, SOAK_MS)) : null;
  return { ...cells, exports, soakMb };
}

async function measureCells(
  bench: Bench,
  { quick, workload, windowMs }: Options,
): Promise<Pick<Results, 'cells' | 'firstAnswerMs'>> {
  progress('comparing the answers');
  await requireSameAnswers(bench, [0, 1, 17, 4_711]);
  const measurement = new Measurement(bench);
  progress('warming up');
  await measurement.warmUp(quick ? 1_000 : 20_000);
  const wanted = (quick ? QUICK_CELLS : CELLS).filter((cell) => workload === null || cell.workload === workload);
  const cells = await measurement.measure(wanted, windowMs, passesOf(quick), (cell, pass) => {
    progress(`${pass}: ${cell.workload}, ${cell.latencyMs} ms, ${cell.connections} connections`);
  });
  return { cells, firstAnswerMs: bench.servers.gateway.firstAnswerMs };
}

async function measureExports(bench: Bench): Promise<Results['exports']> {
  progress('exporting');
  const measurement = new Measurement(bench);
  const atLeast = 10 * SMALL_EXPORT;
  await measureExport(bench, measurement, SMALL_EXPORT, atLeast);
  return {
    small: await measureExport(bench, measurement, SMALL_EXPORT, atLeast),
    large: await measureExport(bench, measurement, LARGE_EXPORT, LARGE_EXPORT),
  };
}

async function withBench<T>(use: (bench: Bench) => Promise<T>): Promise<T> {
  const bench = await startBench('dist/main.js');
  try {
    return await use(bench);
  } finally {
    await bench.close();
  }
}

function passesOf(quick: boolean): Passes {
  return quick ? { least: 1, most: 1, turns: 1 } : PASSES;
}

async function circumstances({ windowMs, quick }: Options): Promise<Circumstances> {
  const versions = await Promise.all(
    NAMED_PACKAGES.map(async (name) => {
      const file = new URL(`../../node_modules/${name}/package.json`, import.meta.url);
      const { version } = JSON.parse(await readFile(file, 'utf8')) as { readonly version: string };
      return [name, version] as const;
    }),
  );
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: `${availableParallelism()} × ${cpus()[0]?.model.trim() ?? 'unknown processor'}`,
    node: process.versions.node,
    nodeFlags: NODE_FLAGS,
    isPinned,
    windowMs,
    passes: passesOf(quick),
    versions: Object.fromEntries(versions),
  };
}

function progress(text: string): void {
  process.stderr.write(`${text}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof TypeError ? `${error.message}\n\n${USAGE}` : String(error)}\n`);
  process.exitCode = 1;
});

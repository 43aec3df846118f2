import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const TSX = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

/** A program of the project running as a process of its own. */
export interface RunningProcess {
  readonly pid: number;
  readonly output: { stdout: string; stderr: string };
  /** Waits until standard output matches, and fails when the process ends before. */
  waitFor(pattern: RegExp): Promise<RegExpExecArray>;
  signal(name: NodeJS.Signals): void;
  /** Resolves with the exit code. */
  readonly ended: Promise<number | null>;
}

/** Which program: as it is in the sources, or what was built of it. */
export interface Program {
  readonly from?: 'src' | 'dist';
  readonly args?: readonly string[];
  /** Of Node. */
  readonly flags?: readonly string[];
}

/**
 * Runs `src/<file>`, or what was built of it, with nothing in its environment but `env`, and in a directory without a
 * config file.
 */
export function run(
  file: string,
  env: Readonly<Record<string, string>>,
  { from = 'src', args = [], flags: given = [] }: Program = {},
): RunningProcess {
  const entry = fileURLToPath(new URL(`../../${from}/${from === 'src' ? file : built(file)}`, import.meta.url));
  const flags = [...given, ...(from === 'src' ? ['--import', TSX] : [])];
  const dataDir = mkdtempSync(path.join(tmpdir(), 'dealgraph-test-'));
  const child: ChildProcess = spawn(process.execPath, [...flags, entry, ...args], {
    cwd: tmpdir(),
    env: { PATH: process.env.PATH, DEALGRAPH_DATA_DIR: dataDir, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  child.stdout?.on('data', (chunk) => {
    output.stdout += String(chunk);
  });
  child.stderr?.on('data', (chunk) => {
    output.stderr += String(chunk);
  });
  const ended = once(child, 'close').then(([code]) => {
    rmSync(dataDir, { recursive: true, force: true });
    return code as number | null;
  });
  return {
    pid: child.pid ?? 0,
    output,
    ended,
    signal: (name) => child.kill(name),
    waitFor: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const match = pattern.exec(output.stdout);
          if (match) resolve(match);
        };
        look();
        child.stdout?.on('data', look);
        child.once('close', () => reject(new Error(`ended without ${pattern}: ${output.stdout}${output.stderr}`)));
      }),
  };
}

function built(file: string): string {
  return file.replace(/\.ts$/, '.js');
}

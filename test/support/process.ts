import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

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

/** What a program is run with. */
export interface Options {
  readonly args?: readonly string[];
  /** Of Node. */
  readonly flags?: readonly string[];
}

/** Runs what was built of `src/<file>`, with nothing in its environment but `env`, in a directory without a config file. */
export function run(
  file: string,
  env: Readonly<Record<string, string>>,
  { args = [], flags = [] }: Options = {},
): RunningProcess {
  const entry = fileURLToPath(new URL(`../../dist/${file.replace(/\.ts$/, '.js')}`, import.meta.url));
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

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { ConfigError } from './config-error.ts';

const DEFAULT_NAMES = ['dealgraph.config.json', 'dealgraph.config.mjs', 'dealgraph.config.js'];

/** What a config file holds, not yet checked, and the name it is called by in problems. */
export interface ConfigFile {
  readonly name: string;
  readonly content: unknown;
}

/**
 * Reads the config file: `named`, or the first of the default names found in `directory`; `null` when there is none.
 * A module gives its default export. Throws `ConfigError` when the file cannot be read.
 */
export async function readConfigFile(named: string | undefined, directory: string): Promise<ConfigFile | null> {
  const name = named ?? DEFAULT_NAMES.find((candidate) => existsSync(path.resolve(directory, candidate)));
  if (name === undefined) return null;
  const file = path.resolve(directory, name);
  if (!existsSync(file)) throw new ConfigError([`DEALGRAPH_CONFIG: there is no file ${name}`]);
  try {
    return { name, content: file.endsWith('.json') ? JSON.parse(await readFile(file, 'utf8')) : await load(file) };
  } catch (error) {
    // A parser's message may quote the file, which may hold what should not be printed.
    const reason = error instanceof SyntaxError ? 'is not valid' : 'could not be read';
    throw new ConfigError([`${name}: ${reason}`]);
  }
}

async function load(file: string): Promise<unknown> {
  const module = (await import(pathToFileURL(file).href)) as { readonly default?: unknown };
  return module.default;
}

import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Environment, Report } from './environment.ts';
import { isObject } from './file-values.ts';

const VARIABLE = 'DEALGRAPH_PERSISTED_OPERATIONS';

/**
 * The documents that may be sent by their hash: a JSON file `{ "<hash>": "<document>" }`, as code generators write it,
 * or a folder of `.graphql` files, each known by the SHA-256 of its text. `null` where none are configured.
 */
export async function readPersistedOperations(
  env: Environment,
  directory: string,
  report: Report,
): Promise<ReadonlyMap<string, string> | null> {
  const name = env.text(VARIABLE);
  if (name === undefined) return null;
  const place = path.resolve(directory, name);
  try {
    const documents = (await stat(place)).isDirectory() ? await readFolder(place) : await readList(place);
    if (documents.size === 0) report(`${VARIABLE}: there are no documents in ${name}`);
    return documents;
  } catch {
    report(`${VARIABLE}: ${name} must be a folder of .graphql files or a JSON file of documents by their hash`);
    return new Map();
  }
}

async function readFolder(folder: string): Promise<Map<string, string>> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.graphql'));
  const texts = await Promise.all(names.map((name) => readFile(path.join(folder, name), 'utf8')));
  return new Map(texts.map((text) => [createHash('sha256').update(text).digest('hex'), text]));
}

async function readList(file: string): Promise<Map<string, string>> {
  const content: unknown = JSON.parse(await readFile(file, 'utf8'));
  const entries = isObject(content) ? Object.entries(content) : [];
  const documents = entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  if (!isObject(content) || documents.length < entries.length) throw new TypeError('not documents by their hash');
  return new Map(documents);
}

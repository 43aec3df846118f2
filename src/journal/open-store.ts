import { access, constants, mkdir, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { ClassicLevel } from 'classic-level';
import { seal, unseal } from '../secrets/sealed.ts';
import type { SecretKey } from '../secrets/secret-keys.ts';
import { isWholeLog } from './check-log.ts';
import { JournalError } from './journal-error.ts';

/**
 * The version of what is kept. Version 1 had the same values unencrypted, and is brought up to date when it is opened; a
 * store of any other version is not opened.
 */
const VERSION = '2';
const VERSION_KEY = 'version';
/** The version, and the id of the key the values are encrypted with. */
const PLAIN = { valueEncoding: 'utf8' } as const;

/** Keys and values are text; keys sort by their bytes, and values are encrypted. */
export type Store = ClassicLevel<string, string>;

/**
 * Opens the store in a directory, which is made if it is not there, as the key is. Whatever speaks against it is a
 * `JournalError`.
 */
export async function openStore(directory: string, keyFor: () => Promise<SecretKey>): Promise<Store> {
  try {
    await mkdir(directory, { recursive: true });
    await access(directory, constants.W_OK);
  } catch (error) {
    throw unwritable(directory, error);
  }
  await checkLogs(directory);
  const key = await keyFor();
  const store: Store = new ClassicLevel(directory, { valueEncoding: sealedBy(key) });
  try {
    await store.open();
  } catch (error) {
    throw whyClosed(directory, error);
  }
  try {
    await checkVersion(store, key, directory);
    // Reads every block once, so that damage shows now and not in the middle of an operation.
    for await (const _key of store.keys());
  } catch (error) {
    await store.close();
    throw error instanceof JournalError ? error : damaged(directory, error);
  }
  return store;
}

/** Removes a store that no process has open. */
export async function removeStore(directory: string): Promise<void> {
  await ClassicLevel.destroy(directory);
}

function whyClosed(directory: string, error: unknown): JournalError {
  const { code, message = '' } = ((error as Error).cause ?? {}) as { code?: string; message?: string };
  if (code === 'LEVEL_LOCKED') {
    const advice = 'stop that one, or give each its own DEALGRAPH_DATA_DIR';
    return new JournalError(directory, `is in use by another process: ${advice}`, error);
  }
  if (/permission denied|read-only file system/i.test(message)) return unwritable(directory, error);
  return damaged(directory, error);
}

/** LevelDB moves what its logs hold into other files when it opens, so they are looked at before. */
async function checkLogs(directory: string): Promise<void> {
  for (const file of await readdir(directory)) {
    if (!file.endsWith('.log')) continue;
    const log = await readFile(path.join(directory, file)).catch((error: unknown) => {
      throw unwritable(directory, error);
    });
    if (!isWholeLog(log)) throw damaged(directory, new Error(`${file} has records with wrong checksums`));
  }
}

function sealedBy(key: SecretKey) {
  const context = `dealgraph journal ${VERSION}`;
  return {
    name: 'sealed',
    format: 'buffer' as const,
    encode: (text: string) => seal(text, key, context),
    decode: (sealed: Buffer) => unseal(sealed, key, context),
  };
}

async function checkVersion(store: Store, key: SecretKey, directory: string): Promise<void> {
  const [version, keyId] = (await store.get(VERSION_KEY, PLAIN))?.split(' ') ?? [];
  if (version === VERSION && keyId === key.id) return;
  if (version === VERSION) {
    const advice = 'give it the DEALGRAPH_SECRET_KEY or the file secret.key it was written with';
    throw new JournalError(directory, `was encrypted with another key: ${advice}`);
  }
  const current = `${VERSION} ${key.id}`;
  if (version === '1') return encryptAll(store, current);
  if (version !== undefined) {
    const problem = `is of version ${version}, and this gateway keeps version ${VERSION}`;
    throw new JournalError(directory, `${problem}: run the version that wrote it, or set DEALGRAPH_DATA_DIR`);
  }
  for await (const _key of store.keys({ limit: 1 })) {
    throw new JournalError(directory, 'is something else than a journal of this gateway: set DEALGRAPH_DATA_DIR');
  }
  await store.put(VERSION_KEY, current, { ...PLAIN, sync: true });
}

/** All at once, so that a crash leaves either version. */
async function encryptAll(store: Store, current: string): Promise<void> {
  const batch = store.batch();
  for await (const [name, value] of store.iterator(PLAIN)) batch.put(name, value);
  batch.put(VERSION_KEY, current, PLAIN);
  await batch.write({ sync: true });
}

function unwritable(directory: string, cause: unknown): JournalError {
  return new JournalError(directory, 'cannot be written: make it writable, or set DEALGRAPH_DATA_DIR', cause);
}

function damaged(directory: string, cause: unknown): JournalError {
  const advice = 'restore it from a backup, or move it away and lose the history and the idempotency keys in it';
  return new JournalError(directory, `is damaged: ${advice}`, cause);
}

import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { passingKey, type SecretKey, SecretKeyError, type SecretKeys } from '../secrets/secret-keys.ts';
import { Journal, type JournalRules } from './journal.ts';
import { JournalError } from './journal-error.ts';
import { openStore, removeStore } from './open-store.ts';

const SANDBOX = 'sandbox-';
const MAKING_MS = 60_000;

/** The journal in the data directory. What it holds is encrypted: inputs and snapshots are people's data. */
export async function openJournal(dataDir: string, rules: JournalRules, keys: SecretKeys): Promise<Journal> {
  const directory = path.join(dataDir, 'journal');
  const store = await openStore(directory, () => keyFor(directory, keys));
  return Journal.on(store, rules);
}

async function keyFor(directory: string, keys: SecretKeys): Promise<SecretKey> {
  try {
    return await keys.keyOrNew();
  } catch (error) {
    if (!(error instanceof SecretKeyError)) throw error;
    throw new JournalError(directory, `cannot be used: ${error.message}`, error);
  }
}

/**
 * A journal for CRMs whose data is new at each start: it begins empty, stays apart from the one of real CRMs, and is
 * removed when it is closed. What was left by processes that ended without closing theirs is removed first.
 */
export async function openSandboxJournal(dataDir: string, rules: JournalRules): Promise<Journal> {
  const directory = await freshDirectory(dataDir);
  const store = await openStore(directory, async () => passingKey());
  return Journal.on(store, rules, () => rm(directory, { recursive: true, force: true }));
}

async function freshDirectory(dataDir: string): Promise<string> {
  try {
    await mkdir(dataDir, { recursive: true });
    for (const name of await readdir(dataDir)) {
      if (name.startsWith(SANDBOX)) await removeLeftover(path.join(dataDir, name));
    }
    return await mkdtemp(path.join(dataDir, SANDBOX));
  } catch (error) {
    throw new JournalError(dataDir, 'cannot be written: make it writable, or set DEALGRAPH_DATA_DIR', error);
  }
}

/** One that another process has open cannot be removed, and is left alone; so is one that is only being made. */
async function removeLeftover(directory: string): Promise<void> {
  try {
    if (Date.now() - (await stat(directory)).mtimeMs < MAKING_MS) return;
    await removeStore(directory);
  } catch {
    return;
  }
  await rm(directory, { recursive: true, force: true });
}

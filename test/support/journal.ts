import { cp } from 'node:fs/promises';
import path from 'node:path';
import { openStore } from '../../src/journal/open-store.ts';
import { SecretKeys } from '../../src/secrets/secret-keys.ts';

/** The keys and decrypted values of the journal in a data directory; a gateway may have it open. */
export async function journalOf(dataDir: string): Promise<readonly string[]> {
  const copy = path.join(dataDir, 'copy-of-journal');
  await cp(path.join(dataDir, 'journal'), copy, { recursive: true });
  const store = await openStore(copy, () => new SecretKeys(dataDir, null).key());
  try {
    return (await store.iterator({ lt: 'version' }).all()).flat();
  } finally {
    await store.close();
  }
}

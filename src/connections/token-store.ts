import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { seal, unseal } from '../secrets/sealed.ts';
import { type SecretKey, SecretKeyError, type SecretKeys } from '../secrets/secret-keys.ts';
import type { Identity, Tokens } from '../transport/oauth.ts';
import { ConnectionError } from './connection-error.ts';

/** What is kept of a connection. */
export interface StoredConnection {
  /** The app it was made for, and whose tokens these are. */
  readonly clientId: string;
  readonly tokenUrl: string;
  readonly identity: Identity;
  readonly tokens: Tokens;
  /** The CRM has refused to renew the tokens. */
  readonly isRefused: boolean;
}

const VERSION = 1;

/** Keeps the tokens of each account in a file of its own, encrypted, and replaced as a whole. */
export class TokenStore {
  readonly #directory: string;
  readonly #keys: SecretKeys;

  constructor(dataDir: string, keys: SecretKeys) {
    this.#directory = path.join(dataDir, 'connections');
    this.#keys = keys;
  }

  /** What is kept of an account, or `null`. Throws a `ConnectionError` that says why it cannot be read. */
  async read(crm: string): Promise<StoredConnection | null> {
    const text = await this.#text(crm);
    if (text === null) return null;
    const key = await usable(this.#keys.key());
    const sealed = parse(text);
    if (sealed === null) throw this.#unusable(crm, 'are damaged');
    if (sealed.key !== key.id) throw this.#unusable(crm, 'were encrypted with another key (DEALGRAPH_SECRET_KEY)');
    try {
      return JSON.parse(unseal(Buffer.from(sealed.sealed, 'base64'), key, contextOf(crm))) as StoredConnection;
    } catch {
      throw this.#unusable(crm, 'are damaged');
    }
  }

  /** Replaces what is kept; once it resolves, that is on the disk. Makes the key where there is none. */
  async write(crm: string, connection: StoredConnection): Promise<void> {
    const key = await usable(this.#keys.keyOrNew());
    const made = `${this.#file(crm)}.${randomBytes(6).toString('hex')}`;
    try {
      await mkdir(this.#directory, { recursive: true, mode: 0o700 });
      const file = await open(made, 'wx', 0o600);
      try {
        await file.writeFile(`${JSON.stringify(fileOf(connection, key, crm))}\n`);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(made, this.#file(crm));
      await syncDirectory(this.#directory);
    } catch (error) {
      await rm(made, { force: true }).catch(() => undefined);
      throw unwritable(this.#directory, error);
    }
  }

  /** Forgets an account. Says whether there was something. */
  async remove(crm: string): Promise<boolean> {
    const there = (await this.stamp(crm)) !== null;
    try {
      await rm(this.#file(crm), { force: true });
      if (there) await syncDirectory(this.#directory);
    } catch (error) {
      throw unwritable(this.#directory, error);
    }
    return there;
  }

  /** Another one whenever something else is kept; `null` where nothing is. */
  async stamp(crm: string): Promise<string | null> {
    try {
      const { ino, mtimeNs, size } = await stat(this.#file(crm), { bigint: true });
      return `${ino}:${mtimeNs}:${size}`;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw this.#unusable(crm, 'cannot be read');
    }
  }

  /** Ids of CRMs are letters, digits and dashes. */
  #file(crm: string): string {
    return path.join(this.#directory, `${crm}.json`);
  }

  async #text(crm: string): Promise<string | null> {
    try {
      return await readFile(this.#file(crm), 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw this.#unusable(crm, 'cannot be read');
    }
  }

  #unusable(crm: string, why: string): ConnectionError {
    return new ConnectionError(`the tokens of ${crm} in ${this.#file(crm)} ${why}: restore that, or connect anew`);
  }
}

/** What a file holds: everything but the version and the id of the key is encrypted. */
interface Sealed {
  readonly version: typeof VERSION;
  readonly key: string;
  readonly sealed: string;
}

/** The file of one account cannot stand in for another's. */
function contextOf(crm: string): string {
  return `dealgraph tokens ${VERSION} ${crm}`;
}

function fileOf(connection: StoredConnection, key: SecretKey, crm: string): Sealed {
  const sealed = seal(JSON.stringify(connection), key, contextOf(crm));
  return { version: VERSION, key: key.id, sealed: sealed.toString('base64') };
}

async function usable(key: Promise<SecretKey>): Promise<SecretKey> {
  try {
    return await key;
  } catch (error) {
    if (!(error instanceof SecretKeyError)) throw error;
    throw new ConnectionError(error.isGone ? `${error.message}, or connect anew` : error.message, { cause: error });
  }
}

function unwritable(directory: string, cause: unknown): ConnectionError {
  const message = `${directory} cannot be written: make it writable, or set DEALGRAPH_DATA_DIR`;
  return new ConnectionError(message, { cause });
}

function parse(text: string): Sealed | null {
  try {
    const sealed = JSON.parse(text) as Partial<Sealed>;
    const parts = [sealed.key, sealed.sealed];
    return sealed.version === VERSION && parts.every((part) => typeof part === 'string') ? (sealed as Sealed) : null;
  } catch {
    return null;
  }
}

/** Makes a change of names last; not every system can. */
async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r').catch(() => null);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}

import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Identity, Tokens } from '../transport/oauth.ts';
import { ConnectionError } from './connection-error.ts';
import { type SecretKey, type SecretKeys, unwritable } from './secret-key.ts';

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
const CIPHER = 'aes-256-gcm';
const IV_BYTES = 12;

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
    const key = await this.#keys.key();
    const sealed = parse(text);
    if (sealed === null) throw this.#unusable(crm, 'are damaged');
    if (sealed.key !== key.id) throw this.#unusable(crm, 'were encrypted with another key (DEALGRAPH_SECRET_KEY)');
    try {
      return unseal(sealed, key, crm);
    } catch {
      throw this.#unusable(crm, 'are damaged');
    }
  }

  /** Replaces what is kept; once it resolves, that is on the disk. Makes the key where there is none. */
  async write(crm: string, connection: StoredConnection): Promise<void> {
    const key = await this.#keys.keyOrNew();
    const made = `${this.#file(crm)}.${randomBytes(6).toString('hex')}`;
    try {
      await mkdir(this.#directory, { recursive: true, mode: 0o700 });
      const file = await open(made, 'wx', 0o600);
      try {
        await file.writeFile(`${JSON.stringify(seal(connection, key, crm))}\n`);
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
  readonly iv: string;
  readonly tag: string;
  readonly data: string;
}

function seal(connection: StoredConnection, key: SecretKey, crm: string): Sealed {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(CIPHER, key.bytes, iv).setAAD(contextOf(crm));
  const data = Buffer.concat([cipher.update(JSON.stringify(connection), 'utf8'), cipher.final()]);
  const texts = [iv, cipher.getAuthTag(), data].map((bytes) => bytes.toString('base64'));
  const [ivText = '', tag = '', dataText = ''] = texts;
  return { version: VERSION, key: key.id, iv: ivText, tag, data: dataText };
}

function unseal({ iv, tag, data }: Sealed, key: SecretKey, crm: string): StoredConnection {
  const decipher = createDecipheriv(CIPHER, key.bytes, Buffer.from(iv, 'base64'), { authTagLength: 16 });
  decipher.setAAD(contextOf(crm)).setAuthTag(Buffer.from(tag, 'base64'));
  const text = Buffer.concat([decipher.update(Buffer.from(data, 'base64')), decipher.final()]).toString('utf8');
  return JSON.parse(text) as StoredConnection;
}

/** Is part of what is authenticated, so that the file of one account cannot stand in for another's. */
function contextOf(crm: string): Buffer {
  return Buffer.from(`dealgraph tokens ${VERSION} ${crm}`);
}

function parse(text: string): Sealed | null {
  try {
    const sealed = JSON.parse(text) as Partial<Sealed>;
    const parts = [sealed.key, sealed.iv, sealed.tag, sealed.data];
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

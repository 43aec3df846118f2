import { createHash, randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';

export const KEY_BYTES = 32;
const FILE = 'secret.key';

/** There is no key that can be used. The message is for the person who runs the gateway. */
export class SecretKeyError extends Error {
  override readonly name = 'SecretKeyError';
  /** What was encrypted with it is lost, unless the key comes back. */
  readonly isGone: boolean;

  constructor(message: string, options: ErrorOptions & { readonly isGone?: boolean } = {}) {
    super(message, options);
    this.isGone = options.isGone === true;
  }
}

/** What the gateway keeps is encrypted with it. */
export interface SecretKey {
  readonly bytes: Buffer;
  /** Tells keys apart and nothing about them. */
  readonly id: string;
}

/** A key for what is gone when the process ends. */
export function passingKey(): SecretKey {
  return keyOf(randomBytes(KEY_BYTES));
}

/** Where the key comes from: configured, or a file of the data directory. */
export class SecretKeys {
  readonly #dataDir: string;
  readonly #configured: Buffer | null;

  constructor(dataDir: string, configured: Buffer | null) {
    this.#dataDir = dataDir;
    this.#configured = configured;
  }

  /** The key there is. */
  async key(): Promise<SecretKey> {
    const key = await this.#find();
    if (key) return key;
    throw new SecretKeyError(`the key file ${this.#file} is missing: restore it`, { isGone: true });
  }

  /** The key there is, or a new one. */
  async keyOrNew(): Promise<SecretKey> {
    const known = await this.#find();
    if (known) return known;
    const made = `${this.#file}.${randomBytes(6).toString('hex')}`;
    try {
      await mkdir(this.#dataDir, { recursive: true });
      const file = await open(made, 'wx', 0o600);
      try {
        await file.writeFile(`${randomBytes(KEY_BYTES).toString('base64')}\n`);
        await file.sync();
      } finally {
        await file.close();
      }
      // Fails where another process was quicker, whose key it then is.
      await link(made, this.#file).catch((error: unknown) => {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      });
    } catch (error) {
      throw unwritable(this.#dataDir, error);
    } finally {
      await rm(made, { force: true });
    }
    return this.key();
  }

  get #file(): string {
    return path.join(this.#dataDir, FILE);
  }

  async #find(): Promise<SecretKey | null> {
    if (this.#configured) return keyOf(this.#configured);
    try {
      const text = await readFile(this.#file, 'utf8');
      await this.#checkMode();
      const bytes = Buffer.from(text.trim(), 'base64');
      if (bytes.length === KEY_BYTES) return keyOf(bytes);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      if (error instanceof SecretKeyError) throw error;
      throw new SecretKeyError(`the key file ${this.#file} cannot be read`);
    }
    throw new SecretKeyError(`the key file ${this.#file} is damaged: restore it`, { isGone: true });
  }

  async #checkMode(): Promise<void> {
    const { mode } = await stat(this.#file);
    if (process.platform === 'win32' || (mode & 0o077) === 0) return;
    throw new SecretKeyError(`the key file ${this.#file} can be read by others: run "chmod 600" on it`);
  }
}

function unwritable(directory: string, cause: unknown): SecretKeyError {
  const message = `${directory} cannot be written: make it writable, or set DEALGRAPH_DATA_DIR`;
  return new SecretKeyError(message, { cause });
}

function keyOf(bytes: Buffer): SecretKey {
  return { bytes, id: createHash('sha256').update('dealgraph key id').update(bytes).digest('hex').slice(0, 16) };
}

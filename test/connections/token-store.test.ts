import { randomBytes } from 'node:crypto';
import { chmod, cp, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConnectionError } from '../../src/connections/connection-error.ts';
import { appOf, newDirectory, stored, storeIn } from './support.ts';

const CONNECTION = stored(appOf('http://127.0.0.1:1'));
let directory: string;
let close: () => Promise<void>;
beforeEach(async () => {
  ({ directory, close } = await newDirectory());
});
afterEach(() => close());

const file = (...names: string[]) => path.join(directory, ...names);
const modeOf = async (...names: string[]) => (await stat(file(...names))).mode & 0o777;

async function problem(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof ConnectionError)) throw error;
  return error.message.replaceAll(directory, '…');
}

describe('stored tokens', () => {
  it('are read as they were written, by another process too, and are on the disk encrypted', async () => {
    const store = storeIn(directory);
    expect([await store.read('acme'), await store.stamp('acme')]).toEqual([null, null]);
    await store.write('acme', CONNECTION);
    expect(await storeIn(directory).read('acme')).toEqual(CONNECTION);
    const text = await readFile(file('connections', 'acme.json'), 'utf8');
    for (const part of ['canary', 'Northwind', 'Ada', 'app-1']) expect(text).not.toContain(part);
    expect(await readdir(file('connections'))).toEqual(['acme.json']);
    expect([await modeOf('secret.key'), await modeOf('connections'), await modeOf('connections', 'acme.json')]).toEqual(
      [0o600, 0o700, 0o600],
    );
  });

  it('are another text each time, under a stamp of their own', async () => {
    const store = storeIn(directory);
    await store.write('acme', CONNECTION);
    const [stamp, text] = [await store.stamp('acme'), await readFile(file('connections', 'acme.json'), 'utf8')];
    expect(await store.stamp('acme')).toBe(stamp);
    await store.write('acme', CONNECTION);
    expect(await store.stamp('acme')).not.toBe(stamp);
    expect(await readFile(file('connections', 'acme.json'), 'utf8')).not.toBe(text);
    expect([await store.remove('acme'), await store.remove('acme')]).toEqual([true, false]);
    expect(await store.read('acme')).toBeNull();
  });

  it('share one key that is made once, whoever comes first', async () => {
    const stores = Array.from({ length: 8 }, () => storeIn(directory));
    await Promise.all(stores.map((store, index) => store.write(`crm-${index}`, CONNECTION)));
    for (let index = 0; index < stores.length; index += 1) {
      expect(await storeIn(directory).read(`crm-${index}`)).toEqual(CONNECTION);
    }
    expect((await readdir(directory)).sort()).toEqual(['connections', 'secret.key']);
  });

  it('of a configured key need no file', async () => {
    const key = randomBytes(32);
    await storeIn(directory, key).write('acme', CONNECTION);
    expect(await readdir(directory)).toEqual(['connections']);
    expect(await storeIn(directory, key).read('acme')).toEqual(CONNECTION);
    expect(await problem(storeIn(directory, randomBytes(32)).read('acme'))).toBe(
      'the tokens of acme in …/connections/acme.json were encrypted with another key (DEALGRAPH_SECRET_KEY): restore that, or connect anew',
    );
    expect(await problem(storeIn(directory).read('acme'))).toMatch(/^the key file …\/secret.key is missing/);
  });

  it('that were changed are not believed, nor those of another account', async () => {
    const store = storeIn(directory);
    await store.write('acme', CONNECTION);
    const name = file('connections', 'acme.json');
    const sealed = JSON.parse(await readFile(name, 'utf8')) as Record<string, string>;
    // In the initialization vector, the tag, and what was encrypted.
    const flipped = (at: number) =>
      Buffer.from(sealed.sealed ?? '', 'base64').map((byte, index) => (index === at ? byte ^ 1 : byte));
    const damaged = /^the tokens of acme in …\/connections\/acme.json are damaged/;
    for (const at of [3, 15, 40]) {
      await writeFile(name, JSON.stringify({ ...sealed, sealed: Buffer.from(flipped(at)).toString('base64') }));
      expect(await problem(store.read('acme'))).toMatch(damaged);
    }
    for (const text of ['', '{', '[]', 'null', '{"version":1}', JSON.stringify({ ...sealed, sealed: 'AAAA' })]) {
      await writeFile(name, text);
      expect(await problem(store.read('acme'))).toMatch(damaged);
    }
    await writeFile(name, JSON.stringify(sealed));
    expect(await store.read('acme')).toEqual(CONNECTION);
    await cp(name, file('connections', 'other.json'));
    expect(await problem(store.read('other'))).toMatch(/^the tokens of other .* are damaged/);
  });

  it('cannot be read with a key that is damaged, or that others may read', async () => {
    const store = storeIn(directory);
    await store.write('acme', CONNECTION);
    await chmod(file('secret.key'), 0o644);
    expect(await problem(store.read('acme'))).toBe(
      'the key file …/secret.key can be read by others: run "chmod 600" on it',
    );
    await chmod(file('secret.key'), 0o600);
    await writeFile(file('secret.key'), 'short');
    expect(await problem(store.read('acme'))).toMatch(/^the key file …\/secret.key is damaged/);
  });

  it('that cannot be written leave those of before as they are', async () => {
    const store = storeIn(directory);
    await store.write('acme', CONNECTION);
    await rm(file('connections', 'acme.json'));
    await mkdir(file('connections', 'acme.json'));
    expect(await problem(store.write('acme', CONNECTION))).toMatch(/^…\/connections cannot be written/);
    expect(await readdir(file('connections'))).toEqual(['acme.json']);
  });
});

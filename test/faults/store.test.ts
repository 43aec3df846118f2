import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../support/process.ts';
import { KeyedAdds } from './keys.ts';
import { type Rig, startRig } from './rig.ts';

let rig: Rig;
let folder: string;

beforeAll(async () => {
  rig = await startRig();
  folder = await mkdtemp(join(tmpdir(), 'dealgraph-store-'));
});
afterAll(async () => {
  await rig?.close();
  await rm(folder, { recursive: true, force: true });
});

/** Starts a gateway on this data directory, and expects that it ends at once and says why in one line. */
async function expectRefusal(dataDir: string, reason: RegExp): Promise<void> {
  const gateway = run('main.ts', { PORT: '0', DEALGRAPH_DATA_DIR: dataDir, ...rig.accounts.pipedrive.env });
  expect(await gateway.ended).not.toBe(0);
  const lines = gateway.output.stderr.trimEnd().split('\n');
  expect(lines).toEqual([expect.stringMatching(reason)]);
  expect(lines[0]).toContain(dataDir);
  expect(gateway.output.stdout).not.toMatch(/ready at/);
}

it('a data directory that is a file stops the start', async () => {
  const file = join(folder, 'file');
  await writeFile(file, 'not a directory');
  await expectRefusal(file, /cannot be written/);
  expect(await readFile(file, 'utf8')).toBe('not a directory');
});

it('a data directory that cannot be made stops the start', async () => {
  await writeFile(join(folder, 'blocked'), '');
  await expectRefusal(join(folder, 'blocked', 'data'), /cannot be written/);
});

it('a data directory that another gateway uses stops the start, and the other goes on', async () => {
  await expectRefusal(rig.dataDir, /in use/);
  expect((await fetch(new URL('/ready', rig.url))).status).toBe(200);
});

describe('a damaged journal', () => {
  /** What is in the files of the journal. */
  async function content(): Promise<ReadonlyMap<string, Buffer>> {
    const entries = await readdir(join(rig.dataDir, 'journal'), { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
    return new Map(await Promise.all(files.map(async (file) => [file, await readFile(file)] as const)));
  }

  it.each<{ damage: string; of: (bytes: Buffer, isLargest: boolean) => Buffer | null }>([
    { damage: 'overwritten by something else', of: () => Buffer.from('what something else wrote here\n') },
    {
      damage: 'with one byte changed in the middle of what it was told',
      of: (bytes, isLargest) => {
        if (!isLargest) return null;
        const changed = Buffer.from(bytes);
        const middle = Math.floor(bytes.length / 2);
        changed[middle] = (changed[middle] ?? 0) ^ 0xff;
        return changed;
      },
    },
  ])('$damage stops the start, and starts again once it is restored', async ({ of }) => {
    const { effects } = await new KeyedAdds(rig.accounts.pipedrive, 5).send(rig, 1);
    expect(effects).toEqual([1, 1, 1, 1, 1]);
    rig.kill();
    await rig.ended();
    const before = await content();
    const size = Math.max(...Array.from(before.values(), (bytes) => bytes.length));
    for (const [file, bytes] of before) {
      const damaged = of(bytes, bytes.length === size);
      if (damaged) await writeFile(file, damaged);
    }
    try {
      await expectRefusal(rig.dataDir, /damaged/);
    } finally {
      await rm(join(rig.dataDir, 'journal'), { recursive: true });
      await restore(before);
      await rig.start();
    }
  });

  async function restore(files: ReadonlyMap<string, Buffer>): Promise<void> {
    for (const [file, bytes] of files) {
      await mkdir(join(file, '..'), { recursive: true });
      await writeFile(file, bytes);
    }
  }
});

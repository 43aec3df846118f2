import { chmod, cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ClassicLevel } from 'classic-level';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Operation, StepRecord } from '../../src/domain/operation.ts';
import type { Journal } from '../../src/journal/journal.ts';
import { openJournal, openSandboxJournal } from '../../src/journal/open-journal.ts';
import { SecretKeys } from '../../src/secrets/secret-keys.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

let dataDir: string;
let now: number;
const opened: Journal[] = [];

beforeEach(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'dealgraph-journal-'));
  now = Date.parse('2026-11-20T12:00:00Z');
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((journal) => journal.close()));
  await rm(dataDir, { recursive: true, force: true });
});

const rules = { retentionMs: 30 * DAY, idempotencyMs: DAY, now: () => now };

async function open(directory = dataDir): Promise<Journal> {
  const journal = await openJournal(directory, rules, new SecretKeys(directory, null));
  opened.push(journal);
  return journal;
}

async function closeAll(): Promise<void> {
  await Promise.all(opened.splice(0).map((journal) => journal.close()));
}

async function all(journal: Journal, before: string | null | undefined = null): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const { id } of journal.newestFirst(before ?? null)) ids.push(id);
  return ids;
}

function operation(id: string, over: Partial<Operation> = {}): Operation {
  return {
    id,
    mutation: 'addDeal',
    crms: ['pipedrive'],
    caller: 'anonymous',
    claim: null,
    fingerprint: 'f',
    input: { title: 'x' },
    state: 'RUNNING',
    startedAt: now,
    finishedAt: null,
    outcome: null,
    problems: [],
    deals: [],
    changes: [],
    notes: {},
    result: null,
    steps: [],
    undoneBy: null,
    ...over,
  };
}

function step(name: string, state: StepRecord['state'] = 'SENDING'): StepRecord {
  const call = { crm: 'pipedrive', method: 'POST' as const, template: '/api/v2/deals', tokens: 5 };
  return { name, call, state, sentAt: now, baseline: null, result: null, failure: null };
}

async function withStep(journal: Journal, one: Operation, taken: StepRecord): Promise<Operation> {
  const next = { ...one, steps: [...one.steps.filter(({ name }) => name !== taken.name), taken] };
  await journal.save(next, taken);
  return next;
}

describe('the journal', () => {
  it('has on the disk what it was told, at any moment the process may end', async () => {
    const journal = await open();
    const copies: string[] = [];
    const crash = async () => {
      const copy = await mkdtemp(path.join(tmpdir(), 'dealgraph-copy-'));
      await cp(dataDir, copy, { recursive: true });
      copies.push(copy);
    };
    let one = operation(journal.nextId(), { claim: 'key' });
    await journal.save(one);
    await crash();
    one = await withStep(journal, { ...one, notes: { before: [1] } }, step('add'));
    await crash();
    one = await withStep(journal, one, { ...step('add', 'CONFIRMED'), result: '7' });
    await crash();
    await journal.save({ ...one, state: 'DONE', outcome: 'APPLIED' });
    await crash();

    const seen = [];
    for (const copy of copies) {
      const found = await open(copy);
      const kept = await found.find(one.id);
      seen.push({
        open: found.unsettled.map(({ id }) => id),
        claimed: found.claimed('key'),
        state: kept?.state,
        steps: kept?.steps.map(({ state, result }) => [state, result]),
        notes: kept?.notes,
      });
    }
    const before = { before: [1] };
    expect(seen).toEqual([
      { open: [one.id], claimed: one.id, state: 'RUNNING', steps: [], notes: {} },
      { open: [one.id], claimed: one.id, state: 'RUNNING', steps: [['SENDING', null]], notes: before },
      { open: [one.id], claimed: one.id, state: 'RUNNING', steps: [['CONFIRMED', '7']], notes: before },
      { open: [], claimed: one.id, state: 'DONE', steps: [['CONFIRMED', '7']], notes: before },
    ]);
    await closeAll();
    await Promise.all(copies.map((copy) => rm(copy, { recursive: true, force: true })));
  });

  it('lists operations from the newest, and goes on behind any of them', async () => {
    const journal = await open();
    const ids = Array.from({ length: 5 }, () => journal.nextId());
    expect(ids).toEqual(ids.toSorted());
    for (const id of ids) await journal.save(operation(id, { state: 'DONE' }));
    expect(await all(journal)).toEqual(ids.toReversed());
    expect(await all(journal, ids[3])).toEqual(ids.slice(0, 3).toReversed());
  });

  it('follows moved ids, over chains and without end in a circle', async () => {
    const journal = await open();
    const moved = ['a', 'b', 'c'].map((from, index, all) => ({ from, to: all[index + 1] ?? 'd' }));
    await journal.save(operation(journal.nextId(), { state: 'DONE' }), undefined, { moved });
    expect(await Promise.all(['a', 'c', 'd'].map((id) => journal.movedTo(id)))).toEqual(['d', 'd', null]);
    await journal.save(operation(journal.nextId(), { state: 'DONE' }), undefined, { moved: [{ from: 'd', to: 'a' }] });
    expect(await journal.movedTo('b')).toBe('a');
  });

  it('forgets what is over and old with all that hangs on it, and nothing that is not over', async () => {
    const journal = await open();
    const over = operation(journal.nextId(), { state: 'DONE', claim: 'over', notes: { n: 1 } });
    const unknown = operation(journal.nextId(), { state: 'UNSETTLED', claim: 'unknown', outcome: 'UNKNOWN' });
    const effects = { made: ['pipedrive/deals/1'], moved: [{ from: 'x', to: 'y' }] };
    await journal.save({ ...over, steps: [step('add', 'CONFIRMED')] }, step('add', 'CONFIRMED'), effects);
    await journal.save(unknown);
    expect(journal.makerOf('pipedrive/deals/1')).toBe(over.id);

    now += 25 * HOUR;
    await journal.sweep();
    expect(await journal.find(over.id)).not.toBeNull();
    // A key of an operation whose outcome nobody knows stands for it for as long as that is so.
    expect([journal.claimed('over'), journal.claimed('unknown')]).toEqual([null, unknown.id]);

    now += 30 * DAY;
    const recent = operation(journal.nextId(), { state: 'DONE' });
    await journal.save(recent);
    await journal.sweep();
    expect(await journal.find(over.id)).toBeNull();
    expect([journal.makerOf('pipedrive/deals/1'), await journal.movedTo('x')]).toEqual([null, null]);
    await closeAll();
    const store = new ClassicLevel<string, string>(path.join(dataDir, 'journal'));
    const keys = await store.keys().all();
    await store.close();
    expect(keys.filter((key) => key.includes(over.id))).toEqual([]);
    expect(keys).toEqual([
      'claim/unknown',
      `open/${unknown.id}`,
      `operation/${unknown.id}`,
      `operation/${recent.id}`,
      'version',
    ]);
  });

  it('holds nothing on the disk that can be read without the key', async () => {
    const journal = await open();
    await journal.save(operation(journal.nextId(), { input: { title: 'Zebra & Söhne' } }), step('add'));
    await closeAll();
    const directory = path.join(dataDir, 'journal');
    const files = await Promise.all((await readdir(directory)).map((name) => readFile(path.join(directory, name))));
    expect(files.some((content) => content.includes('operation/'))).toBe(true);
    expect(files.filter((content) => content.includes('Zebra') || content.includes('addDeal'))).toEqual([]);
  });

  it('encrypts what an earlier version wrote', async () => {
    const journal = await open();
    const one = await withStep(journal, operation(journal.nextId()), step('add'));
    await closeAll();
    const directory = path.join(dataDir, 'journal');
    // What version 1 had: the same values as they are.
    const { steps, notes: _notes, ...header } = one;
    await rm(directory, { recursive: true });
    const store = new ClassicLevel<string, string>(directory);
    await store.put('version', '1');
    await store.put(`operation/${one.id}`, JSON.stringify(header));
    await store.put(`step/${one.id}/0000`, JSON.stringify(steps[0]));
    await store.put(`open/${one.id}`, '');
    await store.close();
    for (let time = 0; time < 2; time += 1) {
      const again = await open();
      expect(again.unsettled).toEqual([one]);
      await closeAll();
    }
  });

  it('refuses to go on when it cannot be written', async () => {
    const journal = await open();
    await closeAll();
    await expect(journal.save(operation(journal.nextId()))).rejects.toMatchObject({ code: 'JOURNAL_UNAVAILABLE' });
  });
});

describe('a store that cannot be used is refused with one message:', () => {
  const directory = () => path.join(dataDir, 'journal');

  async function filled(): Promise<void> {
    const journal = await open();
    for (let index = 0; index < 20; index += 1) await journal.save(operation(journal.nextId(), { state: 'DONE' }));
    await closeAll();
  }

  it('one another process has open', async () => {
    await open();
    await expect(open()).rejects.toThrow(`the journal in ${directory()} is in use by another process`);
  });

  it('one of another version', async () => {
    await filled();
    const store = new ClassicLevel<string, string>(directory());
    await store.put('version', '99');
    await store.close();
    await expect(open()).rejects.toThrow('is of version 99, and this gateway keeps version 2');
  });

  it('one encrypted with another key', async () => {
    await filled();
    await rm(path.join(dataDir, 'secret.key'));
    await expect(open()).rejects.toThrow(`the journal in ${directory()} was encrypted with another key`);
  });

  it('one whose key others may read', async () => {
    await filled();
    await chmod(path.join(dataDir, 'secret.key'), 0o644);
    await expect(open()).rejects.toThrow(`the journal in ${directory()} cannot be used: the key file`);
  });

  it('something else', async () => {
    const store = new ClassicLevel<string, string>(directory());
    await store.put('something', 'else');
    await store.close();
    await expect(open()).rejects.toThrow('is something else than a journal of this gateway');
  });

  it.each(['CURRENT', '.log'])('one whose file %s is damaged', async (name) => {
    await filled();
    const file = (await readdir(directory())).find((one) => one.endsWith(name)) as string;
    const content = await readFile(path.join(directory(), file));
    content.fill(7, Math.floor(content.length / 2), Math.floor(content.length / 2) + 8);
    await writeFile(path.join(directory(), file), content);
    await expect(open()).rejects.toThrow(`the journal in ${directory()} is damaged: restore it from a backup`);
  });

  it('but not one whose last record was cut off while it was written', async () => {
    await filled();
    const log = (await readdir(directory())).find((one) => one.endsWith('.log')) as string;
    const content = await readFile(path.join(directory(), log));
    await writeFile(path.join(directory(), log), content.subarray(0, content.length - 10));
    const journal = await open();
    expect(await all(journal)).toHaveLength(19);
  });

  it('one in a place that is no directory', async () => {
    await writeFile(path.join(dataDir, 'journal'), '');
    await expect(open()).rejects.toThrow('cannot be written: make it writable, or set DEALGRAPH_DATA_DIR');
  });
});

describe('the journal of sandbox CRMs', () => {
  it('starts empty, apart from the other and from those of other processes, and leaves nothing', async () => {
    const real = await open();
    await real.save(operation(real.nextId(), { state: 'DONE' }));
    const [one, two] = [await openSandboxJournal(dataDir, rules), await openSandboxJournal(dataDir, rules)];
    await one.save(operation(one.nextId(), { state: 'DONE' }));
    expect(await all(one)).toHaveLength(1);
    expect(await all(two)).toEqual([]);
    await one.close();
    await two.close();
    expect(await readdir(dataDir)).toEqual(['journal', 'secret.key']);
  });
});

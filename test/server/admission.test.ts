import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Cancellation } from '../../src/domain/cancellation.ts';
import { Admission } from '../../src/server/admission.ts';

const FEWEST = 6;
const LOOK_MS = 100;

/** Operations that go on until they are told to end. */
class Operations {
  readonly begun: string[] = [];
  readonly running: string[] = [];
  #named = 0;
  readonly #ends = new Map<string, { resolve(name: string): void; reject(error: Error): void }>();

  execute(name: string): () => Promise<string> {
    return () =>
      new Promise((resolve, reject) => {
        this.begun.push(name);
        this.running.push(name);
        this.#ends.set(name, { resolve, reject });
      });
  }

  async end(...names: readonly string[]): Promise<void> {
    for (const name of names) {
      this.running.splice(this.running.indexOf(name), 1);
      this.#ends.get(name)?.resolve(name);
    }
    await turn();
  }

  async fail(name: string): Promise<void> {
    this.running.splice(this.running.indexOf(name), 1);
    this.#ends.get(name)?.reject(new Error(`${name} has failed`));
    await turn();
  }

  /** Ends those that have run for longest, until no more than these are left. */
  async endAllBut(count: number): Promise<void> {
    while (this.running.length > count) await this.endOldest();
  }

  endOldest(): Promise<void> {
    return this.end(...this.running.slice(0, 1));
  }

  /** A name that no other has. */
  another(): string {
    this.#named += 1;
    return `another${this.#named}`;
  }
}

/** What was settled goes on. */
async function turn(): Promise<void> {
  for (let hop = 0; hop < 10; hop += 1) await Promise.resolve();
}

let utilization: number;
let admission: Admission;
let operations: Operations;
const stays = new Cancellation();

beforeEach(() => {
  vi.useFakeTimers();
  utilization = 1;
  admission = new Admission(() => utilization);
  operations = new Operations();
});
afterEach(() => {
  vi.useRealTimers();
});

const named = (count: number, name = 'op') => Array.from({ length: count }, (_, at) => `${name}${at}`);
const run = (name: string, scope = 'caller', gone = stays) => admission.run(scope, gone, operations.execute(name));
const look = (times: number) => vi.advanceTimersByTimeAsync(times * LOOK_MS);

/** Lets time pass in which there is always more to do. */
async function crowded(times: number): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    while (admission.waiting < 10) void run(operations.another());
    await operations.endAllBut(admission.limit + 1);
    await look(1);
  }
}

/** So many run as are always let in, and nobody waits. */
async function full(): Promise<void> {
  await crowded(60);
  while (admission.waiting > 0) await operations.endOldest();
  await operations.endAllBut(FEWEST);
  expect(admission.limit).toBe(FEWEST);
  operations.begun.length = 0;
}

describe('admission', () => {
  it('lets in as many as the limit at once, and the next one for each that ends', async () => {
    const [first = '', second = ''] = named(admission.limit);
    const running = named(admission.limit + 2).map((name) => run(name));
    expect(operations.begun).toEqual(named(admission.limit));
    expect(admission.waiting).toBe(2);
    await operations.end(first);
    expect(operations.begun.length).toBe(admission.limit + 1);
    await operations.end(second);
    expect(operations.begun).toEqual(named(admission.limit + 2));
    expect(admission.waiting).toBe(0);
    await operations.end(...operations.begun);
    expect(await Promise.all(running)).toEqual(named(admission.limit + 2));
  });

  it('takes a failure for an end, and tells it to the one whose it is', async () => {
    await full();
    const failing = run('failing');
    await operations.endOldest();
    const next = run('next');
    expect(operations.begun).toEqual(['failing']);
    const failed = expect(failing).rejects.toThrow('failing has failed');
    await operations.fail('failing');
    await failed;
    expect(operations.begun).toEqual(['failing', 'next']);
    await operations.end('next');
    expect(await next).toBe('next');
  });

  it('lets callers take turns, however many wait for one of them', async () => {
    await full();
    for (const name of named(3, 'many')) void run(name, 'many');
    for (const name of named(2, 'few')) void run(name, 'few');
    for (let ended = 0; ended < 5; ended += 1) await operations.endOldest();
    expect(operations.begun).toEqual(['many0', 'few0', 'many1', 'few1', 'many2']);
  });

  it('lets in fewer while the process has no time to spare, and more while it has', async () => {
    const limits = [admission.limit];
    for (let time = 0; time < 60; time += 1) {
      await crowded(1);
      expect(admission.limit).toBeLessThanOrEqual(limits.at(-1) as number);
      limits.push(admission.limit);
    }
    expect(admission.limit).toBe(FEWEST);
    utilization = 0.1;
    await crowded(1);
    expect(admission.limit).toBe(2 * FEWEST);
    await crowded(3);
    expect(admission.limit).toBe(16 * FEWEST);
    utilization = 0.5;
    await crowded(1);
    expect(admission.limit).toBeCloseTo(16 * FEWEST * 1.4, 0);
  });

  it('lets in more than the fewest as soon as somebody waits and there is time to spare', async () => {
    await full();
    await look(3);
    utilization = 0.1;
    for (const name of named(20)) void run(name);
    expect(operations.begun).toEqual([]);
    // At first all that run wait for their first answer.
    await look(1);
    expect(operations.begun).toEqual([]);
    await look(1);
    expect(operations.begun).toEqual(named(FEWEST));
    await look(2);
    expect(operations.begun).toEqual(named(20));
  });

  it('does not go on letting in more where nobody waits', async () => {
    const before = admission.limit;
    utilization = 0.1;
    for (const name of named(FEWEST + 1)) void run(name);
    await look(2_000);
    expect(admission.limit).toBe(before);
    utilization = 1;
    await look(1);
    expect(admission.limit).toBeLessThan(before);
  });

  it('settles where the process is just not busy all the time', async () => {
    for (let time = 0; time < 50; time += 1) {
      utilization = Math.min(1, admission.limit / 40);
      await crowded(1);
    }
    expect(admission.limit).toBeGreaterThan(30);
    expect(admission.limit).toBeLessThan(45);
  });

  it('does not hold back what nobody waits for any more, nor lets it take a place', async () => {
    await full();
    void run('stays');
    const gone = new Cancellation();
    void run('left', 'caller', gone);
    gone.abort('hung up');
    void run('gone before', 'caller', gone);
    expect(operations.begun).toEqual(['left', 'gone before']);
    expect(admission.waiting).toBe(1);
    await operations.end('left', 'gone before');
    expect(operations.begun).toEqual(['left', 'gone before']);
    await operations.endOldest();
    expect(operations.begun).toEqual(['left', 'gone before', 'stays']);
  });
});

it('finds out by itself that a process is busy', async () => {
  vi.useRealTimers();
  const own = new Admission();
  const before = own.limit;
  const work = async () => {
    const until = performance.now() + 20;
    while (performance.now() < until) await new Promise(setImmediate);
  };
  await Promise.all(named(200).map(() => own.run('caller', stays, work)));
  await Promise.all(named(200).map(() => own.run('caller', stays, work)));
  expect(own.limit).toBeLessThan(before);
  await Promise.all(named(400).map(() => own.run('caller', stays, () => sleep(30))));
  expect(own.limit).toBeGreaterThan(before);
});

import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { withRig } from '../faults/lanes.ts';
import type { Rig } from '../faults/rig.ts';
import { sendGraphQL } from '../support/graphql-client.ts';
import { growing, growth, type Measure, MOST_PER_MINUTE, type Sample } from './flat.ts';
import { Load, type Tally } from './load.ts';

const CLIENTS = 8;
const SAMPLE_MS = 10_000;
const MB = 1024 * 1024;

/** `npm run soak -- --minutes 10` */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { minutes: { type: 'string', default: '10' } } });
  const minutes = Number(values.minutes);
  if (!(minutes > 0)) throw new TypeError('--minutes takes a number');
  const flags = ['--expose-gc', '--import', new URL('./probe.mjs', import.meta.url).href];
  const env = { LOG_LEVEL: 'info', DEALGRAPH_MAX_LOOP_DELAY_MS: '0' };
  const { samples, tally } = await withRig((rig) => soak(rig, minutes * 60_000), { flags, env });
  process.stdout.write(`\n${report(samples, tally)}\n`);
  if (growing(samples).length > 0 || tally.harm.length > 0) process.exitCode = 1;
}

async function soak(rig: Rig, ms: number): Promise<{ samples: readonly Sample[]; tally: Tally }> {
  const { data } = await sendGraphQL<{ deals: { nodes: { id: string; title: string }[] } }>(
    rig.url,
    '{ deals(first: 500) { nodes { id title } } }',
  );
  const titles = new Map(data?.deals.nodes.map(({ id, title }) => [id, title]));
  const load = new Load(rig, titles);
  const startedAt = performance.now();
  const isOver = () => performance.now() - startedAt > ms;
  const samples: Sample[] = [];
  const sampling = async () => {
    while (!isOver()) {
      await sleep(SAMPLE_MS);
      const sample = await take(rig, (performance.now() - startedAt) / 60_000);
      samples.push(sample);
      process.stderr.write(`${row(sample)}\n`);
    }
  };
  await Promise.all([load.run(CLIENTS, isOver), sampling()]);
  return { samples, tally: load.tally };
}

/** Has the gateway's process tell what it holds. */
async function take(rig: Rig, minute: number): Promise<Sample> {
  const before = probes(rig).length;
  process.kill(rig.pid, 'SIGUSR2');
  for (let tries = 0; tries < 100; tries += 1) {
    await sleep(50);
    const told = probes(rig)[before];
    if (told === undefined) continue;
    const { rss, heapUsed, handles } = JSON.parse(told) as { rss: number; heapUsed: number; handles: number };
    const files = readdirSync(`/proc/${rig.pid}/fd`).length;
    return { minute, rssMb: rss / MB, heapMb: heapUsed / MB, handles, files };
  }
  throw new Error('the gateway does not tell what it holds');
}

/** What the process has told so far. */
function probes({ log }: Rig): readonly string[] {
  return Array.from(log.matchAll(/^probe (.*)$/gm), ([, told = '']) => told);
}

function row({ minute, rssMb, heapMb, handles, files }: Sample): string {
  return `| ${minute.toFixed(1)} | ${rssMb.toFixed(1)} | ${heapMb.toFixed(1)} | ${handles} | ${files} |`;
}

function report(samples: readonly Sample[], { answers, harm }: Tally): string {
  const perMinute = growth(samples);
  const bad = growing(samples);
  const told = Object.entries(answers).sort(([, a], [, b]) => b - a);
  const total = told.reduce((sum, [, count]) => sum + count, 0);
  const every = Math.max(1, Math.floor(samples.length / 10));
  return [
    [
      '| minute | resident memory, MB | heap after collection, MB | handles | open files |\n| --- | --- | --- | --- | --- |',
      ...samples.filter((_sample, index) => index % every === 0 || index === samples.length - 1).map(row),
    ].join('\n'),
    (Object.keys(MOST_PER_MINUTE) as Measure[])
      .map((name) => `${name} ${perMinute[name].toFixed(2)} a minute (at most ${MOST_PER_MINUTE[name]})`)
      .join(', '),
    `${total} answers: ${told.map(([name, count]) => `${name} ${count}`).join(', ')}.`,
    `Harm: ${harm.length}.${harm.map((what) => `\n- ${what}`).join('')}`,
    bad.length === 0 ? 'Flat.' : `Growing: ${bad.join(', ')}.`,
  ].join('\n\n');
}

await main();

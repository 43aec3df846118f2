import { parseArgs } from 'node:util';
import { runHostile, runIsolation, runOutages } from './beyond.ts';
import { hostileReport, outageReport } from './beyond-report.ts';
import type { OpenCase } from './case.ts';
import { runCrashes } from './crashes.ts';
import { KeyedAdds, type KeyFigures } from './keys.ts';
import { inLanes, withRig } from './lanes.ts';
import { runMatrix } from './matrix.ts';
import { runAllReads } from './reads/all-reads.ts';
import { nameOf as nameOfRead, readsReport } from './reads/reads-report.ts';
import type { ReadResult } from './reads/run-reads.ts';
import { isClean, keysReport, nameOf, report } from './report.ts';
import { PATIENT_MS, type Rig } from './rig.ts';
import { SCENARIOS } from './scenarios.ts';

const PARTS = ['matrix', 'crashes', 'keys', 'reads', 'outages', 'hostile'] as const;
type Part = (typeof PARTS)[number];

const USAGE = `npm run faults -- [--part <part>]… [--only <text>] [--every <n>] [--lanes <n>]

  --part     only this of ${PARTS.join(', ')}
  --only     mutations whose name and CRM contain the text ("merge", "addDeal on pipedrive"), or faults of reads ("429")
  --every    of reads every so many-th case only
  --lanes    gateways at work side by side, 4 unless said`;

interface Options {
  readonly parts: readonly Part[];
  readonly only: string;
  readonly lanes: number;
  readonly every: number;
}

async function main(): Promise<void> {
  const { parts, only, lanes, every } = optionsOrUsage(process.argv.slice(2));
  const has = (part: Part) => parts.includes(part);
  let isGood = true;
  if (has('matrix') || has('crashes')) {
    const scenarios = SCENARIOS.filter(({ name, crm }) => `${name} on ${crm}`.includes(only));
    const writes = await inLanes(lanes, scenarios, async (rig, lane) => [
      ...(has('matrix') ? await runMatrix(rig, lane, () => true, progress) : []),
      ...(has('crashes') ? await runCrashes(rig, lane, () => true, progress) : []),
    ]);
    if (writes.length > 0) print(report(writes));
    isGood &&= isClean(writes);
  }
  if (has('keys') && only === '') {
    print(keysReport(await withRig(sendUnderKeys, { mutationTimeoutMs: PATIENT_MS })));
  }
  if (has('reads')) {
    const reads = await runAllReads({ lanes, every, onCase: readProgress }, only);
    if (reads.length > 0) print(readsReport(reads));
    isGood &&= reads.every(({ violations }) => violations.length === 0);
  }
  if (has('outages') && only === '') print(outageReport(await runOutages(), await runIsolation()));
  if (has('hostile') && only === '') print(hostileReport(await runHostile()));
  if (!isGood) process.exitCode = 1;
}

function print(text: string): void {
  process.stdout.write(`\n${text}\n`);
}

/** A thousand mutations under a hundred keys, and again after a crash. */
async function sendUnderKeys(rig: Rig): Promise<readonly KeyFigures[]> {
  const adds = new KeyedAdds(rig.accounts.pipedrive, 100);
  const first = await adds.send(rig, 10);
  rig.kill();
  await rig.ended();
  await rig.start();
  return [first, await adds.send(rig, 10)];
}

function optionsOrUsage(args: readonly string[]): Options {
  try {
    return readOptions(args);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${USAGE}\n`);
    process.exit(1);
  }
}

function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      part: { type: 'string', multiple: true, default: [...PARTS] },
      only: { type: 'string', default: '' },
      lanes: { type: 'string', default: '4' },
      every: { type: 'string', default: '1' },
    },
  });
  const lanes = Number(values.lanes);
  const every = Number(values.every);
  for (const [name, number] of Object.entries({ lanes, every })) {
    if (!Number.isInteger(number) || number < 1) throw new TypeError(`--${name} takes a number, 1 or more`);
  }
  const unknown = values.part.find((part) => !(PARTS as readonly string[]).includes(part));
  if (unknown !== undefined) throw new TypeError(`there is no part ${unknown}`);
  return { parts: values.part as Part[], only: values.only, lanes, every };
}

function progress({ label, said, violations }: OpenCase): void {
  tell(`${nameOf(label)}: ${said.outcome}`, violations);
}

function readProgress(result: ReadResult): void {
  tell(`${nameOfRead(result)}: ${result.outcome}`, result.violations);
}

function tell(line: string, violations: readonly { readonly kind: string; readonly what: string }[]): void {
  const wrong = violations.map(({ kind, what }) => `\n  ${kind}: ${what}`).join('');
  process.stderr.write(`${line}${wrong}\n`);
}

await main();

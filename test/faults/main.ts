import { parseArgs } from 'node:util';
import type { OpenCase } from './case.ts';
import { runCrashes } from './crashes.ts';
import { KeyedAdds, type KeyFigures } from './keys.ts';
import { inLanes, withRig } from './lanes.ts';
import { runMatrix } from './matrix.ts';
import { isClean, nameOf, report } from './report.ts';
import { PATIENT_MS, type Rig } from './rig.ts';
import { SCENARIOS } from './scenarios.ts';

const USAGE = `npm run faults -- [--only <text>] [--lanes <n>] [--matrix | --crashes]

  --only     mutations whose name and CRM contain the text: "merge", "addDeal on pipedrive"
  --lanes    gateways at work side by side, 4 unless said
  --matrix   no crashes
  --crashes  crashes only`;

interface Options {
  readonly only: string;
  readonly lanes: number;
  readonly matrix: boolean;
  readonly crashes: boolean;
}

async function main(): Promise<void> {
  const options = optionsOrUsage(process.argv.slice(2));
  const scenarios = SCENARIOS.filter(({ name, crm }) => `${name} on ${crm}`.includes(options.only));
  const results = await inLanes('dist', options.lanes, scenarios, async (rig, lane) => [
    ...(options.crashes ? [] : await runMatrix(rig, lane, () => true, progress)),
    ...(options.matrix ? [] : await runCrashes(rig, lane, () => true, progress)),
  ]);
  const keys = options.only === '' ? await withRig('dist', sendUnderKeys, { mutationTimeoutMs: PATIENT_MS }) : [];
  process.stdout.write(`\n${report(results, keys)}\n`);
  if (!isClean(results)) process.exitCode = 1;
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
      only: { type: 'string', default: '' },
      lanes: { type: 'string', default: '4' },
      matrix: { type: 'boolean', default: false },
      crashes: { type: 'boolean', default: false },
    },
  });
  const lanes = Number(values.lanes);
  if (!Number.isInteger(lanes) || lanes < 1) throw new TypeError('--lanes takes a number, 1 or more');
  if (!SCENARIOS.some(({ name, crm }) => `${name} on ${crm}`.includes(values.only))) {
    throw new TypeError(`no mutation is called ${values.only}`);
  }
  if (values.matrix && values.crashes) throw new TypeError('--matrix and --crashes exclude each other');
  return { ...values, lanes };
}

function progress({ label, said, violations }: OpenCase): void {
  const wrong = violations.map(({ kind, what }) => `\n  ${kind}: ${what}`).join('');
  process.stderr.write(`${nameOf(label)}: ${said.outcome}${wrong}\n`);
}

await main();

import { ConfigError } from '../config/config-error.ts';
import { Environment } from '../config/environment.ts';
import { isPortTaken, onStopSignal } from '../server/process.ts';
import { startSandboxes } from './registry.ts';

/** Serves the sandbox CRMs alone and prints the settings that point a gateway at them. */
async function main(): Promise<void> {
  const problems: string[] = [];
  const env = new Environment(process.env, (problem) => problems.push(problem));
  const port = (name: string, absent: number) => env.integer(name, { min: 0, max: 65_535, default: absent });
  const ports = {
    pipedrive: port('PIPEDRIVE_SANDBOX_PORT', 4101),
    pipelinedeals: port('PIPELINEDEALS_SANDBOX_PORT', 4102),
  };
  const deals = env.integer('SANDBOX_DEALS', { min: 1, max: 100_000, default: 240 });
  if (problems.length > 0) throw new ConfigError(problems);

  const running = await startSandboxes({ deals, ports });
  onStopSignal(() => running.close());
  for (const [name, value] of Object.entries(running.env)) process.stdout.write(`${name}=${value}\n`);
}

main().catch((error: unknown) => {
  if (error instanceof ConfigError) process.stderr.write(`${error.message}\n`);
  else if (isPortTaken(error)) {
    process.stderr.write('PIPEDRIVE_SANDBOX_PORT, PIPELINEDEALS_SANDBOX_PORT: a port is already in use (0 for any)\n');
  } else throw error;
  process.exit(1);
});

#!/usr/bin/env node
import { adapterKinds } from './adapters/registry.ts';
import { ConfigError } from './config/config-error.ts';
import { secretsOf } from './config/crm-settings.ts';
import { readCrms, readSettings } from './config/settings.ts';
import { ConnectionError } from './connections/connection-error.ts';
import { createGateway } from './gateway.ts';
import { JournalError } from './journal/journal-error.ts';
import { createLogger } from './server/logger.ts';
import { isPortTaken, onStopSignal } from './server/process.ts';
import { KnownSecrets } from './server/redactor.ts';
import { stackOf } from './server/use-answer.ts';
import { systemClock } from './transport/clock.ts';

const USAGE = 'usage: dealgraph, or dealgraph key create <name>, dealgraph connect <crm>, dealgraph disconnect <crm>';

async function main([command, ...args]: readonly string[]): Promise<void> {
  if (command === undefined) return serve();
  switch (command) {
    case 'key':
      return say((await import('./key-command.ts')).keyCommand(args).trimEnd());
    case 'connect':
      return (await import('./connect-command.ts')).connectCommand(args, terminal());
    case 'disconnect':
      return (await import('./connect-command.ts')).disconnectCommand(args, terminal());
    default:
      throw new ConfigError([USAGE]);
  }
}

function terminal() {
  const givenUp = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => givenUp.abort());
  return { env: process.env, directory: process.cwd(), say, signal: givenUp.signal };
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function serve(): Promise<void> {
  const settings = await readSettings(process.env, process.cwd(), adapterKinds);
  const secrets = new KnownSecrets(secretsOf(settings.crms));
  const logger = createLogger(settings.logLevel, secrets.redact);
  const crash = (error: unknown) => {
    logger.fatal({ stack: stackOf(error) }, 'stopped by an unexpected error');
    process.exit(1);
  };
  process.on('unhandledRejection', crash);
  process.on('uncaughtException', crash);

  const sandbox = settings.sandbox ? await startSandbox() : null;
  const crms = sandbox ? readCrms({ ...process.env, ...sandbox.env }, adapterKinds) : settings.crms;
  const gateway = await createGateway({ settings, crms, clock: systemClock, logger, secrets });

  onStopSignal(async (signal) => {
    logger.info({ signal }, 'stopping: requests in flight are finished first');
    await gateway.close().then(() => sandbox?.close(), crash);
    logger.info('stopped');
  });
  try {
    await gateway.start();
  } catch (error) {
    if (!isPortTaken(error)) throw error;
    stop(`PORT: ${settings.host}:${settings.port} is already in use; set PORT to another one (0 for any)`);
  }
}

/** Loaded only when it is needed, so that a gateway for real CRMs runs without it. */
async function startSandbox() {
  const { startSandboxes } = await import('./sandbox/registry.ts');
  return startSandboxes();
}

function stop(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  if (error instanceof ConfigError || error instanceof JournalError || error instanceof ConnectionError)
    stop(error.message);
  throw error;
});

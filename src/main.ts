#!/usr/bin/env node
import { adapterKinds } from './adapters/registry.ts';
import { ConfigError } from './config/config-error.ts';
import { readCrms, readSettings } from './config/settings.ts';
import { createGateway } from './gateway.ts';
import { JournalError } from './journal/journal-error.ts';
import { createLogger } from './server/logger.ts';
import { isPortTaken, onStopSignal } from './server/process.ts';
import { systemClock } from './transport/clock.ts';

async function main(): Promise<void> {
  const settings = await readSettings(process.env, process.cwd(), adapterKinds);
  const logger = createLogger(settings.logLevel);
  const crash = (error: unknown) => {
    logger.fatal({ stack: error instanceof Error ? error.stack : String(error) }, 'stopped by an unexpected error');
    process.exit(1);
  };
  process.on('unhandledRejection', crash);
  process.on('uncaughtException', crash);

  const sandbox = settings.sandbox ? await startSandbox() : null;
  const crms = sandbox ? readCrms({ ...process.env, ...sandbox.env }, adapterKinds) : settings.crms;
  const gateway = await createGateway({ settings, crms, clock: systemClock, logger });

  onStopSignal(async (signal) => {
    logger.info({ signal }, 'stopping: requests in flight are finished first');
    await gateway.close();
    await sandbox?.close();
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

main().catch((error: unknown) => {
  if (error instanceof ConfigError || error instanceof JournalError) stop(error.message);
  throw error;
});

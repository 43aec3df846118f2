import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';
import type { Logger } from 'pino';
import { adapterKinds } from '../../src/adapters/registry.ts';
import type { KeepingRules } from '../../src/caller-accounts.ts';
import type { Variables } from '../../src/config/environment.ts';
import { readSettings } from '../../src/config/settings.ts';
import { createGateway, type GatewayParts } from '../../src/gateway.ts';
import { listen } from '../../src/sandbox/kit/simulator.ts';
import { createPipedriveSandbox, type PipedriveSandbox } from '../../src/sandbox/pipedrive/index.ts';
import { createPipelineDealsSandbox } from '../../src/sandbox/pipelinedeals/index.ts';
import { createLogger } from '../../src/server/logger.ts';
import type { PlannedOperation } from '../../src/server/run-operation.ts';
import { type Clock, systemClock } from '../../src/transport/clock.ts';
import { RECONCILER_RULES, type ReconcilerRules } from '../../src/writes/reconciler.ts';
import { type GraphQLAnswer, sendGraphQL } from './graphql-client.ts';
import { Prices } from './prices.ts';

export interface TestGatewayOptions {
  /** On top of a sandbox without burst limit. */
  readonly pipedrive?: Parameters<typeof createPipedriveSandbox>[0];
  /** On top of a sandbox without rate limit. */
  readonly pipelinedeals?: Parameters<typeof createPipelineDealsSandbox>[0];
  /** Settings of the gateway, over those that point it at the sandboxes; `undefined` takes one away. */
  readonly env?:
    | Variables
    | ((sandbox: { readonly pipedrive: PipedriveSandbox; readonly url: string }) => Promise<Variables>);
  /** Silent by default. */
  readonly logger?: Logger;
  /** The gateway's own state; by default a directory of its own, which is gone when it is closed. */
  readonly dataDir?: string;
  /** The machine's own by default. */
  readonly clock?: Clock;
  /** By default lost answers are not looked into in the background, so that requests can be counted. */
  readonly reconciler?: ReconcilerRules;
  readonly openJournal?: GatewayParts['openJournal'];
  readonly keeping?: KeepingRules;
  /** Off where operations do not select what tells whether something of them was refused. */
  readonly checksPrices?: boolean;
}

export interface TestGateway {
  /** Of the GraphQL endpoint. */
  readonly url: string;
  readonly pipedrive: ReturnType<typeof createPipedriveSandbox>;
  readonly pipelinedeals: ReturnType<typeof createPipelineDealsSandbox>;
  query<Data = Record<string, unknown>, Variables extends object = Record<string, unknown>>(
    document: string | TypedDocumentNode<Data, Variables>,
    variables?: Variables,
    headers?: Readonly<Record<string, string>>,
  ): Promise<GraphQLAnswer<Data>>;
  /** Closes the gateway and starts it again on what it kept; the sandbox CRMs go on. */
  restart(): Promise<void>;
  /** Starts another gateway on a copy of what this one has on the disk, as if this one had ended just now. */
  crash(): Promise<void>;
  close(): Promise<void>;
}

const NEVER: ReconcilerRules = { ...RECONCILER_RULES, firstMs: 86_400_000, maxMs: 86_400_000 };

/** Starts both sandbox CRMs, and a gateway against them, each on a free port and without rate limits. */
export async function startTestGateway(options: TestGatewayOptions = {}): Promise<TestGateway> {
  const pipedrive = createPipedriveSandbox({ burst: null, ...options.pipedrive });
  const pipelinedeals = createPipelineDealsSandbox({ requestsPerSecond: null, ...options.pipelinedeals });
  const running = { pipedrive: await listen(pipedrive), pipelinedeals: await listen(pipelinedeals) };
  const env = {
    PORT: '0',
    // The machine that runs the tests may have other things to do.
    DEALGRAPH_MAX_LOOP_DELAY_MS: '0',
    DEALGRAPH_QUERY_TIMEOUT_MS: '60000',
    DEALGRAPH_MUTATION_TIMEOUT_MS: '60000',
    PIPEDRIVE_RATE_LIMIT: '0',
    PIPELINEDEALS_RATE_LIMIT: '0',
    // A CRM goes on being asked, however often it fails on purpose.
    DEALGRAPH_BREAKER_CALLS: '0',
    // One look at what came of a lost answer: waiting longer is what the tests of it ask for themselves.
    DEALGRAPH_SETTLE_TIMEOUT_MS: '0',
    ...pipedrive.env(running.pipedrive.url),
    ...pipelinedeals.env(running.pipelinedeals.url),
    ...(typeof options.env === 'function' ? await options.env({ pipedrive, url: running.pipedrive.url }) : options.env),
  };
  const prices = new Prices();
  const dataDir = options.dataDir ?? (await newDirectory());
  const logger = options.logger ?? createLogger('silent');
  const start = async (directory: string) => {
    const settings = await readSettings({ DEALGRAPH_DATA_DIR: directory, ...env }, import.meta.dirname, adapterKinds);
    const gateway = await createGateway({
      settings,
      crms: settings.crms,
      clock: options.clock ?? systemClock,
      logger,
      onOperation: (operation: PlannedOperation) => {
        if (options.checksPrices !== false) prices.check(operation);
      },
      reconciler: options.reconciler ?? NEVER,
      ...(options.keeping && { keeping: options.keeping }),
      ...(options.openJournal && { openJournal: options.openJournal }),
    });
    return { directory, url: await gateway.start(), close: () => gateway.close() };
  };
  let current = await start(dataDir);
  const crashed: (typeof current)[] = [];
  return {
    get url() {
      return current.url;
    },
    pipedrive,
    pipelinedeals,
    async query(document, variables, headers) {
      const text = typeof document === 'string' ? document : print(document);
      return sendGraphQL(current.url, text, { ...variables }, headers ? { headers } : {});
    },
    async restart() {
      await current.close();
      current = await start(current.directory);
    },
    async crash() {
      const copy = await newDirectory();
      await cp(current.directory, copy, { recursive: true });
      crashed.push(current);
      current = await start(copy);
    },
    async close() {
      prices.assertRight();
      await Promise.all([current, ...crashed].map((one) => one.close()));
      await Promise.all([running.pipedrive.close(), running.pipelinedeals.close()]);
      const own = [current, ...crashed].map(({ directory }) => directory);
      // Test files stay in memory until the last one of their worker is over, and would keep all that with them.
      current = { ...current, close: async () => undefined };
      crashed.length = 0;
      for (const { log } of [pipedrive, pipelinedeals]) log.length = 0;
      await Promise.all(
        own
          .filter((directory) => directory !== options.dataDir)
          .map((one) => rm(one, { recursive: true, force: true })),
      );
    },
  };
}

function newDirectory(): Promise<string> {
  return mkdtemp(path.join(tmpdir(), 'dealgraph-test-'));
}

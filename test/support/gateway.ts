import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';
import type { Logger } from 'pino';
import { adapterKinds } from '../../src/adapters/registry.ts';
import { readSettings } from '../../src/config/settings.ts';
import { createGateway } from '../../src/gateway.ts';
import { listen } from '../../src/sandbox/kit/simulator.ts';
import { createPipedriveSandbox } from '../../src/sandbox/pipedrive/index.ts';
import { createPipelineDealsSandbox } from '../../src/sandbox/pipelinedeals/index.ts';
import { createLogger } from '../../src/server/logger.ts';
import type { PlannedOperation } from '../../src/server/use-operation.ts';
import { systemClock } from '../../src/transport/clock.ts';
import { type GraphQLAnswer, sendGraphQL } from './graphql-client.ts';
import { Prices } from './prices.ts';

export interface TestGatewayOptions {
  /** On top of a sandbox without burst limit. */
  readonly pipedrive?: Parameters<typeof createPipedriveSandbox>[0];
  /** On top of a sandbox without rate limit. */
  readonly pipelinedeals?: Parameters<typeof createPipelineDealsSandbox>[0];
  /** Settings of the gateway, over those that point it at the sandboxes; `undefined` takes one away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Silent by default. */
  readonly logger?: Logger;
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
  close(): Promise<void>;
}

/** Starts both sandbox CRMs, and a gateway against them, each on a free port and without rate limits. */
export async function startTestGateway(options: TestGatewayOptions = {}): Promise<TestGateway> {
  const pipedrive = createPipedriveSandbox({ burst: null, ...options.pipedrive });
  const pipelinedeals = createPipelineDealsSandbox({ requestsPerSecond: null, ...options.pipelinedeals });
  const running = { pipedrive: await listen(pipedrive), pipelinedeals: await listen(pipelinedeals) };
  const env = {
    PORT: '0',
    LOG_LEVEL: 'silent',
    PIPEDRIVE_RATE_LIMIT: '0',
    PIPELINEDEALS_RATE_LIMIT: '0',
    ...pipedrive.env(running.pipedrive.url),
    ...pipelinedeals.env(running.pipelinedeals.url),
    ...options.env,
  };
  const settings = await readSettings(env, import.meta.dirname, adapterKinds);
  const logger = options.logger ?? createLogger(settings.logLevel);
  const prices = new Prices();
  const onOperation = (operation: PlannedOperation) => prices.check(operation);
  const gateway = createGateway({ settings, crms: settings.crms, clock: systemClock, logger, onOperation });
  const url = await gateway.start();
  return {
    url,
    pipedrive,
    pipelinedeals,
    async query(document, variables, headers) {
      const text = typeof document === 'string' ? document : print(document);
      return sendGraphQL(url, text, { ...variables }, headers ? { headers } : {});
    },
    async close() {
      prices.assertRight();
      await gateway.close();
      await Promise.all([running.pipedrive.close(), running.pipelinedeals.close()]);
    },
  };
}

import { buildSchema, parse } from 'graphql';
import { expect, it } from 'vitest';
import { Cancellation } from '../../src/domain/cancellation.ts';
import { Admission } from '../../src/server/admission.ts';
import { admitLarge } from '../../src/server/admit-large.ts';
import { createServer } from '../../src/server/create-server.ts';
import type { Exchange } from '../../src/server/exchange.ts';
import { createKnownOperations } from '../../src/server/known-operation.ts';
import type { RunOperation } from '../../src/server/run-operation.ts';
import { systemClock } from '../../src/transport/clock.ts';
import { sendGraphQL } from '../support/graphql-client.ts';
import { recordingLogger } from '../support/log-lines.ts';
import { serverParts } from './server-parts.ts';
import { Gate, tinySchema } from './tiny-schema.ts';

const known = createKnownOperations(
  buildSchema(`
    interface Node { id: ID! }
    type Deal implements Node { id: ID! }
    type DealConnection { nodes: [Deal!]! }
    type Query { deals(first: Int = 20): DealConnection! }
    type Mutation { deals(first: Int = 20): DealConnection! }
  `),
);

/** Lets in what is asked of it only when it is told to. */
class Door extends Admission {
  readonly scopes: string[] = [];
  open!: () => void;

  override async run<T>(scope: string, _gone: Cancellation, execute: () => Promise<T>): Promise<T> {
    this.scopes.push(scope);
    await new Promise<void>((open) => {
      this.open = open;
    });
    return execute();
  }
}

function setUp() {
  let now = 1_000;
  const door = new Door();
  const waited: number[] = [];
  const whole: RunOperation['whole'] = async (_known, _given, exchange) => {
    waited.push(exchange.waitedMs);
    return {};
  };
  const admitted = admitLarge({ whole } as RunOperation, door, { ...systemClock, now: () => now });
  const exchange = { caller: { id: 'analyst' }, abandoned: new Cancellation(), waitedMs: 0 } as unknown as Exchange;
  return {
    ...{ door, waited },
    ask(text: string, given?: object) {
      const operation = known(parse(text), null);
      if (operation === null) throw new Error('no operation');
      return admitted.whole(operation, { ...given }, exchange);
    },
    pass(ms: number) {
      now += ms;
    },
  };
}

it.each(['{ deals(first: 99) { nodes { id } } }', 'mutation { deals(first: 500) { nodes { id } } }'])(
  'lets pass %s',
  async (text) => {
    const { ask, door, waited } = setUp();
    await ask(text);
    expect(door.scopes).toEqual([]);
    expect(waited).toEqual([0]);
  },
);

it('has a query for many records wait, for its caller and as part of its time', async () => {
  const { ask, door, waited, pass } = setUp();
  const asked = ask('query ($first: Int!) { deals(first: $first) { nodes { id } } }', { first: 100 });
  expect(door.scopes).toEqual(['analyst']);
  expect(waited).toEqual([]);
  pass(250);
  door.open();
  await asked;
  expect(waited).toEqual([250]);
});

it('leaves a query the time that is left of its own', async () => {
  let now = 1_000_000;
  class Slow extends Admission {
    override run<T>(_scope: string, _gone: Cancellation, execute: () => Promise<T>): Promise<T> {
      now += 250;
      return execute();
    }
  }
  const gate = new Gate();
  const schema = tinySchema(gate);
  Object.assign(schema.getQueryType()?.getFields().wait?.extensions ?? {}, { weight: 100 });
  const { logger } = recordingLogger();
  const clock = { ...systemClock, now: () => now };
  const server = createServer(serverParts({ schema, logger, clock, admission: new Slow(), queryTimeoutMs: 10_000 }));
  const url = await server.listen(0, '127.0.0.1');
  const answer = sendGraphQL(url, '{ wait }');
  const { call } = await gate.reached;
  gate.open();
  expect((await answer).data).toEqual({ wait: 'done' });
  expect(call.deadline).toBe(1_010_000);
  await server.close();
});

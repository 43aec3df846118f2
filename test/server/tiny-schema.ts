import { GraphQLError } from 'graphql';
import { createSchema } from 'graphql-yoga';
import type { SentRequest } from '../../src/domain/call.ts';
import { GatewayError } from '../../src/domain/errors.ts';
import type { GraphQLContext } from '../../src/schema/context.ts';

/** Lets a test hold a resolver until it has seen enough. */
export class Gate {
  /** Resolves once a resolver waits here. */
  readonly reached: Promise<GraphQLContext>;
  readonly #reach: (context: GraphQLContext) => void;
  readonly #opened: Promise<void>;
  readonly #open: () => void;

  constructor() {
    [this.reached, this.#reach] = signal<GraphQLContext>();
    [this.#opened, this.#open] = signal<void>();
  }

  open(): void {
    this.#open();
  }

  pass(context: GraphQLContext): Promise<void> {
    this.#reach(context);
    return this.#opened;
  }
}

function signal<T>(): [Promise<T>, (value: T) => void] {
  let give: (value: T) => void = () => undefined;
  const given = new Promise<T>((resolve) => {
    give = resolve;
  });
  return [given, give];
}

/** A schema with one field for everything a server has to cope with. */
export function tinySchema(gate = new Gate()) {
  const wait = async (_root: unknown, _args: unknown, context: GraphQLContext) => {
    await gate.pass(context);
    return 'done';
  };
  return createSchema<GraphQLContext>({
    typeDefs: /* GraphQL */ `
      scalar Even
      enum Color { RED }
      type Query {
        hello: String
        wait: String
        spend: String
        takes(number: Int, even: Even, color: Color! = RED): Int
        refused: String
        unavailable: String
        bug: String
        wrongNumber: Int
        mustNotBeNull: String!
      }
      type Mutation {
        hello: String
        wait: String
      }
    `,
    resolvers: {
      Query: {
        hello: () => 'world',
        wait,
        spend: (_root, _args, { call }) => {
          call.receipt.sent('pipedrive', request(10), call.because);
          call.receipt.sent('pipedrive', request(20), call.because);
          call.receipt.cached('pipedrive');
          call.receipt.sent('pipelinedeals', request(null), call.because);
          call.receipt.coalesced('pipelinedeals');
          return 'spent';
        },
        takes: () => 1,
        refused: () => {
          throw new GatewayError('BAD_USER_INPUT', 'id: not an id', { argument: 'id' });
        },
        unavailable: () => {
          throw new GatewayError('RATE_LIMITED', 'pipedrive: too many requests', {
            crm: 'pipedrive',
            retryAfterMs: 1_500,
            upstreamRequestId: 'abc-1',
          });
        },
        bug: () => {
          throw new TypeError('cannot read canary-secret of undefined');
        },
        wrongNumber: () => 'canary-secret',
        mustNotBeNull: () => null,
      },
      Mutation: { hello: () => 'world', wait },
      Even: {
        parseValue(value: unknown) {
          if (typeof value === 'number' && value % 2 === 0) return value;
          throw new GraphQLError('Even has to be an even number.', { extensions: { code: 'BAD_USER_INPUT' } });
        },
      },
    },
  });
}

function request(tokens: number | null): SentRequest {
  return { method: 'GET', path: '/deals', tokens };
}

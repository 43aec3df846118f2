import { HTTP_METHODS } from '../domain/api-request.ts';
import type { Span, UpstreamCall, UpstreamCost } from '../domain/upstream.ts';
import { builder } from './builder.ts';

const AmountType = builder.objectRef<Span>('UpstreamAmount').implement({
  description: 'How much an operation takes. In a receipt all three are what it took.',
  fields: (t) => ({
    min: t.exposeInt('min', {
      nullable: false,
      description:
        'At least, where everything asked for can be done and nothing of it is shared with other operations.',
    }),
    max: t.exposeInt('max', {
      description:
        'At most, retries left out; null without bound, where only the data decides how many pages are read. Lists count as many records that do not match, and as many with the same sort key, as a list reads before it is refused.',
    }),
    expected: t.exposeInt('expected', { nullable: false, description: 'Most likely, from what the gateway has seen.' }),
  }),
});

const CallType = builder.objectRef<UpstreamCall>('UpstreamCall').implement({
  description:
    'Requests to a CRM: one in a receipt, those of a kind together in a price. One that several operations share is a request of the first of them; another that paid some of its tokens lists it with 0 requests.',
  fields: (t) => ({
    crm: t.exposeID('crm', { nullable: false, description: 'The id of the CRM.' }),
    method: t.exposeString('method', { nullable: false, description: `${HTTP_METHODS.join(', ')}.` }),
    path: t.exposeString('path', {
      nullable: false,
      description:
        'Where, with the query in a receipt and with `{id}` in place of ids in a price. Without credentials.',
    }),
    requests: t.exposeInt('requests', { nullable: false, description: 'How many requests; in a price, most likely.' }),
    tokens: t.exposeInt('tokens', { description: 'What they cost together; null on a CRM without tokens.' }),
    because: t.exposeStringList('because', {
      nullable: false,
      description: 'The fields that asked, as `Type.field`. What is kept is told with the field that had it read.',
    }),
  }),
});

const UpstreamReceiptType = builder.objectRef<UpstreamCost>('UpstreamReceipt').implement({
  description: 'What an operation costs the CRMs: its price before, or its receipt after.',
  fields: (t) => ({
    requests: t.field({
      type: AmountType,
      nullable: false,
      description: 'Requests to all CRMs. Retries count in a receipt.',
      resolve: (cost) => cost.requests,
    }),
    tokens: t.field({
      type: AmountType,
      nullable: false,
      description: 'Tokens of the CRMs that count them.',
      resolve: (cost) => cost.tokens,
    }),
    calls: t.field({
      type: [CallType],
      nullable: false,
      description: 'What is sent: in a receipt every request in order, in a price what is most likely.',
      resolve: (cost) => cost.calls,
    }),
  }),
});

builder.queryField('upstream', (t) =>
  t.field({
    type: UpstreamReceiptType,
    description:
      'What the operation it stands in costs the CRMs. It is answered last, whatever its place. With `dryRun` nothing is asked of a CRM: fields that would need one are null, and this is their price.',
    args: {
      dryRun: t.arg.boolean({
        required: true,
        defaultValue: false,
        description: 'Asks for the price in place of the answer.',
      }),
    },
    resolve: (_root, _args, { upstream }) => upstream.cost(),
  }),
);

import { HTTP_METHODS, type HttpMethod } from '../domain/api-request.ts';
import type { Scope } from '../domain/caller.ts';
import { reading } from '../plan/reads.ts';
import { type CallCrmResult, callCrm } from '../writes/call-crm.ts';
import type { Answered } from '../writes/mutation.ts';
import { builder } from './builder.ts';
import { ControlInput } from './control.ts';
import { MutationResult } from './write-results.ts';

const METHODS: Record<HttpMethod, string> = {
  GET: 'Reads; may be tried again.',
  POST: 'Writes, most often something new. Sent once.',
  PUT: 'Writes. Sent once.',
  PATCH: 'Writes. Sent once.',
  DELETE: 'Writes. Sent once.',
};

const HttpMethodType = builder.enumType('HttpMethod', {
  description: 'The method of a request.',
  values: Object.fromEntries(HTTP_METHODS.map((method) => [method, { description: METHODS[method] }])) as Record<
    HttpMethod,
    { description: string }
  >,
});

const CallCrmResultType = builder.objectRef<Answered<CallCrmResult>>('CallCrmResult').implement({
  description: "How a request to a CRM's own API ended.",
  interfaces: [MutationResult],
  fields: (t) => ({
    status: t.exposeInt('status', { description: 'The HTTP status of the answer; null when there was none.' }),
    body: t.field({
      type: 'JSON',
      description: "The answer's JSON as the CRM sent it, secrets removed; of a refusal too. Null when there was none.",
      resolve: (result) => result.body,
    }),
  }),
});

builder.mutationField('callCrm', (t) =>
  t.field({
    type: CallCrmResultType,
    description:
      "Sends a request to a CRM's own API, with the credentials and within the limits of the gateway, which checks nothing but where it goes. Refused as `FORBIDDEN` unless the configuration allows it. On Pipedrive the receipt's tokens are an estimate for operations the gateway does not use itself.",
    args: {
      crm: t.arg.id({ required: true, description: 'The CRM.' }),
      method: t.arg({ type: HttpMethodType, required: true, description: 'GET reads; all others count as writes.' }),
      path: t.arg.string({
        required: true,
        description:
          'Where, as the CRM documents it and without query: `/api/v2/deals/42` or `/v1/notes` on Pipedrive, `/deals/42.json` below the base on PipelineDeals.',
      }),
      query: t.arg({ type: 'JSON', description: 'Parameters by name; a list gives one several times.' }),
      body: t.arg({ type: 'JSON', description: 'What to send as JSON.' }),
      control: t.arg({ type: ControlInput, description: 'How the write is to be carried out.' }),
    },
    extensions: {
      ...reading({ kind: 'unknown', maxRequests: 1, crm: (args) => String(args.crm) }).extensions,
      scopes: ['raw'] satisfies Scope[],
    },
    resolve: (_root, { control, ...args }, context) =>
      context.operations.run(callCrm, { ...args, crm: String(args.crm) }, control, context),
  }),
);

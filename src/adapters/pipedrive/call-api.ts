import type { CallApi } from '../../domain/call-api.ts';
import { checkApiRequest, toApiAnswer } from '../api-request.ts';
import { takeApiRequest } from '../call-api-step.ts';
import type { PipedriveApi } from './api.ts';
import { operationOf } from './operation-cost.ts';

/** Both versions of the API, as they are addressed on every host. */
const VERSIONS = ['/api/v2/', '/v1/'];

/** Any operation of the Pipedrive API. */
export function createCallApi(api: PipedriveApi, secrets: () => readonly string[]): CallApi {
  return async (request, call) => {
    checkApiRequest(api.crm, request, VERSIONS);
    const { method, path, query, body } = request;
    const { template, tokens } = operationOf(method, path);
    const sent = { method, path, isCallersOwn: true, template, tokens, query, ...(body !== undefined && { body }) };
    const send = async () => toApiAnswer(await api.exchange(sent, call), secrets());
    return method === 'GET' ? send() : takeApiRequest({ method, template, tokens }, send, call);
  };
}

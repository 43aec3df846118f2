import type { CallApi } from '../../domain/call-api.ts';
import { checkApiRequest, templateOf, toApiAnswer } from '../api-request.ts';
import { takeApiRequest } from '../call-api-step.ts';
import type { Api } from './api.ts';

/** Any operation of the PipelineDeals API v3, by its path below the base URL: `/deals/42.json`. */
export function createCallApi(api: Api, secrets: () => readonly string[]): CallApi {
  return async (request, call) => {
    checkApiRequest(api.crm, request, ['/']);
    const { method, path, query, body } = request;
    const template = templateOf(path);
    const sent = { method, path, isCallersOwn: true, template, query, ...(body !== undefined && { body }) };
    const send = async () => toApiAnswer(await api.send(sent, call), secrets());
    return method === 'GET' ? send() : takeApiRequest({ method, template, tokens: null }, send, call);
  };
}

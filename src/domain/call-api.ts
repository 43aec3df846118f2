import type { ApiAnswer, ApiRequest } from './api-request.ts';
import type { WriteCall } from './write-step.ts';

/**
 * Sends a request as it is, with the credentials, limits and deadline of every other. Refuses one that would leave
 * the CRM's API or bring credentials of its own, with a `path` into `ApiRequest`.
 */
export type CallApi = (request: ApiRequest, call: WriteCall) => Promise<ApiAnswer>;

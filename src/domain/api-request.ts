export const HTTP_METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
export type HttpMethod = (typeof HTTP_METHODS)[number];

/** One request to a CRM's own API, as a caller of the gateway wrote it. */
export interface ApiRequest {
  readonly method: HttpMethod;
  /** As the CRM documents it, without query. */
  readonly path: string;
  readonly query: readonly (readonly [name: string, value: string | number | boolean])[];
  /** `undefined` for none. */
  readonly body: unknown;
}

/** What the CRM answered, refusals included. */
export interface ApiAnswer {
  readonly status: number;
  /** The CRM's own JSON with secrets removed; `null` where there is none. */
  readonly body: unknown;
}

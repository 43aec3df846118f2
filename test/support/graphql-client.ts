/** An answer of a GraphQL endpoint, with what HTTP says of it. */
export interface GraphQLAnswer<Data = Record<string, unknown>> {
  readonly status: number;
  readonly headers: Headers;
  readonly data: Data | null | undefined;
  readonly errors: readonly AnsweredError[] | undefined;
  readonly extensions: AnswerExtensions | undefined;
}

export interface AnsweredError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions: Readonly<Record<string, unknown>> & { readonly code: string };
}

export interface AnswerExtensions {
  readonly upstream: {
    readonly requests: number;
    readonly tokens: Readonly<Record<string, number>>;
    readonly byCrm: Readonly<
      Record<string, { readonly requests: number; readonly coalesced: number; readonly cached: number }>
    >;
  };
}

/** Sends one operation over HTTP. */
export async function sendGraphQL<Data = Record<string, unknown>>(
  url: string,
  query: string,
  variables: Readonly<Record<string, unknown>> = {},
  init: RequestInit = {},
): Promise<GraphQLAnswer<Data>> {
  const response = await fetch(url, {
    method: 'POST',
    body: JSON.stringify({ query, variables }),
    ...init,
    headers: { 'content-type': 'application/json', accept: 'application/json', ...init.headers },
  });
  return readAnswer<Data>(response);
}

/** Reads an answer of a GraphQL endpoint. */
export async function readAnswer<Data = Record<string, unknown>>(response: Response): Promise<GraphQLAnswer<Data>> {
  const { data, errors, extensions } = (await response.json()) as Partial<GraphQLAnswer<Data>>;
  return { status: response.status, headers: response.headers, data, errors, extensions };
}

/** A part of an answer as it came over the wire. */
export interface Part {
  readonly data?: Record<string, unknown> | null;
  readonly hasNext: boolean;
  readonly incremental?: readonly {
    readonly data?: Record<string, unknown> | null;
    readonly items?: readonly unknown[] | null;
    readonly path: readonly (string | number)[];
    readonly label?: string;
    readonly errors?: readonly PartError[];
  }[];
  readonly errors?: readonly PartError[];
  readonly extensions: { readonly upstream: { readonly requests: number; readonly tokens: Record<string, number> } };
}

interface PartError {
  readonly message: string;
  readonly path: readonly (string | number)[];
  readonly extensions: Record<string, unknown>;
}

export const MULTIPART = 'multipart/mixed';
export const EVENTS = 'text/event-stream';

/** Sends an operation and gives the parts of its answer as they come. */
export async function sendForParts(
  url: string,
  accept: string,
  body: { readonly query: string; readonly variables?: object },
  signal?: AbortSignal,
): Promise<{ readonly type: string; readonly parts: AsyncGenerator<Part> }> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept },
    body: JSON.stringify(body),
    ...(signal && { signal }),
  });
  const type = response.headers.get('content-type')?.split(';')[0] ?? '';
  return { type, parts: partsOf(response, type) };
}

async function* partsOf({ body }: Response, type: string): AsyncGenerator<Part> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
    text += decoder.decode(chunk, { stream: true });
    const pieces = text.split(type === EVENTS ? '\n\n' : '\r\n---');
    text = pieces.pop() ?? '';
    for (const piece of pieces) {
      const json = type === EVENTS ? /^data: (\{.*)$/m.exec(piece)?.[1] : /\r\n\r\n(\{[\s\S]*)$/.exec(piece)?.[1];
      if (json !== undefined) yield JSON.parse(json) as Part;
    }
  }
}

/** The answer that parts make up together. */
export function joined(parts: readonly Part[]): Record<string, unknown> {
  const data = structuredClone(parts[0]?.data ?? {}) as Record<string, unknown>;
  for (const { path, data: more, items } of parts.flatMap((part) => part.incremental ?? [])) {
    if (items) {
      const list = at(data, path.slice(0, -1)) as unknown[];
      list.splice(Number(path.at(-1)), items.length, ...items);
    } else {
      merge(at(data, path) as Record<string, unknown>, more ?? {});
    }
  }
  return data;
}

function at(data: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce((value, key) => (value as Record<string | number, unknown>)[key], data);
}

function merge(into: Record<string, unknown>, more: Record<string, unknown>): void {
  for (const [key, value] of Object.entries(more)) {
    const known = into[key];
    if (isObject(known) && isObject(value)) merge(known, value);
    else into[key] = value;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

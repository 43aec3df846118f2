import type { GraphQLError } from 'graphql';
import type { Answer } from './use-answer.ts';

const TYPES = ['application/graphql-response+json', 'application/json'] as const;
const MAX_KEPT = 100;

const kept = new Map<string, string | null>();

/**
 * The media type of an answer that is one JSON object, as yoga chooses it for an `accept` header; `null` when the
 * client takes neither.
 */
export function jsonTypeFor(accept: string | undefined): string | null {
  const asked = accept ?? '*/*';
  const known = kept.get(asked);
  if (known !== undefined) return known;
  const type = chooseType(asked);
  // Clients send a handful of them, whatever else is an attack on the memory.
  if (kept.size < MAX_KEPT) kept.set(asked, type);
  return type;
}

/** Whether a client takes an answer in parts, and says so by name. */
export function takesParts(accept: string | undefined): boolean {
  return accept !== undefined && /\b(?:multipart\/mixed|text\/event-stream)\b/i.test(accept);
}

/** What the client names first; of a wildcard, plain JSON. */
function chooseType(accept: string): string | null {
  for (const entry of accept.replace(/\s/g, '').toLowerCase().split(',')) {
    const [type = '', ...parameters] = entry.split(';');
    const charset = parameters.find((parameter) => parameter.includes('charset=')) ?? 'charset=utf-8';
    const taken = TYPES.findLast((ours) => matches(type, ours));
    if (charset === 'charset=utf-8' && taken !== undefined) return taken;
  }
  return null;
}

function matches(asked: string, ours: string): boolean {
  const [kind, name] = asked.split('/');
  const [ourKind, ourName] = ours.split('/');
  return (kind === '*' || kind === ourKind) && (name === '*' || name === ourName);
}

/** The HTTP status of an answer: the worst its errors ask for, of which plain JSON ignores those of the specification. */
export function statusOf({ errors }: Answer, type: string): number {
  let status = 200;
  for (const { extensions } of errors ?? []) {
    const http = extensions.http as { readonly status?: number; readonly spec?: boolean } | undefined;
    if (http?.status === undefined || (type === 'application/json' && http.spec)) continue;
    status = Math.max(status, http.status);
  }
  return status;
}

/** What an answer holds beside its data, as JSON. */
export function besideData({ errors, extensions }: Answer): string {
  return JSON.stringify(errors ? { errors: errors.map(toJson), extensions } : { extensions });
}

/** An error without what only the HTTP layer reads. */
function toJson(error: GraphQLError): object {
  const { extensions, ...rest } = error.toJSON();
  const { http: _, ...told } = extensions ?? {};
  return { ...rest, extensions: told };
}

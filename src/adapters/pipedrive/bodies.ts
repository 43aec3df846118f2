/** A JSON object to send. */
export type Body = Readonly<Record<string, unknown>>;

/** Without what is absent; `null` stays, for it clears. */
export function present(body: Body): Body {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
}

/** Without what would clear: a new record has nothing to clear. */
export function withoutNulls(body: Body): Body {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null));
}

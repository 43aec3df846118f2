/** A URL fit for a message: without user, query and fragment, where credentials travel. */
export function redactUrl(url: URL): string {
  return url.origin + url.pathname;
}

/**
 * The code of a Node or undici error (`ECONNREFUSED`), or `null`. It is all that may be told of such an error: its
 * message and properties can carry URLs, headers and keys.
 */
export function failureCode(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error)) return null;
  return typeof error.code === 'string' && /^[A-Z][A-Z0-9_]{0,63}$/.test(error.code) ? error.code : null;
}

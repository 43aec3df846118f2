/** Stored tokens cannot be used. The message is for the person who runs the gateway. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';
}

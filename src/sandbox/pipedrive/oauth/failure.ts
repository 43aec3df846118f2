import type { SimResponse } from '../../kit/simulator.ts';

/** The error codes of RFC 6749 that Pipedrive's OAuth server answers. */
type Code = 'invalid_request' | 'invalid_client' | 'invalid_grant' | 'unsupported_grant_type';

/** A refusal of the OAuth server, which has an envelope of its own. Always 400, unknown clients included. */
export class OAuthFailure extends Error {
  override readonly name = 'OAuthFailure';
  readonly response: SimResponse;

  constructor(error: Code, message: string) {
    super(message);
    this.response = { status: 400, body: { success: false, message, error } };
  }
}

/** Each secret the CRM knows, as a text that occurs nowhere else, so that a leak can be searched for. */
export interface Secrets {
  /** The key of the account's first user, with which the gateway calls. */
  readonly apiKey: string;
  readonly appKey: string;
  readonly accountKey: string;
  /** The web-to-lead id of the account. */
  readonly w2lid: string;
  /** The part of a document's link that grants access to it. */
  readonly linkSignature: string;
}

export const SECRETS: Secrets = {
  apiKey: userKey(0),
  appKey: 'canary-pld-app-key-5e1f',
  accountKey: 'canary-pld-account-key-77b0',
  w2lid: 'canary-pld-w2lid-c4d9',
  linkSignature: 'canary-pld-link-signature-09af',
};

/** The API key of the user seeded at `index`. */
export function userKey(index: number): string {
  return `canary-pld-api-key-${index}-a3e8`;
}

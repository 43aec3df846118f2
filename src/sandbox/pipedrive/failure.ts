import type { SimResponse } from '../kit/simulator.ts';

const HELP = 'Please check developers.pipedrive.com';

/** A refusal on its way to the client. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly response: SimResponse;

  constructor(status: number, error: string, body: Record<string, unknown>, headers: Record<string, string> = {}) {
    super(error);
    this.response = { status, headers, body: { success: false, error, ...body } };
  }
}

/** One thing wrong with a request: where, and what. */
export interface Problem {
  readonly path: string;
  readonly message: string;
}

/** 400 for a request that does not fit the schema of a v2 operation. */
export function schemaViolation(problems: readonly Problem[]): Failure {
  const text = problems.map(({ path, message }) => `${path}: ${message}`).join('; ');
  return new Failure(400, `Validation failed: ${text}`, { code: 'ERR_SCHEMA_VALIDATION_FAILED' });
}

/** 400 for a well-formed request that breaks a rule of the CRM. */
export function ruleViolation(error: string): Failure {
  return new Failure(400, error, { error_info: HELP, data: null, additional_data: null });
}

/** 404 for a record that does not exist, or no longer does for this operation. */
export function notFound(what: string): Failure {
  return new Failure(404, `${what} not found`, {
    error_info: 'Object was not found.',
    data: null,
    additional_data: null,
  });
}

/** 403 for something the account or its plan does not allow. */
export function forbidden(): Failure {
  return new Failure(403, 'You do not have permissions to do this.', {
    error_info: HELP,
    data: null,
    additional_data: null,
  });
}

/** 400, 401, 403 and 429 of the gateway in front of the API. */
export function gatewayRefusal(status: number, error: string): Failure {
  const headers = status === 401 ? { 'x-401-by-gw': 'true' } : {};
  return new Failure(status, error, { errorCode: status, error_info: HELP }, headers);
}

/** 403 for a path that the gateway does not know, and for one that needs a scope the token does not have. */
export function outOfScope(): Failure {
  return gatewayRefusal(403, 'Scope and URL mismatch');
}

import { GatewayError } from '../domain/errors.ts';

/** A failure that names the CRM it happened in. */
export function withCrm(error: GatewayError, crm: string): GatewayError {
  if (error.details.crm !== undefined) return error;
  return new GatewayError(error.code, `${crm}: ${error.message}`, { ...error.details, crm });
}

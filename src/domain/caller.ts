/** What a caller may do. Each stands for itself: none includes another. */
export const SCOPES = ['read', 'write', 'raw', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

/** Who sent an operation to the gateway. */
export interface Caller {
  /** Tells callers apart, in logs too; idempotency keys are each caller's own. */
  readonly id: string;
  readonly scopes: ReadonlySet<Scope>;
  /** The ids of the CRMs it may know of; `null`: all. */
  readonly crms: ReadonlySet<string> | null;
}

/** Whoever calls a gateway that tells no callers apart. */
export const ANONYMOUS: Caller = { id: 'anonymous', scopes: new Set(SCOPES), crms: null };

const MARK = '#';

/** A caller that brings credentials of its own for CRMs, which are part of who it is. `name` tells them from others. */
export function withCredentials(caller: Caller, name: string): Caller {
  return { ...caller, id: `${caller.id}${MARK}${name}` };
}

/** What tells the credentials apart that a caller of this id brings; empty for one that brings none. */
export function credentialsOf(callerId: string): string {
  const at = callerId.lastIndexOf(MARK);
  return at === -1 ? '' : callerId.slice(at + MARK.length);
}

export function hasScope(caller: Caller, scope: Scope): boolean {
  return caller.scopes.has(scope);
}

/** Whether a caller may see what concerns the gateway as a whole, of whatever CRM. */
export function isAdminOfAll(caller: Caller): boolean {
  return hasScope(caller, 'admin') && caller.crms === null;
}

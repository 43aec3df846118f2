import type { EntityKind, OperationKind } from '../domain/capability.ts';
import { capability } from '../domain/crm.ts';
import type { CrmAdapter } from '../domain/crm-adapter.ts';
import { type Crms, parseId } from '../domain/crms.ts';
import { GatewayError, type Problem, type ProblemCode } from '../domain/errors.ts';
import type { NodeType, Ref } from '../domain/ref.ts';
import type { Control } from './context.ts';

/** What no text of a CRM may hold: control characters other than tab and line breaks, and halves of characters. */
const BAD_TEXT = /(?![\t\n\r])[\p{Cc}\p{Surrogate}]/u;

const KEY_LENGTH = { min: 8, max: 128 };

type Path = readonly string[];

/** Reads a mutation's arguments and collects everything that is wrong with them. */
export class InputCheck {
  readonly problems: Problem[] = [];
  readonly crms: Crms;

  constructor(crms: Crms) {
    this.crms = crms;
  }

  get failed(): boolean {
    return this.problems.length > 0;
  }

  refuse(code: ProblemCode, path: Path | null, message: string, crm: string | null = null): null {
    this.problems.push({ code, message, path, crm, isRetryable: false, retryAt: null });
    return null;
  }

  invalid(path: Path, message: string): null {
    return this.refuse('INVALID_INPUT', path, message);
  }

  /** A global id of one type, of the CRM that is written to where that is known. */
  id<Type extends NodeType>(text: string, type: Type, path: Path, crm?: string): Ref<Type> | null {
    try {
      const ref = parseId(text, type, this.crms, path.at(-1) ?? 'id');
      if (crm === undefined || ref.crm === crm) return ref;
      return this.invalid(path, `a ${type} of another CRM (${ref.crm}) cannot be used on a record of ${crm}`);
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      return this.invalid(path, error.message);
    }
  }

  /** Ids of one type: at least one, no two the same. */
  ids<Type extends NodeType>(texts: readonly string[], type: Type, path: Path, crm?: string): readonly Ref<Type>[] {
    if (texts.length === 0) this.invalid(path, 'an empty list');
    const seen = new Set<string>();
    const refs: Ref<Type>[] = [];
    for (const [index, text] of texts.entries()) {
      const ref = this.id(text, type, [...path, String(index)], crm);
      if (ref && seen.has(text)) this.invalid([...path, String(index)], 'given twice');
      if (ref) refs.push(ref);
      seen.add(text);
    }
    return refs;
  }

  text(value: string, path: Path): string {
    if (BAD_TEXT.test(value)) this.invalid(path, 'holds control characters or halves of characters');
    return value;
  }

  adapter(crm: string, path: Path): CrmAdapter | null {
    return this.crms.get(crm) ?? this.invalid(path, 'no CRM of that id is configured (see the query "crms")');
  }

  /** Refuses what the CRM's capability table says it cannot do: the operation, or one of the fields given. */
  supported(
    adapter: CrmAdapter,
    entity: EntityKind,
    operation: OperationKind,
    fields: readonly { readonly name: string; readonly path: Path }[],
  ): void {
    const { crm } = adapter;
    const whole = capability(crm, entity, operation);
    if (whole.fidelity === 'UNSUPPORTED') {
      this.refuse('UNSUPPORTED', ['input'], cannot(crm.id, `${operation} of ${entity}`, whole.note), crm.id);
      return;
    }
    for (const { name, path } of fields) {
      const row = capability(crm, entity, operation, name);
      if (row.fidelity === 'UNSUPPORTED') {
        this.refuse('UNSUPPORTED', path, cannot(crm.id, `writing "${name}"`, row.note), crm.id);
      }
    }
  }

  /** The idempotency key, where one is given. */
  control(control: Control): string | null {
    if (control?.maxTokens != null && control.maxTokens < 0) {
      this.invalid(['control', 'maxTokens'], 'has to be 0 or more');
    }
    const key = control?.idempotencyKey ?? null;
    if (key === null) return null;
    const path = ['control', 'idempotencyKey'];
    if (key.length < KEY_LENGTH.min || key.length > KEY_LENGTH.max) {
      return this.invalid(path, `has to be ${KEY_LENGTH.min} to ${KEY_LENGTH.max} characters long`);
    }
    return this.text(key, path);
  }

  /** CRMs keep whole seconds; the guard compares them. */
  guard(input: { readonly ifUpdatedAt?: number | null | undefined }): number | null {
    if (input.ifUpdatedAt === null) return this.invalid(['input', 'ifUpdatedAt'], 'cannot be null');
    return input.ifUpdatedAt ?? null;
  }
}

function cannot(crm: string, what: string, note: string | null): string {
  return `${crm} cannot do this: ${what}${note ? `: ${note}` : ''}`;
}

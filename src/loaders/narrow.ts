import type { Call } from '../domain/call.ts';
import type { CrmAdapter } from '../domain/crm-adapter.ts';
import type { IdCondition } from '../domain/list.ts';
import { NOTHING_READ } from '../domain/lookup.ts';
import { judgeRelated, type RelatedCondition } from '../domain/related.ts';

/** The references whose records are few enough to be kept, and are so by every CRM. */
const TABLES = { stage: 'stages', pipeline: 'pipelines', owner: 'users' } as const;
type Reference = keyof typeof TABLES;

interface Narrowable extends Readonly<Partial<Record<Reference, IdCondition>>> {
  readonly related?: Readonly<Partial<Record<Reference, RelatedCondition>>>;
}

/**
 * A filter in which what is asked of stages, pipelines and owners is said by their ids, where a CRM's records do not
 * carry their names: the table would have to be read to match them, and ids can be said to the CRM. `null` where
 * nothing can match.
 */
export async function namedByIds<Where extends Narrowable>(
  where: Where,
  adapter: CrmAdapter,
  call: Call,
): Promise<Where | null> {
  if (!where.related || !adapter.namesTables) return where;
  const { related, ...narrowed }: Narrowable = where;
  const left: Record<string, RelatedCondition> = { ...related };
  const ids: Partial<Record<Reference, IdCondition>> = {};
  for (const name of Object.keys(TABLES) as Reference[]) {
    const condition = related?.[name];
    if (!condition) continue;
    const rows = await adapter[TABLES[name]].all(call);
    const anyOf = rows
      .filter((row) => judgeRelated({ ref: row.ref, known: row }, condition, NOTHING_READ) === true)
      .map(({ ref }) => ref.id)
      .filter((id) => where[name]?.anyOf.includes(id) ?? true);
    if (anyOf.length === 0) return null;
    ids[name] = { anyOf };
    delete left[name];
  }
  return { ...narrowed, ...ids, ...(Object.keys(left).length > 0 && { related: left }) } as Where;
}

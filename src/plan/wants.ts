import {
  type DocumentNode,
  type FieldNode,
  type GraphQLField,
  type GraphQLSchema,
  getArgumentValues,
  isInterfaceType,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { ALL_CUSTOM_FIELDS, type CustomFieldKeys, type CustomFieldWants } from '../domain/custom-field-wants.ts';

const FIELD = 'customFields';

type Kind = keyof CustomFieldWants;

/** Where a document shows custom fields, or the whole object that holds them all. */
interface Shown {
  readonly fields: Readonly<Record<Kind, readonly (readonly [GraphQLField<unknown, unknown>, FieldNode])[]>>;
  readonly whole: ReadonlySet<Kind>;
  /** What it wants, where that does not depend on variables. */
  readonly fixed: CustomFieldWants | null;
}

const KINDS = Object.keys(ALL_CUSTOM_FIELDS) as readonly Kind[];
const cache = new WeakMap<DocumentNode, Shown | null>();

/**
 * The custom fields that an operation shows of each kind of record. Where records of a kind are shown whole anywhere,
 * all of them are read with all of theirs, since what is read once serves every place.
 */
export function customFieldWants(
  schema: GraphQLSchema,
  document: DocumentNode,
  variables: Readonly<Record<string, unknown>>,
): CustomFieldWants {
  let shown = cache.get(document);
  if (shown === undefined) {
    shown = shownIn(schema, document);
    cache.set(document, shown);
  }
  // A filter looks at custom fields that may not be among those shown.
  if (shown === null || names(variables)) return ALL_CUSTOM_FIELDS;
  return shown.fixed ?? wantsOf(shown, variables);
}

function wantsOf({ fields, whole }: Shown, variables: Readonly<Record<string, unknown>>): CustomFieldWants {
  const keysOf = (kind: Kind): CustomFieldKeys => {
    if (whole.has(kind)) return null;
    const keys = fields[kind].map(
      ([field, node]) => getArgumentValues(field, node, variables).keys as readonly string[] | null | undefined,
    );
    return keys.some((some) => some == null) ? null : [...new Set(keys.flatMap((some) => some ?? []))].sort();
  };
  return { Deal: keysOf('Deal'), Person: keysOf('Person'), Organization: keysOf('Organization') };
}

/** Whether some value names custom fields. */
function names(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, part]) => key === FIELD || names(part));
}

/** `null` where all may be looked at: writes look at what the operation does not show. */
function shownIn(schema: GraphQLSchema, document: DocumentNode): Shown | null {
  const fields: Record<Kind, (readonly [GraphQLField<unknown, unknown>, FieldNode])[]> = {
    Deal: [],
    Person: [],
    Organization: [],
  };
  const whole = new Set<Kind>();
  let namesKeys = false;
  let isQuery = true;
  const types = new TypeInfo(schema);
  visit(
    document,
    visitWithTypeInfo(types, {
      OperationDefinition({ operation }) {
        isQuery &&= operation === 'query';
      },
      ObjectField(node) {
        if (node.name.value === FIELD) for (const kind of KINDS) whole.add(kind);
      },
      Field(node) {
        const type = types.getParentType();
        const field = types.getFieldDef();
        if (!type || !field) return;
        const kinds = KINDS.filter((kind) => kind === type.name || isInterfaceType(type));
        if (node.name.value === 'raw') for (const kind of kinds) whole.add(kind);
        if (node.name.value !== FIELD) return;
        for (const kind of kinds) fields[kind].push([field, node]);
        namesKeys ||= (node.arguments?.length ?? 0) > 0;
      },
    }),
  );
  if (!namesKeys && !isQuery) return null;
  const shown: Shown = { fields, whole, fixed: null };
  return namesKeys ? shown : { ...shown, fixed: wantsOf(shown, {}) };
}

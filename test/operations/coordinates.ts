import {
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  parse,
  TypeInfo,
  typeFromAST,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import type { Variables } from './operation.ts';

/** Everything of a schema that a document with its variables uses: `Deal.title`, `Query.deals(filter:)`, `Input.field`, `Enum.VALUE`. */
export function coordinatesOf(schema: GraphQLSchema, document: string, variables: Variables): ReadonlySet<string> {
  const used = new Set<string>();
  const info = new TypeInfo(schema);
  visit(
    parse(document),
    visitWithTypeInfo(info, {
      VariableDefinition({ variable, type, defaultValue }) {
        const value = variables[variable.name.value];
        const given = typeFromAST(schema, type as never) as unknown as GraphQLInputType | undefined;
        if (given && value !== undefined) addValue(used, given, value);
        return defaultValue ? undefined : false;
      },
      Field: () => void used.add(`${info.getParentType()?.name}.${info.getFieldDef()?.name}`),
      Argument({ value }) {
        if (
          value.kind === 'Variable' &&
          variables[value.name.value] === undefined &&
          !hasDefault(document, value.name.value)
        )
          return;
        used.add(`${info.getParentType()?.name}.${info.getFieldDef()?.name}(${info.getArgument()?.name}:)`);
      },
      ObjectField: ({ name }) => void used.add(`${getNamedType(info.getParentInputType())?.name}.${name.value}`),
      EnumValue: ({ value }) => void used.add(`${getNamedType(info.getInputType())?.name}.${value}`),
    }),
  );
  return used;
}

function hasDefault(document: string, variable: string): boolean {
  return new RegExp(`\\$${variable}: [^,)]* = `).test(document);
}

function addValue(used: Set<string>, type: GraphQLInputType, value: unknown): void {
  if (isNonNullType(type)) addValue(used, type.ofType, value);
  else if (isListType(type)) {
    for (const one of Array.isArray(value) ? value : [value]) addValue(used, type.ofType, one);
  } else if (isEnumType(type)) used.add(`${type.name}.${value}`);
  else if (isInputObjectType(type) && typeof value === 'object' && value !== null) {
    const fields = type.getFields();
    for (const [name, part] of Object.entries(value)) {
      const field = fields[name];
      if (!field || part === undefined) continue;
      used.add(`${type.name}.${name}`);
      addValue(used, field.type, part);
    }
  }
}

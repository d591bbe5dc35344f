type FieldType = StringConstructor | NumberConstructor | DateConstructor | BooleanConstructor;

const each = <Name extends string, Rule extends object>(names: Name[], rule: Rule) =>
  Object.fromEntries(names.map((name) => [name, { ...rule }])) as Record<Name, Rule>;

/** Schema fields of one type that every document has. */
export const required = <Type extends FieldType, Name extends string>(type: Type, ...names: Name[]) =>
  each(names, { type, required: true as const });

/** Schema fields of one type that are null until they are set. */
export const orNull = <Type extends FieldType, Name extends string>(type: Type, ...names: Name[]) =>
  each(names, { type, default: null });

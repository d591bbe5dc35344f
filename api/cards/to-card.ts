import type { z } from 'zod';

/** The fields that the schema names and no others, so that nothing of a document is shown by accident. */
export const pick = <Schema extends z.ZodObject>(
  { shape }: Schema,
  source: z.output<Schema>,
): z.output<Schema> =>
  Object.fromEntries(Object.keys(shape).map((name) => [name, source[name]])) as z.output<Schema>;

/** A document as its schema shows it: `_id` is called `id`. */
export const toCard = <Schema extends z.ZodObject>(
  schema: Schema,
  { _id: id, ...fields }: Omit<z.output<Schema>, 'id'> & { _id: string },
): z.output<Schema> => pick(schema, { ...fields, id } as z.output<Schema>);

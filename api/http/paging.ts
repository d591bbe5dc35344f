import { z } from 'zod';
import type { Cursors } from './cursor';

/** Query fields of every paged list. */
export const pageFields = {
  cursor: z.string().min(1).max(500).optional().meta({ description: '`nextCursor` of the page before.' }),
  limit: z
    .string()
    .regex(/^\d{1,4}$/, 'is no whole number')
    .transform(Number)
    .pipe(z.number().int().min(1, 'is at least 1').max(200, 'is at most 200'))
    .optional()
    .meta({
      description: 'At most so many items; 50 unless given.',
      override: { type: 'integer', minimum: 1, maximum: 200 },
    }),
};

/** The answer of a paged list. */
export const pageSchema = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() });

interface PageQuery {
  cursor?: string | undefined;
  limit?: number | undefined;
}

/** Reads one page: one item more is asked for, to know whether another page follows. */
export async function readPage<Doc extends { _id: string }, Item>(
  cursors: Cursors,
  list: string,
  { cursor, limit = 50 }: PageQuery,
  read: (page: { after: string | null; limit: number }) => Promise<Doc[]>,
  toItems: (docs: Doc[]) => Item[] | Promise<Item[]>,
): Promise<{ items: Item[]; nextCursor: string | null }> {
  const docs = await read({ after: cursors.open(list, cursor), limit: limit + 1 });
  const page = docs.slice(0, limit);
  const last = docs.length > limit ? (page.at(-1)?._id ?? null) : null;
  return { items: await toItems(page), nextCursor: cursors.seal(list, last) };
}

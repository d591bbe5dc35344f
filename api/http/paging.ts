import { z } from 'zod';
import type { Role } from '../../domain/access';
import type { Page } from '../../store/queries';
import type { Cursors } from './cursor';
import { endpoint, ok, type Endpoint, type Route } from './endpoint';

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

type Filter<Fields extends z.ZodRawShape> = z.output<z.ZodObject<Fields>>;
type PageQuery = { cursor?: string | undefined; limit?: number | undefined };

interface PagedList<Fields extends z.ZodRawShape, Doc extends { _id: string }, Item extends z.ZodType> {
  role: Role;
  operationId: string;
  tag: string;
  summary: string;
  /** The things of the list. Within a path with an id, a cursor counts for that id only. */
  items: string;
  item: Item;
  /** Query fields that narrow the list. */
  filter: Fields;
  read: (filter: Filter<Fields>, page: Page, params: Record<string, string>) => Promise<Doc[]>;
  show: (docs: Doc[]) => z.output<Item>[] | Promise<z.output<Item>[]>;
}

/** A list page by page. One item more than shown is read, to know whether another page follows. */
export function pageEndpoint<
  Fields extends z.ZodRawShape,
  Doc extends { _id: string },
  Item extends z.ZodType,
>(
  cursors: Cursors,
  route: Route,
  { role, operationId, tag, summary, items, item, filter, read, show }: PagedList<Fields, Doc, Item>,
): Endpoint {
  return endpoint(route, {
    ...{ role, operationId, tag, summary, query: z.strictObject({ ...filter, ...pageFields }) },
    answers: { 200: { description: `A page of ${items}.`, schema: pageSchema(item) } },
    async handle({ params, query }) {
      const { cursor, limit = 50, ...wanted } = query as PageQuery & Filter<Fields>;
      const list = [items, ...Object.values(params)].join('-');
      const page = { after: cursors.open(list, cursor), limit: limit + 1 };
      const docs = await read(wanted as unknown as Filter<Fields>, page, params);
      const last = docs.length > limit ? (docs[limit - 1]?._id ?? null) : null;
      return ok({ items: await show(docs.slice(0, limit)), nextCursor: cursors.seal(list, last) });
    },
  });
}

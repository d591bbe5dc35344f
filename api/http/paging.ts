import { z } from 'zod';
import type { Role } from '../../domain/access';
import type { Page } from '../../store/queries';
import type { Actor } from './auth';
import type { Cursors } from './cursor';
import { toTable, type Table } from './csv';
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
type PageQuery = {
  cursor?: string | undefined;
  limit?: number | undefined;
  format?: 'json' | 'csv' | undefined;
};

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
  /** What the next page goes on after, where it is not the id of the last item. */
  keyOf?: (doc: Doc, filter: Filter<Fields>) => string;
  read: (filter: Filter<Fields>, page: Page, params: Record<string, string>) => Promise<Doc[]>;
  /** With `format` csv all that the filter finds is answered, as a table. */
  csv?: Table<z.output<Item>>;
  show: (docs: Doc[], actor: Actor) => z.output<Item>[] | Promise<z.output<Item>[]>;
}

interface Asked<Fields extends z.ZodRawShape> {
  wanted: Filter<Fields>;
  cursor: string | undefined;
  limit: number;
  params: Record<string, string>;
  actor: Actor;
}

const tablePage = 200;

/** All items of a list, in portions. */
async function* readAll<Fields extends z.ZodRawShape, Doc extends { _id: string }, Item extends z.ZodType>(
  { keyOf, read, show }: PagedList<Fields, Doc, Item>,
  filter: Filter<Fields>,
  { params, actor }: Pick<Asked<Fields>, 'params' | 'actor'>,
): AsyncGenerator<z.output<Item>[]> {
  let after: string | null = null;
  for (;;) {
    const docs: Doc[] = await read(filter, { after, limit: tablePage }, params);
    if (docs.length > 0) yield await show(docs, actor);
    const last = docs.at(-1);
    if (!last || docs.length < tablePage) return;
    after = keyOf ? keyOf(last, filter) : last._id;
  }
}

function answerTable<Fields extends z.ZodRawShape, Doc extends { _id: string }, Item extends z.ZodType>(
  given: PagedList<Fields, Doc, Item>,
  csv: Table<z.output<Item>>,
  { wanted, ...asked }: Pick<Asked<Fields>, 'wanted' | 'params' | 'actor'>,
) {
  return toTable(given.items, csv, readAll(given, wanted, asked));
}

/** The table is told of in words: clients made from the description then read JSON as before. */
const toAnswer = <Item extends z.ZodType>(items: string, item: Item, hasTable: boolean) => ({
  description: `A page of ${items}${hasTable ? '; with `format` csv all of them, as a table' : ''}.`,
  schema: pageSchema(item),
});

const formatField = { format: z.enum(['json', 'csv']).optional() };

/** One item more than shown is read, to know whether another page follows. */
async function readPage<Fields extends z.ZodRawShape, Doc extends { _id: string }, Item extends z.ZodType>(
  cursors: Cursors,
  { items, keyOf, read, show }: PagedList<Fields, Doc, Item>,
  { wanted, cursor, limit, params, actor }: Asked<Fields>,
): Promise<{ items: z.output<Item>[]; nextCursor: string | null }> {
  const list = [items, ...Object.values(params)].join('-');
  const docs = await read(wanted, { after: cursors.open(list, cursor), limit: limit + 1 }, params);
  const lastDoc = docs.length > limit ? docs[limit - 1] : undefined;
  const last = lastDoc ? (keyOf ? keyOf(lastDoc, wanted) : lastDoc._id) : null;
  return { items: await show(docs.slice(0, limit), actor), nextCursor: cursors.seal(list, last) };
}

/** The same list with its filter in the body: what stands in an address is kept by proxies and browsers. */
export function searchEndpoint<
  Fields extends z.ZodRawShape,
  Doc extends { _id: string },
  Item extends z.ZodType,
>(cursors: Cursors, route: Route, given: PagedList<Fields, Doc, Item>): Endpoint {
  const { role, operationId, tag, summary, items, item, filter, csv } = given;
  const format = csv ? formatField : {};
  const limit = z
    .number()
    .int()
    .min(1)
    .max(200)
    .optional()
    .meta({ description: 'At most so many items; 50 unless given.' });
  return endpoint(route, {
    ...{ role, operationId, tag, summary },
    // A question like the GET beside it, asked with every few letters that somebody types.
    audit: false,
    body: z.strictObject({ ...filter, cursor: pageFields.cursor, limit, ...format }),
    answers: { 200: toAnswer(items, item, csv !== undefined) },
    async handle({ params, body, actor }) {
      const { cursor, limit: most = 50, format: form, ...rest } = body as PageQuery & Filter<Fields>;
      const wanted = rest as unknown as Filter<Fields>;
      if (csv && form === 'csv') return answerTable(given, csv, { wanted, params, actor });
      return ok(await readPage(cursors, given, { wanted, cursor, limit: most, params, actor }));
    },
  });
}

/** A list page by page. */
export function pageEndpoint<
  Fields extends z.ZodRawShape,
  Doc extends { _id: string },
  Item extends z.ZodType,
>(cursors: Cursors, route: Route, given: PagedList<Fields, Doc, Item>): Endpoint {
  const { role, operationId, tag, summary, items, item, filter, csv } = given;
  const format = csv ? formatField : {};
  return endpoint(route, {
    ...{ role, operationId, tag, summary, query: z.strictObject({ ...filter, ...pageFields, ...format }) },
    answers: { 200: toAnswer(items, item, csv !== undefined) },
    async handle({ params, query, actor }) {
      const { cursor, limit = 50, format: form, ...rest } = query as PageQuery & Filter<Fields>;
      const wanted = rest as unknown as Filter<Fields>;
      if (csv && form === 'csv') return answerTable(given, csv, { wanted, params, actor });
      return ok(await readPage(cursors, given, { wanted, cursor, limit, params, actor }));
    },
  });
}

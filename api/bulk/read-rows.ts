import { setImmediate as breathe } from 'node:timers/promises';
import { Readable } from 'node:stream';
import { parse, CsvError } from 'csv-parse';
import { z } from 'zod';
import { portionsOf } from '../../linking/portions';
import { parseInput } from '../http/endpoint';
import { crmContactIdField, nameField, phoneField } from '../http/fields';
import { Problem, type FieldError } from '../http/problem';

const maxRows = 100_000;
const chunkChars = 64 * 1_024;

const rowSchema = z.strictObject({
  phone: phoneField.meta({ example: '0049 170 1234567' }),
  crmContactId: crmContactIdField
    .optional()
    .meta({ description: 'The contact; whoever has the number unless given.' }),
  name: nameField.optional(),
});
export type AskedRow = z.output<typeof rowSchema>;

/** Rows of a list as JSON. Each is checked by itself, so that a wrong one can be named. */
export const rowsDoc = z.strictObject({ rows: z.array(rowSchema).min(1).max(maxRows) });
const rowsBody = z.strictObject({
  rows: z.array(z.unknown()).min(1).max(maxRows, `has at most ${maxRows} rows`),
});

/** A row with its number in what was sent: a spreadsheet's own in CSV, where 1 is the heading; the place in JSON, from 0. */
export interface Numbered<Row = unknown> {
  row: number;
  value: Row;
}

const shown = 50;

/** Nothing is done while a row is wrong; the first of them are named. */
export function refuseRows(errors: readonly FieldError[], rows: number): void {
  if (errors.length === 0) return;
  const bad = new Set(errors.map(({ field }) => field.split('.')[1])).size;
  const detail = `Nobody was linked: ${bad} of ${rows} rows cannot be read.`;
  throw new Problem('invalid_request', { detail, errors: errors.slice(0, shown) });
}

const badList = (field: string, message: string): Problem =>
  new Problem('invalid_request', { detail: 'Nobody was linked.', errors: [{ field, message }] });

/** Columns by the names that people and our own tables give them. */
const columns: Record<string, keyof AskedRow> = {
  ...{ phone: 'phone', number: 'phone', 'phone number': 'phone' },
  ...{ contact: 'crmContactId', crmcontactid: 'crmContactId', 'contact id': 'crmContactId' },
  name: 'name',
};

function toColumns(heading: readonly string[]): (keyof AskedRow)[] {
  const names = heading.map((cell) => {
    const name = columns[cell.trim().toLowerCase()];
    if (!name) throw badList('rows.1', 'has a column that is none of phone, contact, name');
    return name;
  });
  if (new Set(names).size < names.length) throw badList('rows.1', 'names a column twice');
  if (!names.includes('phone'))
    throw badList('rows.1', 'has no column phone: the first row names the columns');
  return names;
}

const toCell = (name: keyof AskedRow, text: string): unknown =>
  name === 'crmContactId' && /^\d{1,15}$/.test(text) ? Number(text) : text;

const toValue = (names: readonly (keyof AskedRow)[], cells: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(
    names.flatMap((name, index) => {
      // Spreadsheets, and our own tables, write an apostrophe before what would be a formula, such as +49.
      const text = (cells[index] ?? '').trim().replace(/^'(?=[=+\-@])/, '');
      return text === '' ? [] : [[name, toCell(name, text)]];
    }),
  );

/** In pieces, so that the process has its turn for other work while a long table is read. */
async function* piecesOf(text: string): AsyncGenerator<string> {
  for (let from = 0; from < text.length; from += chunkChars) {
    if (from > 0) await breathe();
    yield text.slice(from, from + chunkChars);
  }
}

/** The delimiter is the one that the heading has most of. */
function findDelimiter(text: string): string {
  const heading = text.slice(0, text.search(/[\r\n]|$/));
  const count = (delimiter: string) => heading.split(delimiter).length;
  return [',', ';', '\t'].reduce((best, one) => (count(one) > count(best) ? one : best));
}

async function readCsv(text: string): Promise<Numbered[]> {
  if (text.includes('\uFFFD')) throw badList('rows', 'is not UTF-8');
  const delimiter = findDelimiter(text);
  const options = { bom: true, delimiter, relax_column_count_less: true, max_record_size: 10_000 };
  const rows: Numbered[] = [];
  let names: (keyof AskedRow)[] | null = null;
  let row = 0;
  try {
    for await (const cells of Readable.from(piecesOf(text)).pipe(parse(options)) as AsyncIterable<string[]>) {
      row += 1;
      if (names === null) names = toColumns(cells);
      else if (cells.some((cell) => cell.trim() !== '')) rows.push({ row, value: toValue(names, cells) });
      if (rows.length > maxRows) throw badList('rows', `has at most ${maxRows} rows`);
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const at = 'records' in error ? Number(error.records) + 1 : row + 1;
    throw badList(`rows.${at}`, 'is no row of CSV: look at its quotes and the number of its cells');
  }
  if (rows.length === 0) throw badList('rows', 'has no row below its heading');
  return rows;
}

const toError = (row: number, { path, message }: z.core.$ZodIssue): FieldError => ({
  ...{ field: ['rows', row, ...path].join('.'), message },
});

const listRows = (body: unknown): Numbered[] =>
  parseInput(rowsBody, body).rows.map((value, row) => ({ row, value }));

/** Each row of a list with its values checked. Throws a 422 that names row and column. */
export async function readRows(body: unknown): Promise<Numbered<AskedRow>[]> {
  const given = typeof body === 'string' ? await readCsv(body) : listRows(body);
  const read: Numbered<AskedRow>[] = [];
  const errors: FieldError[] = [];
  for await (const some of portionsOf(given, 500)) {
    for (const { row, value } of some) {
      const { success, data, error } = rowSchema.safeParse(value);
      if (success) read.push({ row, value: data });
      else errors.push(...error.issues.map((issue) => toError(row, issue)));
    }
  }
  refuseRows(errors, given.length);
  return read;
}

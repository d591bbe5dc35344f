import { Readable } from 'node:stream';

/** A spreadsheet takes a cell that begins so for a formula; an apostrophe before it makes it text. */
const formulaStart = /^[=+\-@\t\r]/;

function toCell(value: string): string {
  const text = formulaStart.test(value.trimStart()) || formulaStart.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const toLines = (rows: readonly (readonly string[])[]): string =>
  rows.map((row) => `${row.map(toCell).join(',')}\r\n`).join('');

/** RFC 4180: commas, CRLF, quotes doubled. The byte order mark in front makes spreadsheets read it as UTF-8. */
export const toCsv = (rows: readonly (readonly string[])[]): string => `\uFEFF${toLines(rows)}`;

/** The same as a stream, for tables of any length. */
export async function* streamCsv(
  head: readonly string[],
  parts: AsyncIterable<readonly (readonly string[])[]>,
): AsyncGenerator<string> {
  yield toCsv([head]);
  for await (const rows of parts) yield toLines(rows);
}

/** Items as a table: the names of its columns, and a row for each. */
export interface Table<Item> {
  head: string[];
  row: (item: Item) => string[];
}

async function* toRows<Item>(
  parts: AsyncIterable<Item[]>,
  row: (item: Item) => string[],
): AsyncGenerator<string[][]> {
  for await (const items of parts) yield items.map(row);
}

/** The answer that is a table of all items, sent while they are read. */
export const toTable = <Item>(name: string, { head, row }: Table<Item>, parts: AsyncIterable<Item[]>) => ({
  status: 200 as const,
  type: 'bytes' as const,
  headers: {
    'Content-Type': 'text/csv; charset=utf-8',
    'Content-Disposition': `attachment; filename="${name}.csv"`,
  },
  body: Readable.from(streamCsv(head, toRows(parts, row))),
});

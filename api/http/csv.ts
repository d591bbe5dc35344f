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

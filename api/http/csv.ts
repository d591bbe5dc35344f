/** A spreadsheet takes a cell that begins so for a formula; an apostrophe before it makes it text. */
const formulaStart = /^[=+\-@\t\r]/;

function toCell(value: string): string {
  const text = formulaStart.test(value.trimStart()) || formulaStart.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** RFC 4180: commas, CRLF, quotes doubled. The byte order mark in front makes spreadsheets read it as UTF-8. */
export const toCsv = (rows: readonly (readonly string[])[]): string =>
  `\uFEFF${rows.map((row) => `${row.map(toCell).join(',')}\r\n`).join('')}`;

import ICAL from 'ical.js';
import type { SharedContact } from '../domain/content/details';
import { clip, oneLine } from './clip';

const maxLines = 500;
const maxPhones = 10;
const maxLineLength = 2_000;
const wanted = /^(?:[\w-]+\.)?(?:FN|N|TEL|ORG)[;:]/i;
const isQuotedPrintable = /^[^:]*QUOTED-PRINTABLE[^:]*:/i;

/** vCard 2.1 folds quoted-printable lines by a `=` at their end, the later versions by a space at the beginning of the next. */
function unfold(vCard: string): string[] {
  const lines: string[] = [];
  for (const line of vCard.split(/\r\n|\n|\r/).slice(0, maxLines)) {
    const before = lines.at(-1);
    if (before?.endsWith('=') && isQuotedPrintable.test(before))
      lines[lines.length - 1] = before.slice(0, -1) + line;
    else if (before !== undefined && /^[ \t]/.test(line)) lines[lines.length - 1] = before + line.slice(1);
    else lines.push(line);
  }
  return lines;
}

/** vCard 2.1 has parameters without a name (`TEL;CELL:`), which no later parser takes. */
function nameParameters(line: string): string {
  const colon = line.indexOf(':');
  const [property = '', ...parameters] = line.slice(0, colon).split(';');
  const named = parameters.map((one) => {
    if (one.includes('=')) return one;
    return /^quoted-printable$/i.test(one) ? `ENCODING=${one}` : `TYPE=${one || 'other'}`;
  });
  return [property, ...named].join(';') + line.slice(colon);
}

function decode(value: string, { encoding, charset }: { encoding?: string; charset?: string }): string {
  if (encoding?.toUpperCase() !== 'QUOTED-PRINTABLE') return value;
  const bytes = value.replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString(/8859|1252/.test(charset ?? '') ? 'latin1' : 'utf8');
}

interface Property {
  name: string;
  value: string;
  parameters: { encoding?: string; charset?: string; waid?: string };
}

/** Null for a line that is broken: it costs no other. */
function readProperty(line: string): Property | null {
  try {
    const [name, parameters, , ...values] = ICAL.parse.property(nameParameters(line), ICAL.design.vcard3) as [
      string,
      Property['parameters'],
      string,
      ...unknown[],
    ];
    // A name has its parts in an order of its own: family, given, additional.
    const parts = values.flat(2).map((part) => decode(String(part), parameters));
    const isName = name === 'n';
    const ordered = isName ? [parts[3], parts[1], parts[2], parts[0]] : parts;
    return { name, value: oneLine(ordered.filter(Boolean).join(isName ? ' ' : ', ')), parameters };
  } catch {
    return null;
  }
}

/** `tel:+33-1-23;ext=12` as `+33-1-23 ext. 12`. */
function toPhone({ value, parameters }: Property): string {
  const [number = '', ...more] = value.replace(/^tel:/i, '').split(';');
  const extension = more.find((one) => /^ext=/i.test(one))?.slice('ext='.length);
  const digits = parameters.waid && /^\d{5,15}$/.test(parameters.waid) ? `+${parameters.waid}` : '';
  return clip(number.trim() ? number.trim() + (extension ? ` ext. ${extension}` : '') : digits, 64);
}

/** Name and numbers of a vCard as phones write it: of any version, folded, in quoted-printable, broken in places. */
export function parseVCard(vCard: string): SharedContact {
  const properties = unfold(vCard)
    .filter((line) => wanted.test(line) && line.includes(':'))
    .map((line) => readProperty(line.slice(0, maxLineLength)))
    .filter((property) => property !== null);
  const first = (name: string) => properties.find((one) => one.name === name && one.value !== '')?.value;
  const phones = properties.filter(({ name }) => name === 'tel').map(toPhone);
  const name = first('fn') ?? first('n') ?? first('org') ?? null;
  return { name: name && clip(name, 128), phones: [...new Set(phones)].filter(Boolean).slice(0, maxPhones) };
}

import type { Place } from '../../domain/content/details';
import type { MessageKind } from '../../domain/message';
import { toPlain, withoutMarks } from './plain';
import { isAttachedWord, isDeletedWord, isEditedWord, readLeftOut } from './words';

/** What somebody said, as far as a file tells. */
export interface Said {
  kind: MessageKind;
  /** Text or caption. */
  text: string | null;
  /** Absent: it had no file. `name`: as the line says it; null where the file was left out. */
  file?: { name: string | null };
  place?: Place;
}

/** The files that came with the chat, by their plain names. */
export type FileNames = ReadonlySet<string>;

const longestName = 260;
/** Phones put this mark before words of their own. */
const ownMark = '\u200e';

const kindsByEnding: readonly [MessageKind, RegExp][] = [
  ['sticker', /^STK-|-STICKER-|\.webp$/i],
  ['voice', /^PTT-|\.opus$/i],
  ['image', /\.(jpe?g|png|heic|gif)$/i],
  ['video', /\.(mp4|mov|3gp|m4v|avi|mkv)$/i],
  ['audio', /\.(m4a|mp3|aac|ogg|amr|wav)$/i],
];
const toKind = (name: string): MessageKind =>
  kindsByEnding.find(([, ending]) => ending.test(name))?.[0] ?? 'document';

/** Names that WhatsApp gives by itself. */
const isGivenName = (name: string): boolean =>
  /^(IMG|VID|PTT|AUD|DOC|STK)-\d{8}-WA\d+\.|^\d{8}-[A-Z]+-/.test(name);

interface Attached {
  name: string;
  caption: string;
}

/** `<attached: name>`, at any place; a document has its title and pages before it. */
function findTagged(said: string, files: FileNames): Attached | null {
  const [tag = '', word = '', name = ''] = /<([^<>:\n]{1,40}): ?([^<>\n]{1,260})>/.exec(said) ?? [];
  if (!tag || !(files.has(name) || isGivenName(name) || isAttachedWord(word))) return null;
  const caption = said.replace(tag, '').trim();
  return { name, caption: caption.includes(' • ') && !caption.includes('\n') ? '' : caption };
}

/** `name (file attached)` on the first line, the caption below. */
function findNoted(said: string, files: FileNames): Attached | null {
  const [line = '', ...below] = said.split('\n');
  const [, name = '', word = ''] = /^(.+?) ?\(([^()]{1,40})\)$/.exec(line.slice(0, longestName + 50)) ?? [];
  const isKnown = files.has(name) || isGivenName(name) || (isAttachedWord(word) && /\.\w{1,8}$/.test(name));
  return isKnown ? { name, caption: below.join('\n').trim() } : null;
}

/** The line stands between `<` and `>`, or behind the mark, or (on old iPhones) says nothing else and names what it was. */
function findLeftOut(said: string, isBracketed: boolean): { kind: MessageKind; caption: string } | null {
  const [line = '', ...below] = said.split('\n');
  const [, tagged] = /^<([^<>]{3,60})>$/.exec(toPlain(line)) ?? [];
  const marked = line.includes(ownMark) ? toPlain(line.slice(line.lastIndexOf(ownMark))) : null;
  const own = tagged ?? (marked !== null && marked.length < 60 ? marked : null);
  const whole = isBracketed && /^[\p{L}\p{M} .-]{3,40}$/u.test(toPlain(line)) ? toPlain(line) : null;
  const words = own ?? whole;
  const kind = words === null ? null : readLeftOut(words);
  if (kind === null || (kind === 'media' && own === null)) return null;
  return { kind: kind === 'media' ? 'document' : kind, caption: below.join('\n').trim() };
}

const placeShape =
  /^\P{Nd}{2,30}: https:\/\/maps\.google\.com\/\?q=(-?\d{1,2}(?:\.\d+)?),(-?\d{1,3}(?:\.\d+)?)$/u;

function findPlace(said: string): Place | null {
  const [, latitude, longitude] = placeShape.exec(said) ?? [];
  return latitude === undefined ? null : { latitude: Number(latitude), longitude: Number(longitude) };
}

/** The note that a message was changed stands at its end. */
function withoutNote(said: string): string {
  const [note, words = ''] = /\s*\u200e?<([^<>\n]{4,60})>\s*$/.exec(said) ?? [];
  const isNote = note !== undefined && (isEditedWord(toPlain(words)) || /\S\s*\u200e</.test(said));
  return isNote && !words.includes(':') && readLeftOut(words) === null ? said.slice(0, -note.length) : said;
}

/** Reads what stands behind the speaker's name; `deleted`: nothing is left of it in the file. */
export function readSaid(written: string, files: FileNames, isBracketed: boolean): Said | 'deleted' {
  const said = withoutNote(written);
  const plain = withoutMarks(said).trim();
  if (isDeletedWord(toPlain(plain))) return 'deleted';
  const attached = findTagged(plain, files) ?? findNoted(plain, files);
  if (attached) {
    const { name, caption } = attached;
    return { kind: toKind(name), text: caption || null, file: { name } };
  }
  const leftOut = findLeftOut(said.trim(), isBracketed);
  if (leftOut)
    return { kind: leftOut.kind, text: withoutMarks(leftOut.caption) || null, file: { name: null } };
  const place = findPlace(plain);
  if (place) return { kind: 'location', text: null, place };
  return { kind: 'text', text: plain };
}

/** A line of WhatsApp's own that an iPhone puts in somebody's mouth: calls, notices, who came and went. */
export const isOwnLine = (written: string): boolean =>
  written.startsWith(ownMark) && !/https?:\/\/|^\u200e[\p{Lu}]{3,}:/u.test(written);

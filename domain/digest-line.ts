import { nameMentions, toGroupNotice, toHead, type Content, type Names } from './content/said';
import { toLabel } from './content/words';
import { countParts, neutralise, partOf, quote, toLines, toSpeaker } from './foreign-text';
import { toFileLine, toFileNote, type FileNote } from './files/file-note';
import { isFileItem, type ItemId } from './ids';
import { toClock } from './local-time';
import type { MessageEvent } from './message';

/** One item with all that its line says. `original` is the text a change is about. */
export interface DigestItem extends Content {
  item: ItemId;
  part: number;
  sentAt: Date;
  /** Where it belongs: its time, or its arrival when its time lies ahead. */
  orderAt: Date;
  speaker: string;
  /** Whether one of us said or did it. */
  fromMe: boolean;
  event: MessageEvent;
  original: string | null;
  /** How those are called whom it names. */
  names?: Names;
  /** Its file; absent: it has none, or another line tells of it. */
  file?: FileNote | null;
}

const lateMs = 5 * 60_000;
const maxChoices = 12;

const unreadableLine = '(a message this source could not read; see the phone)';

/** Fillers and joiners show nothing, though some of them count as letters. */
const isVisible = (text: string): boolean =>
  /[^\s\p{Default_Ignorable_Code_Point}\p{Cc}\u2800]/u.test(neutralise(text));

const noNames: Names = new Map();

/** One part of the text, with people named in it. */
function partOfText({ text, part, details, names = noNames }: DigestItem): string {
  return toLines(nameMentions(partOf(text ?? '', part), details?.mentions, names));
}

function toVote({ details }: DigestItem, about: string): string {
  const choices = details?.choices;
  if (!choices) return `voted in${about || ' a poll'}; the choice is on the phone`;
  if (choices.length === 0) return `took back the vote in${about || ' a poll'}`;
  return `voted ${choices
    .slice(0, maxChoices)
    .map((choice) => `«${quote(choice)}»`)
    .join(', ')} in${about || ' a poll'}`;
}

function toResponse({ details }: DigestItem, about: string): string {
  const { answer, guests = 0 } = details?.attendance ?? {};
  if (!answer) return `answered to${about || ' an event'}; the answer is on the phone`;
  const others = guests > 0 ? ` with ${guests} ${guests === 1 ? 'guest' : 'guests'}` : '';
  return `is ${answer}${others} to${about || ' an event'}`;
}

function toCreation(item: DigestItem, timeZone: string): string {
  const names = item.names ?? noNames;
  const notice = toGroupNotice(item, names);
  if (notice !== null) return notice;
  // The second and later parts of a long text go on where the one before ended.
  const head = item.part === 1 ? toHead(item, names, timeZone) : '';
  const text = partOfText(item);
  const said = [head, text].filter((part) => part !== '').join(' ');
  const isSaid = isVisible(text) || toLabel(item.kind, item.details ?? {}) !== '';
  if (isSaid && isVisible(said)) return said;
  return item.text ? '(a text that shows nothing)' : [head, unreadableLine].filter(Boolean).join(' ');
}

function bodyOf(item: DigestItem, timeZone: string): string {
  const about = item.original === null ? '' : ` «${quote(item.original)}»`;
  const text = item.text ?? '';
  switch (item.event) {
    case 'revoke':
      return `deleted a message${about}`;
    case 'reaction':
      return text === ''
        ? `took back a reaction to${about || ' a message'}`
        : `reacted ${quote(text)} to${about || ' a message'}`;
    case 'vote':
      return toVote(item, about);
    case 'response':
      return toResponse(item, about);
    case 'edit':
      if (!isVisible(text)) return `edited${about || ' a message'}; the new text is on the phone`;
      return `edited${about} to: ${partOfText(item)}`;
    case 'create':
      return toCreation(item, timeZone);
  }
}

/** The body with what is to be said of its file. */
function sayAll(item: DigestItem, timeZone: string, firstDay: string): string {
  const { file } = item;
  if (file && isFileItem(item.item)) return toFileLine(file, timeZone, firstDay);
  return [bodyOf(item, timeZone), file ? toFileNote(file) : ''].filter(Boolean).join(' ');
}

/** How many items tell one version: a long text has one for each part; a reaction or a deletion is one line. */
export const countItems = (event: MessageEvent, text: string | null): number =>
  event === 'create' || event === 'edit' ? countParts(text ?? '') : 1;

/**
 * The direction of a line: ours, or theirs. It stands where foreign text never does, at the beginning of a line (see
 * `toLines`), so a customer who is called like our account still writes lines that are theirs.
 */
export const directionOf = (fromMe: boolean): string => (fromMe ? '→' : '←');

/**
 * The line of one item: its direction, its time in the portal, with the day where that is not the first line's, its speaker and
 * content.
 */
export function toLine(item: DigestItem, timeZone: string, newestAt: Date | null, firstDay: string): string {
  const { day, time } = toClock(item.sentAt, timeZone);
  const late = newestAt !== null && newestAt.getTime() - item.orderAt.getTime() > lateMs;
  const clock = `${day === firstDay ? '' : `${day} `}${time}${late ? ', late' : ''}`;
  const parts = isFileItem(item.item) ? 1 : countItems(item.event, item.text);
  const part = parts === 1 ? '' : ` (part ${item.part} of ${parts})`;
  const said = sayAll(item, timeZone, firstDay);
  return `${directionOf(item.fromMe)} [${clock}] ${toSpeaker(item.speaker)}${part}: ${said}`;
}

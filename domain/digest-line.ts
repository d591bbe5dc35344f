import { countParts, neutralise, partOf, toLines, toSpeaker } from './foreign-text';
import type { ItemId } from './ids';
import { toClock } from './local-time';
import type { MessageEvent, MessageKind } from './message';

/** One item with all that its line says. `original` is the text a change is about. */
export interface DigestItem {
  item: ItemId;
  part: number;
  sentAt: Date;
  /** Where it belongs: its time, or its arrival when its time lies ahead. */
  orderAt: Date;
  speaker: string;
  /** Whether one of us said or did it. */
  fromMe: boolean;
  event: MessageEvent;
  kind: MessageKind;
  text: string | null;
  fileName: string | null;
  quotedText: string | null;
  forwarded: boolean;
  original: string | null;
}

const lateMs = 5 * 60_000;
const maxQuoteCharacters = 80;

/** A text in brief, on one line. */
export function quote(text: string): string {
  const line = neutralise(text)
    .replace(/[\s\u0085]+/gu, ' ')
    .trim();
  const characters = [...line];
  return characters.length <= maxQuoteCharacters
    ? line
    : `${characters.slice(0, maxQuoteCharacters).join('')}…`;
}

const unreadableLine = '(a message this source could not read; see the phone)';

/** Stands for what a page cannot show. */
const placeholders: Partial<Record<MessageKind, string>> = {
  text: '',
  voice: '(voice message)',
  contacts: '(contact card)',
  system: '(system message)',
  unsupported: unreadableLine,
};

/** Fillers and joiners show nothing, though some of them count as letters. */
const isVisible = (text: string): boolean =>
  /[^\s\p{Default_Ignorable_Code_Point}\p{Cc}\u2800]/u.test(neutralise(text));

function bodyOf(item: DigestItem): string {
  const about = item.original === null ? '' : ` «${quote(item.original)}»`;
  const text = item.text ?? '';
  switch (item.event) {
    case 'revoke':
      return `deleted a message${about}`;
    case 'reaction':
      return text === ''
        ? `took back a reaction to${about || ' a message'}`
        : `reacted ${quote(text)} to${about || ' a message'}`;
    case 'edit':
      if (!isVisible(text)) return `edited${about || ' a message'}; the new text is on the phone`;
      return `edited${about} to: ${toLines(partOf(text, item.part))}`;
    case 'create': {
      const file = item.fileName === null ? '' : ` ${quote(item.fileName)}`;
      const reply = item.quotedText === null ? '' : `(in reply to «${quote(item.quotedText)}»)`;
      const parts = [
        item.forwarded ? '(forwarded)' : '',
        reply,
        `${placeholders[item.kind] ?? `(${item.kind})`}${file}`.trim(),
      ];
      const said = [...parts, toLines(partOf(text, item.part))].filter((part) => part !== '').join(' ');
      if (isVisible(said)) return said;
      return text === '' ? unreadableLine : '(a text that shows nothing)';
    }
  }
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
  const parts = countItems(item.event, item.text);
  const part = parts === 1 ? '' : ` (part ${item.part} of ${parts})`;
  return `${directionOf(item.fromMe)} [${clock}] ${toSpeaker(item.speaker)}${part}: ${bodyOf(item)}`;
}

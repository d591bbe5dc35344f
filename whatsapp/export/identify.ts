import { createHash } from 'node:crypto';
import { fromClock } from '../../domain/local-time';
import { withoutMarks } from './plain';
import type { ExportedMessage } from './read-chat';

/** A message of a file with the time it was sent at, and the id that it gets wherever it is exported. */
export interface IdentifiedMessage {
  message: ExportedMessage;
  sentAt: Date;
  fromMe: boolean;
  stanzaId: string;
  /** What was said, as any source would have it: see `toSubstance`. */
  substance: string;
  /** So many of the same direction, minute and substance stand before it, itself counted. */
  ordinal: number;
}

/** Whom an author is: by number where it is known, since phones call people differently. */
export interface Identifying {
  timeZone: string;
  me: string | null;
  isGroup: boolean;
  numberOf: (author: string) => string | null;
}

const idPrefix = 'EXPORT-';
const comparedCharacters = 1_000;
const minuteMs = 60_000;
/** A chat is in order but for a few lines: minutes that lie further back are not counted any more. */
const countedMinutes = 2_000;

/** No source gives such ids. */
export const isExported = (stanzaId: string): boolean => stanzaId.startsWith(idPrefix);

/** Who is named in a text is written by every source in its own way. */
const withoutMentions = (text: string): string =>
  text.replace(/@(?:\u2068[^\u2069]*\u2069|\+?\d[\d ]{3,18}\d)/g, '@');

/**
 * What makes two copies of a message the same, whatever source they come from: the text without marks and breaks, and that there was a
 * file, not which: phones leave files out, and sources call them differently.
 */
export function toSubstance(text: string | null, hasFile: boolean): string {
  const words = withoutMarks(withoutMentions(text ?? ''))
    .normalize('NFC')
    .replace(/\s+/g, ' ')
    .trim();
  return `${hasFile ? 'file' : 'text'}|${words.slice(0, comparedCharacters)}`;
}

export const toMinute = (at: Date): number => Math.floor(at.getTime() / minuteMs);

/** Counts the same things within their minutes. */
function createCounts() {
  const minutes = new Map<number, Map<string, number>>();
  return (minute: number, thing: string): number => {
    const things = minutes.get(minute) ?? new Map<string, number>();
    if (!minutes.has(minute)) minutes.set(minute, things);
    const [oldest] = minutes.keys();
    if (minutes.size > countedMinutes && oldest !== undefined) minutes.delete(oldest);
    const count = (things.get(thing) ?? 0) + 1;
    things.set(thing, count);
    return count;
  };
}

const hash = (parts: readonly unknown[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 40).toUpperCase();

/**
 * Gives messages ids that are the same in every export of their chat: by minute, speaker, substance, and the how many-th it is of such.
 * A longer export, one of another phone, in another language or without files gives the same ones.
 */
export function createIdentify({ timeZone, me, isGroup, numberOf }: Identifying) {
  const [ofAuthor, ofDirection] = [createCounts(), createCounts()];
  return (message: ExportedMessage): IdentifiedMessage => {
    const { author, at, said } = message;
    const sentAt = fromClock({ ...at, second: at.second ?? 0 }, timeZone);
    const fromMe = author === me;
    const minute = toMinute(sentAt);
    const { place, text, file } = said;
    const substance = toSubstance(place ? `${place.latitude},${place.longitude}` : text, file !== undefined);
    const speaker = fromMe ? 'me' : isGroup ? (numberOf(author) ?? author) : 'peer';
    const nth = ofAuthor(minute, `${speaker}|${substance}`);
    const stanzaId = idPrefix + hash([speaker, minute, substance, nth]);
    return {
      message,
      sentAt,
      fromMe,
      stanzaId,
      substance,
      ordinal: ofDirection(minute, `${fromMe}|${substance}`),
    };
  };
}

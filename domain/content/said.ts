import { neutralise, quote, toLines } from '../foreign-text';
import type { Details, Named, Reply } from './details';
import { toGroupLine } from './group-lines';
import type { MessageKind } from './kind';
import { toLabel, toTitle, toWords } from './words';

/** The content of a version, as a line needs it. */
export interface Content {
  kind: MessageKind;
  text: string | null;
  fileName: string | null;
  quotedText: string | null;
  forwarded: boolean;
  details?: Details | undefined;
  media?: { sizeBytes: number | null } | null | undefined;
}

/** How people are called today, by the key of an alias. */
export type Names = ReadonlyMap<string, string>;

/** A list of a hundred cards would leave no room in a comment for anything else. */
const maxWords = 1_200;
const maxNameCharacters = 80;

const phoneOf = (key: string): string | null =>
  key.startsWith('phone:') ? key.slice('phone:'.length) : null;

/** A name on one line, as foreign as it is; the number where none is known, and never a LID's digits. */
function nameOf({ key }: Named, names: Names): string {
  const name = (names.get(key) ?? phoneOf(key) ?? '').replace(/[\s\u0085]+/gu, ' ').trim();
  return [...name].slice(0, maxNameCharacters).join('') || 'somebody';
}

/** In a text somebody is named by the digits of a phone or of a LID: the name in their place, or "somebody". */
export function nameMentions(text: string, mentions: readonly Named[] | undefined, names: Names): string {
  const byDigits = new Map(
    (mentions ?? []).map((named) => [named.key.replace(/^[a-z]+:\+?/, ''), nameOf(named, names)]),
  );
  if (byDigits.size === 0) return text;
  return text.replace(/@(\d{5,20})(?!\d)/g, (whole, digits: string) => {
    const name = byDigits.get(digits);
    return name === undefined ? whole : `@${name}`;
  });
}

const articles: Partial<Record<MessageKind, string>> = { audio: 'an', image: 'an', event: 'an', order: 'an' };

function answered({ isStory, kind }: Reply): string {
  if (isStory) return 'a story';
  const label = kind === undefined ? '' : toLabel(kind, {});
  if (kind === undefined || label === '') return kind === 'text' ? '' : 'a message';
  return `${articles[kind] ?? 'a'} ${label}`;
}

/** `(in reply to «When?»)`, `(in reply to an image «our office»)`, `(in reply to a story)`; empty where it is no reply. */
function replyOf({ quotedText, details }: Content, names: Names): string {
  if (quotedText === null && !details?.reply) return '';
  const what =
    details?.reply && (quotedText === null || details.reply.isStory || details.reply.kind)
      ? answered(details.reply)
      : '';
  const text = quotedText === null ? '' : `«${quote(nameMentions(quotedText, details?.mentions, names))}»`;
  return `(in reply to ${[what, text].filter(Boolean).join(' ') || 'a message'})`;
}

function wordsOf(details: Details, timeZone: string): string {
  const words = [...toWords(details, timeZone)];
  return toLines(words.length <= maxWords ? words.join('') : `${words.slice(0, maxWords).join('')}…`);
}

/**
 * What stands before the text of a message: that it was forwarded, what it answers, its kind with the file's facts and name, and the words
 * of what is no text. Neutral, and empty for a plain text.
 */
export function toHead(content: Content, names: Names, timeZone: string): string {
  const { kind, fileName, forwarded, details = {}, media } = content;
  const label = toLabel(kind, details, media?.sizeBytes);
  const parts = [
    details.broadcast ? '(broadcast)' : '',
    forwarded ? '(forwarded)' : '',
    replyOf(content, names),
    label && `(${label})`,
    fileName === null ? '' : quote(fileName),
    wordsOf(details, timeZone),
  ];
  return parts.filter(Boolean).join(' ');
}

/** What happened to the group, or null where the message is no notice of one. */
export function toGroupNotice({ details }: Content, names: Names): string | null {
  const group = details?.group;
  if (!group) return null;
  const value = group.value === undefined ? '' : quote(group.value);
  return toGroupLine(
    group,
    group.people.map((named) => neutralise(nameOf(named, names))),
    value,
  );
}

/** A few words by which another line means this message; null where nothing is known of it. */
export function toSummary({ kind, text, fileName, details = {} }: Content, names: Names): string | null {
  const words = toTitle(details) || nameMentions(text ?? '', details.mentions, names) || fileName || '';
  if (neutralise(words).trim() !== '') return words;
  const label = toLabel(kind, details);
  return label === '' ? null : `(${label})`;
}

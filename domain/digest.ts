import { countParts, neutralise, partOf, toLines, toSpeaker } from './foreign-text';
import type { ItemId } from './ids';
import type { Lane } from './link';
import type { MessageEvent, MessageKind } from './message';
import { toClock, toOffset, toPeriod } from './local-time';

/** One item with all that its line says. `original` is the text a change is about. */
export interface DigestItem {
  item: ItemId;
  part: number;
  sentAt: Date;
  /** Where it belongs: its time, or its arrival when its time lies ahead. */
  orderAt: Date;
  speaker: string;
  event: MessageEvent;
  kind: MessageKind;
  text: string | null;
  fileName: string | null;
  quotedText: string | null;
  forwarded: boolean;
  original: string | null;
}

/** What a comment says once, in its headline. `account` is our number and its name. */
export interface DigestContext {
  chatTitle: string;
  account: string;
  lane: Lane;
  timeZone: string;
  /** The newest item told so far in this chat and lane; what is five minutes older is late. */
  newestToldAt: Date | null;
  newMarker: () => string;
}

/** One comment to be: its items in the page's order, and the marker as the last line of its text. */
export interface Digest {
  items: ItemId[];
  text: string;
  marker: string;
  newestAt: Date;
}

export const maxCommentBytes = 20_480;
const maxItems = 50;
const lateMs = 5 * 60_000;
const maxQuoteCharacters = 80;

function quote(text: string): string {
  const line = neutralise(text)
    .replace(/[\s\u0085]+/gu, ' ')
    .trim();
  const characters = [...line];
  return characters.length <= maxQuoteCharacters
    ? line
    : `${characters.slice(0, maxQuoteCharacters).join('')}…`;
}

const placeholders: Record<MessageKind, string> = {
  text: '',
  image: '(image)',
  video: '(video)',
  audio: '(audio)',
  voice: '(voice message)',
  document: '(document)',
  sticker: '(sticker)',
  location: '(location)',
  contacts: '(contact card)',
  poll: '(poll)',
  call: '(call)',
  system: '(system message)',
  unsupported: '(a message this source could not read; see the phone)',
};

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
      return `edited${about} to: ${toLines(partOf(text, item.part))}`;
    case 'create': {
      const file = item.fileName === null ? '' : ` ${quote(item.fileName)}`;
      const reply = item.quotedText === null ? '' : `(in reply to «${quote(item.quotedText)}»)`;
      const parts = [item.forwarded ? '(forwarded)' : '', reply, `${placeholders[item.kind]}${file}`.trim()];
      return [...parts, toLines(partOf(text, item.part))].filter((part) => part !== '').join(' ');
    }
  }
}

/** How many items tell one version: a long text has one for each part; a reaction or a deletion is one line. */
export const countItems = (event: MessageEvent, text: string | null): number =>
  event === 'create' || event === 'edit' ? countParts(text ?? '') : 1;

function toLine(item: DigestItem, context: DigestContext, newestAt: Date | null, firstDay: string): string {
  const { day, time } = toClock(item.sentAt, context.timeZone);
  const late = newestAt !== null && newestAt.getTime() - item.orderAt.getTime() > lateMs;
  const clock = `${day === firstDay ? '' : `${day} `}${time}${late ? ', late' : ''}`;
  const parts = countItems(item.event, item.text);
  const part = parts === 1 ? '' : ` (part ${item.part} of ${parts})`;
  return `[${clock}] ${toSpeaker(item.speaker)}${part}: ${bodyOf(item)}`;
}

function headline(
  items: readonly DigestItem[],
  { chatTitle, account, lane, timeZone }: DigestContext,
): string {
  const times = items.map(({ sentAt }) => sentAt.getTime());
  const [from, to] = [new Date(Math.min(...times)), new Date(Math.max(...times))];
  const what = lane === 'history' ? 'WhatsApp, earlier messages' : 'WhatsApp';
  const period = `${toPeriod(from, to, timeZone)} ${toOffset(to, timeZone)}`;
  return `[B]${what} · ${toSpeaker(chatTitle)} · ${toSpeaker(account)} · ${period}[/B]`;
}

const bytesOf = (text: string): number => new TextEncoder().encode(text).length;
/** Room for the headline, the marker and their line breaks. */
const frameBytes = 1_024;

/** Turns items of one chat and lane, in the page's order, into as few comments as the limits of one allow. */
export function toDigests(items: readonly DigestItem[], context: DigestContext): Digest[] {
  const digests: Digest[] = [];
  let newestAt = context.newestToldAt;
  let rest = [...items];
  while (rest.length > 0) {
    const { taken, lines, newest } = take(rest, context, newestAt);
    const marker = context.newMarker();
    const text = [headline(taken, context), ...lines, marker].join('\n');
    const last = taken.reduce((max, { orderAt }) => (orderAt > max ? orderAt : max), new Date(0));
    digests.push({ items: taken.map(({ item }) => item), text, marker, newestAt: last });
    newestAt = newest;
    rest = rest.slice(taken.length);
  }
  return digests;
}

function take(rest: readonly DigestItem[], context: DigestContext, newestBefore: Date | null) {
  const taken: DigestItem[] = [];
  const lines: string[] = [];
  let newest = newestBefore;
  let bytes = frameBytes;
  const firstDay = rest[0] ? toClock(rest[0].sentAt, context.timeZone).day : '';
  for (const item of rest.slice(0, maxItems)) {
    const line = toLine(item, context, newest, firstDay);
    bytes += bytesOf(line) + 1;
    if (taken.length > 0 && bytes > maxCommentBytes) break;
    taken.push(item);
    lines.push(line);
    if (newest === null || item.orderAt > newest) newest = item.orderAt;
  }
  return { taken, lines, newest };
}

/** What stands in an entry's place when Bitrix24 refused its text: how many messages, and where they are. */
export function toPlaceholder(count: number, reason: string, marker: string): string {
  const messages = count === 1 ? 'One WhatsApp message' : `${count} WhatsApp messages`;
  const lines = [
    `[B]${messages} could not be shown here[/B]`,
    `Bitrix24 refused the text (${quote(reason)}). Nothing is lost: it is kept in Contact Link.`,
    marker,
  ];
  return lines.join('\n');
}

/** True when the comment is the one with this marker: only as the last line does a marker count. */
export const endsWithMarker = (comment: string, marker: string): boolean =>
  comment
    .trimEnd()
    .split(/\r\n|\n|\r/u)
    .at(-1)
    ?.trim() === marker;

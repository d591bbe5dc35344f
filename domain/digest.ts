import { toLine, type DigestItem } from './digest-line';
import { goesWith, type FileNote } from './files/file-note';
import { quote, toSpeaker } from './foreign-text';
import type { ItemId } from './ids';
import type { Lane } from './link';
import { lastLineOf, printLength } from './content/marker';
import { toClock, toOffset, toPeriod } from './local-time';

export type { DigestItem } from './digest-line';

/** The facts of a comment's headline. `account` is our number and its name. */
export interface DigestContext {
  chatTitle: string;
  account: string;
  isGroup?: boolean;
  lane: Lane;
  timeZone: string;
  /** The newest item told so far in this chat and lane; what is five minutes older is late. */
  newestToldAt: Date | null;
  /** The marker of a comment that tells these items. */
  markerOf: (items: readonly ItemId[]) => string;
}

/** One comment to be: its items in the page's order, and the marker as the last line of its text. */
export interface Digest {
  /** What it tells, files among them. */
  items: ItemId[];
  /** What goes with it; absent: nothing. */
  files?: FileNote[];
  text: string;
  marker: string;
  newestAt: Date;
}

export const maxCommentBytes = 20_480;
const maxItems = 50;
function headline(
  items: readonly DigestItem[],
  { chatTitle, account, isGroup, lane, timeZone }: DigestContext,
): string {
  const times = items.map(({ sentAt }) => sentAt.getTime());
  const [from, to] = [new Date(Math.min(...times)), new Date(Math.max(...times))];
  const where = isGroup ? 'WhatsApp group' : 'WhatsApp';
  const what = lane === 'history' ? `${where}, earlier messages` : where;
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
    const told = listItems(taken);
    const marker = context.markerOf(told);
    const text = [headline(taken, context), ...lines, marker].join('\n');
    const last = taken.reduce((max, { orderAt }) => (orderAt > max ? orderAt : max), new Date(0));
    digests.push({ items: told, ...filesOf(taken), text, marker, newestAt: last });
    newestAt = newest;
    rest = rest.slice(taken.length);
  }
  return digests;
}

const attachedOf = (items: readonly DigestItem[]): FileNote[] =>
  items.flatMap(({ file }) => (file?.state === 'attached' ? file : []));

function filesOf(items: readonly DigestItem[]): Pick<Digest, 'files'> {
  const files = attachedOf(items);
  return files.length > 0 ? { files } : {};
}

/** A line of a message that has its file tells two items; the line of a file alone is that very item. */
const listItems = (items: readonly DigestItem[]): ItemId[] => [
  ...new Set(items.flatMap(({ item, file }) => (file?.item ? [item, file.item] : [item]))),
];

/** Whether its file, if it has one, goes with those of the items before. */
function canJoin(taken: readonly DigestItem[], { file }: DigestItem): boolean {
  const attached = attachedOf(taken);
  return file?.state === 'attached' ? goesWith(attached, file) : !attached.some(({ isAlone }) => isAlone);
}

function take(rest: readonly DigestItem[], context: DigestContext, newestBefore: Date | null) {
  const taken: DigestItem[] = [];
  const lines: string[] = [];
  let newest = newestBefore;
  let bytes = frameBytes;
  const firstDay = rest[0] ? toClock(rest[0].sentAt, context.timeZone).day : '';
  for (const item of rest.slice(0, maxItems)) {
    const line = toLine(item, context.timeZone, newest, firstDay);
    bytes += bytesOf(line) + 1 + printLength * (item.file?.item ? 2 : 1);
    if (taken.length > 0 && (bytes > maxCommentBytes || !canJoin(taken, item))) break;
    taken.push(item);
    lines.push(line);
    if (newest === null || item.orderAt > newest) newest = item.orderAt;
  }
  return { taken, lines, newest };
}

/**
 * Grows whenever texts are written in another way, so that what Bitrix24 refused may pass: entries that were refused under
 * older rules are said again once.
 */
export const textRules = 1;

/** The text in place of one that Bitrix24 refused: how many messages, and where they are. */
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
export const endsWithMarker = (comment: string, marker: string): boolean => lastLineOf(comment) === marker;

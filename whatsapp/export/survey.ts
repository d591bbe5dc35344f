import type { DayOrder } from '../../domain/export/chat-file';
import { createAuthorEvidence, toAuthor } from './speakers/authors';
import type { FileNames } from './content';
import { createDayOrderEvidence } from './day-order';
import { listComers, readOwnLine } from './speakers/own-lines';
import { readPieces, type Piece } from './read-lines';
import { mayBeHalf, type Stamp } from './stamp';

/** Who speaks in a chat, as the phone calls them. */
export interface ExportedAuthor {
  name: string;
  messages: number;
}

/** What a whole file tells of itself, before anything of it is taken in. */
export interface ChatSurvey {
  /** Stamps with what stands behind them: messages and WhatsApp's own lines. */
  pieces: number;
  /** The speakers, who said most in front. */
  authors: ExportedAuthor[];
  /** Their names letter by letter, by which lines are split. */
  written: string[];
  /** Those whom WhatsApp's own lines name as in the group. */
  named: string[];
  /** Under whose name WhatsApp itself speaks, and nobody else: what an iPhone calls the chat. Null: nobody. */
  title: string | null;
  /** The orders of day, month and year that all stamps can have, the likeliest first. */
  dayOrders: DayOrder[];
  /** The first and the last stamp; null: it is no chat. */
  ends: { first: Stamp; last: Stamp } | null;
}

/** More lines with a stamp of another form than this share: its form is not understood. */
const mostStrays = 0.2;

/** A file whose lines begin in ways that are not understood together. */
export class UnknownFormError extends Error {
  override readonly name = 'UnknownFormError';
  constructor() {
    super('The lines of the chat begin in several forms');
  }
}

function sumUp(authors: readonly { written: string; messages: number }[]): ExportedAuthor[] {
  const byName = new Map<string, number>();
  for (const { written, messages } of authors) {
    const name = toAuthor(written);
    byName.set(name, (byName.get(name) ?? 0) + messages);
  }
  return [...byName]
    .map(([name, messages]) => ({ name, messages }))
    .sort((one, other) => other.messages - one.messages);
}

/** A group has at most 1,024 people. */
const mostNamed = 2_000;

/** What WhatsApp itself says in a chat. */
function createOwnLines(files: FileNames) {
  const named = new Set<string>();
  const silent = new Set<string>();
  return {
    /** True: nobody said it. */
    take({ stamp: { form }, text }: Piece): boolean {
      const line = readOwnLine(text, form.startsWith('['), files);
      for (const name of line ? listComers(line) : []) if (named.size < mostNamed) named.add(name);
      if (line?.speaker && silent.size < mostNamed) silent.add(toAuthor(line.speaker));
      return line !== null;
    },
    named,
    findTitle(speakers: readonly string[]): string | null {
      const [only, ...more] = [...silent].filter((name) => !speakers.includes(name));
      return only !== undefined && more.length === 0 ? only : null;
    },
  };
}

/** Reads a chat once, to see what must be known before it is read in earnest. Holds no more than its names. */
export async function surveyChat(
  chunks: AsyncIterable<string>,
  now: Date,
  files: FileNames = new Set(),
): Promise<ChatSurvey> {
  const order = createDayOrderEvidence();
  const speakers = createAuthorEvidence();
  const ownLines = createOwnLines(files);
  let [pieces, strays, isOf24Hours] = [0, 0, false];
  const stamps: Stamp[] = [];
  for await (const piece of readPieces(chunks, () => (strays += 1))) {
    const { stamp, text } = piece;
    pieces += 1;
    isOf24Hours ||= stamp.hour > 12 || stamp.hour === 0;
    order.add(stamp);
    if (!ownLines.take(piece)) speakers.add(text);
    stamps[stamps.length === 0 ? 0 : 1] = stamp;
  }
  const [first, last = first] = stamps;
  // An afternoon that is not understood would be a morning.
  const isHalfUnknown = first !== undefined && mayBeHalf(first) && !isOf24Hours;
  if (strays > pieces * mostStrays || isHalfUnknown) throw new UnknownFormError();
  const ends = first && last ? { first, last } : null;
  const authors = speakers.list();
  const written = authors.map((one) => one.written);
  const title = ownLines.findTitle(authors.map((one) => toAuthor(one.written)));
  const facts = { named: [...ownLines.named], title, dayOrders: order.listPossible(now) };
  return { pieces, authors: sumUp(authors), written, ...facts, ends };
}

import type { DayOrder } from '../../domain/export/chat-file';
import { splitAuthor } from './speakers/authors';
import { isOwnLine, readSaid, type FileNames, type Said } from './content';
import { toDay, type Day } from './day-order';
import { readPieces, type Piece } from './read-lines';

/** A time as the clock of the phone showed it. */
export interface WallClock extends Day {
  hour: number;
  minute: number;
  /** Null: the phone writes none. */
  second: number | null;
}

/** One message of an exported chat. */
export interface ExportedMessage {
  author: string;
  at: WallClock;
  said: Said;
}

/** What is known of a chat once it was surveyed, and its questions are answered. */
export interface ReadingRules {
  dayOrder: DayOrder;
  written: ReadonlySet<string>;
  files: FileNames;
}

/** Null: a line of WhatsApp's own, or of a message that was deleted. */
function toMessage(
  { stamp, text }: Piece,
  { dayOrder, written, files }: ReadingRules,
): ExportedMessage | null {
  const day = toDay(stamp, dayOrder);
  const split = splitAuthor(text, written);
  if (!day || !split) return null;
  const isBracketed = stamp.form.startsWith('[');
  const said = readSaid(split.said, files, isBracketed);
  const isTold = said !== 'deleted' && !(said.kind === 'text' && isBracketed && isOwnLine(split.said));
  const { hour, minute, second } = stamp;
  return isTold ? { author: split.author, at: { ...day, hour, minute, second }, said } : null;
}

/** The chat piece by piece, in its order: a message, or null for what is none. Nothing is held but the piece. */
export async function* readChat(
  chunks: AsyncIterable<string>,
  rules: ReadingRules,
): AsyncGenerator<ExportedMessage | null> {
  for await (const piece of readPieces(chunks)) yield toMessage(piece, rules);
}

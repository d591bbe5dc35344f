import { toSize } from '../content/words';
import { neutralise } from '../foreign-text';
import type { ItemId } from '../ids';
import { toClock } from '../local-time';
import type { MessageKind } from '../message';

/** Why a file is not on the page, in words. */
const reasons: Record<string, string> = {
  unavailable: 'the source does not have it',
  not_uploaded: 'the source did not send it',
  gone_at_source: 'the source no longer has it',
  too_large: 'it is too large',
  type_refused: 'files of this type are not taken',
  portal_refused: 'Bitrix24 refused it',
  portal_dropped: 'Bitrix24 did not keep it',
  expired: 'it is no longer kept',
};

/** The file of an item, as its line tells it: `attached` to the same comment, `follows` later, `missing` for a reason. */
export interface FileNote {
  state: 'attached' | 'follows' | 'missing';
  /** The item that this tells of the file; null: that is told by another line. */
  item: ItemId | null;
  name: string;
  sizeBytes: number | null;
  reason: string | null;
  /** When its message was said. */
  saidAt: Date;
  /** What is attached: our ids of the file and its content. */
  mediaId: string;
  outcome: number;
  hash: string | null;
  /** It was refused before, perhaps for its own sake: it goes in a comment of its own. */
  isAlone: boolean;
  /** What its bytes are, where that is not what its source calls it. */
  otherType?: string | null;
}

const maxNameCharacters = 100;
const endCharacters = 20;

/** A foreign file name on one line, its end kept: that tells the type. */
function toShown(name: string): string {
  const characters = [
    ...neutralise(name)
      .replace(/[\s\u0085]+/gu, ' ')
      .trim(),
  ];
  if (characters.length <= maxNameCharacters) return characters.join('');
  const start = characters.slice(0, maxNameCharacters - endCharacters - 1);
  return `${start.join('')}…${characters.slice(-endCharacters).join('')}`;
}

type Named = Pick<FileNote, 'name' | 'sizeBytes'>;

const toNameAndSize = ({ name, sizeBytes }: Named): string =>
  sizeBytes === null ? toShown(name) : `${toShown(name)}, ${toSize(sizeBytes)}`;

/** `file not stored: photo.jpg, 48 KB: it is too large`. */
export const toMissing = (file: Named, reason: string | null): string =>
  `file not stored: ${toNameAndSize(file)}: ${reasons[reason ?? ''] ?? 'it cannot be had'}`;

/** `(careful: the file is application/x-msdownload)`: whoever opens it must know. */
const toWarning = ({ otherType }: FileNote): string =>
  otherType ? `(careful: the file is ${otherType})` : '';

/** What the line of a message says of its file besides its kind, name and size; empty when that is all. */
export function toFileNote(note: FileNote): string {
  if (note.state === 'missing') return `(${toMissing(note, note.reason)})`;
  return note.state === 'follows' ? '(file follows)' : toWarning(note);
}

/** The line of a file that comes after its message's own: `file of 14:03:22: photo.jpg, 48 KB`. */
export function toFileLine(note: FileNote, timeZone: string, firstDay: string): string {
  const { day, time } = toClock(note.saidAt, timeZone);
  const clock = day === firstDay ? time : `${day} ${time}`;
  if (note.state === 'missing') return `file of ${clock}: ${toMissing(note, note.reason)}`;
  return [`file of ${clock}: ${toNameAndSize(note)}`, toWarning(note)].filter(Boolean).join(' ');
}

const endings: Record<string, string> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/webp': 'webp',
  'image/gif': 'gif',
  'video/mp4': 'mp4',
  'video/3gpp': '3gp',
  'audio/ogg': 'ogg',
  'audio/mpeg': 'mp3',
  'audio/mp4': 'm4a',
  'audio/aac': 'aac',
  'audio/amr': 'amr',
  'application/pdf': 'pdf',
  'text/plain': 'txt',
  'text/vcard': 'vcf',
};

/** The name of a file on the page; one that has none gets `image 2026-11-25 14.03.22.jpg`. */
export function toFileName(
  { fileName, mimeType, kind }: { fileName: string | null; mimeType: string | null; kind: MessageKind },
  { day, time }: { day: string; time: string },
): string {
  if (fileName) return fileName;
  const ending = endings[mimeType?.split(';')[0]?.trim().toLowerCase() ?? ''];
  return `${kind} ${day} ${time.replaceAll(':', '.')}${ending ? `.${ending}` : ''}`;
}

/** More files go into the next comment. */
export const maxFiles = 10;
/** Of all files of a comment together, unless one alone is larger. */
const maxFileBytes = 30_000_000;

/** Whether a file goes with those that a comment has already. */
export const goesWith = (taken: readonly FileNote[], next: FileNote): boolean =>
  taken.length === 0 ||
  (taken.length < maxFiles &&
    !next.isAlone &&
    !taken.some(({ isAlone }) => isAlone) &&
    [...taken, next].reduce((sum, { sizeBytes }) => sum + (sizeBytes ?? 0), 0) <= maxFileBytes);

/** The text of a comment whose files the portal refused: what is missing is said in lines before the marker. */
export function withoutFiles(text: string, marker: string, files: readonly Named[], reason: string): string {
  const lines = files.map((file) => `✕ ${toMissing(file, reason)}`);
  return `${text.slice(0, text.lastIndexOf(marker))}${[...lines, marker].join('\n')}`;
}

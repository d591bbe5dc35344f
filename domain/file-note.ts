import { neutralise } from './foreign-text';
import type { ItemId } from './ids';
import type { MessageKind } from './message';

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
  /** The item that this tells of the file; null: its outcome is told later. */
  item: ItemId | null;
  name: string;
  sizeBytes: number | null;
  reason: string | null;
  /** What is attached: our ids of the file and its content. */
  mediaId: string;
  hash: string | null;
  /** It was refused before, perhaps for its own sake: it goes in a comment of its own. */
  isAlone: boolean;
}

const units = ['bytes', 'KB', 'MB', 'GB'];

/** `48 KB`: whole bytes and kilobytes, one digit more from megabytes on. */
export function toSize(bytes: number): string {
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const value = bytes / 1_000 ** power;
  return `${power < 2 ? Math.round(value) : value.toFixed(1)} ${units[power]}`;
}

const maxNameCharacters = 100;

/** A foreign file name on one line, its end kept: that tells the type. */
const toShown = (name: string): string => {
  const characters = [
    ...neutralise(name)
      .replace(/[\s\u0085]+/gu, ' ')
      .trim(),
  ];
  const { length } = characters;
  return length <= maxNameCharacters
    ? characters.join('')
    : `${characters.slice(0, maxNameCharacters - 21).join('')}…${characters.slice(-20).join('')}`;
};

const toNameAndSize = ({ name, sizeBytes }: FileNote): string =>
  sizeBytes === null ? toShown(name) : `${toShown(name)}, ${toSize(sizeBytes)}`;

/** `file not stored: name, size, reason`. */
export const toMissing = (note: FileNote, reason = note.reason): string =>
  `file not stored: ${toNameAndSize(note)}: ${reasons[reason ?? ''] ?? 'it cannot be had'}`;

/** What the line of a message says of its file, in brackets. */
export function toFileNote(note: FileNote): string {
  if (note.state === 'missing') return `(${toMissing(note)})`;
  return note.state === 'follows' ? `(${toNameAndSize(note)}, file follows)` : `(${toNameAndSize(note)})`;
}

/** The line of a file that comes after its message's own. `clock` is the message's. */
export const toFileLine = (note: FileNote, clock: string): string =>
  note.state === 'missing'
    ? `file of ${clock}: ${toMissing(note)}`
    : `file of ${clock}: ${toNameAndSize(note)}`;

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

/** A name for a file that has none: `image 2026-11-25 14.03.22.jpg`. */
export function toFileName(
  { fileName, mimeType, kind }: { fileName: string | null; mimeType: string | null; kind: MessageKind },
  { day, time }: { day: string; time: string },
): string {
  if (fileName) return fileName;
  const type = mimeType?.split(';')[0]?.trim().toLowerCase() ?? '';
  const ending = endings[type];
  return `${kind} ${day} ${time.replaceAll(':', '.')}${ending ? `.${ending}` : ''}`;
}

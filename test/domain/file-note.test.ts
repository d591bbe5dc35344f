import { toFileLine, toFileNote, type FileNote } from '../../domain/files/file-note';

const saidAt = new Date('2026-11-26T14:03:22Z');
const note = (change: Partial<FileNote>): FileNote => ({
  ...{ state: 'attached', item: null, name: 'photo.jpg', sizeBytes: 48_000, reason: null },
  ...{ saidAt, mediaId: 'm', outcome: 1, hash: 'h', isAlone: false, otherType: null },
  ...change,
});
const other = 'application/x-msdownload';

test.each<[Partial<FileNote>, string, string]>([
  [{}, '', 'file of 14:03:22: photo.jpg, 48 KB'],
  [
    { otherType: other },
    `(careful: the file is ${other})`,
    `file of 14:03:22: photo.jpg, 48 KB (careful: the file is ${other})`,
  ],
  [{ state: 'follows' }, '(file follows)', 'file of 14:03:22: photo.jpg, 48 KB'],
  [
    { state: 'missing', reason: 'type_refused' },
    '(file not stored: photo.jpg, 48 KB: files of this type are not taken)',
    'file of 14:03:22: file not stored: photo.jpg, 48 KB: files of this type are not taken',
  ],
  [
    { state: 'missing', reason: 'too_large', sizeBytes: null },
    '(file not stored: photo.jpg: it is too large)',
    'file of 14:03:22: file not stored: photo.jpg: it is too large',
  ],
])('a file is told by its message and by a line of its own: %j', (change, beside, line) => {
  expect(toFileNote(note(change))).toBe(beside);
  expect(toFileLine(note(change), 'UTC', '2026-11-26')).toBe(line);
});

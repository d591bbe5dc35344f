import type { FileNote } from '../../domain/files/file-note';
import { withoutFiles } from '../../domain/files/file-note';
import type { UploadFile } from '../../bitrix24/rest/upload-body';
import type { EntryDoc, EntryFile } from '../../store/delivery/entries';
import type { MediaReason } from '../../store/media/media';
import type { Store } from '../../store/store';

/** What an entry keeps of the files that go with it. */
export const toEntryFiles = (notes: readonly FileNote[]): { files?: EntryFile[] } => {
  const files = notes.flatMap(({ mediaId, outcome, hash, name, sizeBytes }): EntryFile[] =>
    hash === null ? [] : [{ mediaId, outcome, hash, name, sizeBytes: sizeBytes ?? 0 }],
  );
  return files.length > 0 ? { files } : {};
};

async function* read(store: Store, hash: string): AsyncGenerator<Uint8Array> {
  const bytes = await store.contents.open(hash);
  if (!bytes) throw new Error('The content of a file is gone.');
  yield* bytes as AsyncIterable<Uint8Array>;
}

/** The files of an entry, as its request reads them. */
export const openFiles = (store: Store, { files = [] }: EntryDoc): UploadFile[] =>
  files.map(({ hash, name, sizeBytes }) => ({ name, sizeBytes, open: () => read(store, hash) }));

/** Files whose content is not kept any more, or not as it was planned: such a request could never be written whole. */
export async function listBroken(store: Store, { files = [] }: EntryDoc): Promise<EntryFile[]> {
  const broken: EntryFile[] = [];
  for (const file of files) {
    const content = await store.contents.load(file.hash);
    if (content?.sizeBytes !== file.sizeBytes) broken.push(file);
  }
  return broken;
}

/** The entry's text and files without these, and why they are missing in lines before its marker. */
export function leaveOut(entry: EntryDoc, missing: readonly EntryFile[], reason: MediaReason) {
  const files = (entry.files ?? []).filter((file) => !missing.includes(file));
  return { files, text: withoutFiles(entry.text, entry.marker, missing, reason) };
}

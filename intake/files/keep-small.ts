import type { KeptBytes } from '../../store/media/contents';
import type { MediaDoc } from '../../store/media/media';
import type { Store } from '../../store/store';
import { routeOutcomes } from './route-file';

/** A file whose bytes are all here, and are such as its account wants. */
export interface SmallFile {
  media: MediaDoc;
  bytes: Buffer;
  /** Of the bytes: see `hashOf`. */
  hash: string;
  mimeType: string | null;
  otherType: string | null;
}

/** What became of a small file, and the parked links to wake: of all that were kept with it. */
export interface SmallKept {
  /** Null: the same bytes are just being deleted. */
  content: KeptBytes | null;
  /** Null: somebody else was first with this file. */
  kept: MediaDoc | null;
  parkedLinkIds: readonly string[];
}

export type KeepSmall = (file: SmallFile) => Promise<SmallKept>;

/**
 * Keeps small files of one portal in the order of writes of one: the contents, then the files' own states, then what is to be told; each for
 * all of them before the next. A crash in between leaves what it leaves of one.
 */
export async function keepSmallFiles(store: Store, files: readonly SmallFile[]): Promise<SmallKept[]> {
  const contents = await store.contents.saveMany(files);
  const saved = files.flatMap(({ media, mimeType, otherType }, index) => {
    const content = contents[index];
    return content ? [{ index, media, content: { ...content, mimeType, otherType } }] : [];
  });
  const kept = await store.media.keepMany(saved);
  const keptAt = new Map(saved.map(({ index }, place) => [index, kept[place] ?? null]));
  const parkedLinkIds = await routeOutcomes(
    store,
    kept.flatMap((one) => one ?? []),
  );
  return files.map((_, index) => ({
    content: contents[index] ?? null,
    kept: keptAt.get(index) ?? null,
    parkedLinkIds: index === 0 ? parkedLinkIds : [],
  }));
}

import type { ImportDoc } from '../../store/history/imports';
import type { ActivityDeps } from '../deps';

/** An import as its workflow sees it: ids, states and counts only. */
export interface ImportProgress {
  importId: string;
  /** `more`: go on at once; `turn`, `source`, `chats`: go on later; `ended`: nothing is left to do. */
  next: 'more' | 'turn' | 'source' | 'chats' | 'ended';
  state: ImportDoc['state'];
  done: number;
  total: number;
  failed: number;
  messagesRead: number;
  messagesFound: number;
}

export function toProgress(
  { _id: importId, state, done, total, failed, messagesRead, messagesFound }: ImportDoc,
  next: ImportProgress['next'],
): ImportProgress {
  return { importId, next, state, done, total, failed, messagesRead, messagesFound };
}

/** The counts as they are now, on the import too. Counted anew each time: nothing is counted twice. */
export async function saveProgress(
  { store }: ActivityDeps,
  doc: ImportDoc,
  next: ImportProgress['next'],
): Promise<ImportProgress> {
  const counts = await store.importChats.countAll(doc._id);
  await store.imports.saveCounts(doc._id, counts);
  return toProgress({ ...doc, ...counts }, next);
}

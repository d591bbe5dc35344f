import type { Store } from '../store';

/** Where bytes are, and all that may refer to them. */
export type Kept = Pick<Store, 'media' | 'contents' | 'imports'>;

/** Whether a file, or an exported chat that is not taken in yet, has these bytes. */
export const hasContent = async ({ media, imports }: Kept, hash: string): Promise<boolean> =>
  (await media.hasContent(hash)) || (await imports.hasFile(hash));

/** Deletes bytes that nobody has any more. Of those that are being written or read just now the sweep of files sees to the rest. */
export async function sweepContent(store: Kept, hash: string): Promise<void> {
  const content = await store.contents.load(hash);
  if (content) await store.contents.sweep(content, (one) => hasContent(store, one));
}

import type { FetchMedia } from '../intake/files/fetch-file';
import { fetchWahaMedia, type WahaAccess } from '../whatsapp/waha/fetch-media';

/** Asks the source of a file, by the account that it came through. `accessOf` gives null for an account that is not asked. */
export const createFetchMedia =
  (accessOf: (accountId: string) => Promise<WahaAccess | null>): FetchMedia =>
  async ({ accountId, source }) => {
    const access = source.kind === 'waha' ? await accessOf(accountId) : null;
    if (!access || source.kind !== 'waha') return { kind: 'away' };
    const file = await fetchWahaMedia(access, source);
    if (file.kind !== 'bytes') return file;
    const { bytes, mimeType, sizeBytes } = file;
    return { kind: 'bytes', file: { bytes, mimeType }, sizeBytes };
  };

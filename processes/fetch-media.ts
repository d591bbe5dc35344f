import type { FetchMedia } from '../intake/files/fetch-file';
import type { Store } from '../store/store';
import { fetchWahaMedia } from '../whatsapp/waha/fetch-media';

/** Asks the source of a file for it, by the account that it came through. */
export const createFetchMedia =
  ({ accounts }: Pick<Store, 'accounts'>): FetchMedia =>
  async ({ accountId, source }) => {
    const account = await accounts.load(accountId);
    const access = account && accounts.openWaha(account);
    if (!access?.baseUrl || source.kind !== 'waha') return { kind: 'away' };
    const file = await fetchWahaMedia(access, source);
    if (file.kind !== 'bytes') return file;
    const { bytes, mimeType, sizeBytes } = file;
    return { kind: 'bytes', file: { bytes, mimeType }, sizeBytes };
  };

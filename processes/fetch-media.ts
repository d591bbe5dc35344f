import type { FetchMedia } from '../intake/files/fetch-file';
import type { AccountDoc } from '../store/accounts';
import type { MediaDoc } from '../store/media/media';
import type { Store } from '../store/store';
import { fetchEvolutionMedia } from '../whatsapp/evolution/fetch-media';
import { fetchMetaMedia } from '../whatsapp/meta/fetch-media';
import type { SourceFile } from '../whatsapp/rest/download';
import { fetchWahaMedia } from '../whatsapp/waha/fetch-media';

type Accounts = Pick<Store, 'accounts'>;

async function fetchFrom(
  { accounts }: Accounts,
  account: AccountDoc,
  source: MediaDoc['source'],
): Promise<SourceFile> {
  if (source.kind === 'waha') {
    const access = accounts.openWaha(account);
    if (access?.baseUrl) return fetchWahaMedia(access, source);
  }
  if (source.kind === 'evolution') {
    const access = accounts.openEvolution(account);
    if (access) return fetchEvolutionMedia(access, source);
  }
  if (source.kind === 'meta') {
    const way = accounts.openMeta(account);
    if (way) return fetchMetaMedia(way, source.mediaId);
  }
  return { kind: 'away' };
}

/** Asks the source of a file for it, by the account that it came through. */
export const createFetchMedia =
  (store: Accounts): FetchMedia =>
  async ({ accountId, source }) => {
    const account = await store.accounts.load(accountId);
    const file: SourceFile = account ? await fetchFrom(store, account, source) : { kind: 'away' };
    if (file.kind !== 'bytes') return file;
    const { bytes, mimeType, sizeBytes } = file;
    return { kind: 'bytes', file: { bytes, mimeType }, sizeBytes };
  };

import type { AccountDoc } from '../../store/accounts';
import { openStore, type Store } from '../../store/store';
import { mongoUri, uniqueDatabaseName } from '../helpers/servers';
import { opened } from './opened';

export const encryptionKey = Buffer.alloc(32, 1);

/** The store on a database of its own, for all tests of a file. */
export const useStore = (databaseName = uniqueDatabaseName()): Store =>
  opened(
    () => openStore({ uri: mongoUri(databaseName), encryptionKey }),
    (store) => store.close(),
  );

let portals = 0;

/** A portal that no other test of the file uses, with one of our numbers. */
export async function addPortal(store: Store): Promise<{ portalId: string; account: AccountDoc }> {
  portals += 1;
  const policies = { defaultCountry: 'DE', timeZone: 'Europe/Berlin' };
  const { _id: portalId } = await store.portals.connect(
    `https://p${portals}.example/rest/1/secret/`,
    policies,
  );
  return { portalId, account: await addAccount(store, portalId, '+491700000001') };
}

/** Another one of our numbers. */
export async function addAccount(store: Store, portalId: string, e164: string): Promise<AccountDoc> {
  const { account } = await store.accounts.add({
    portalId,
    kind: 'ingest',
    e164,
    name: 'Anna Sales',
    hmacKey: null,
  });
  return account;
}

/** Runs the same thing many times at once. */
export const atOnce = <T>(times: number, run: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: times }, (_, index) => run(index)));

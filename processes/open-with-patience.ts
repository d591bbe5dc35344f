import { setTimeout as sleep } from 'node:timers/promises';
import { createPortalDirectory, type PortalDirectory } from '../bitrix24/portal-directory';
import { RestoringError } from '../store/backup/backup-error';
import { openStore, type Store } from '../store/store';
import { toLoggable } from '../telemetry';
import { WrongKeyError } from './wrong-key';
import { endForRestore } from './end-for-restore';
import type { Surroundings } from './run-process';

const firstWaitMs = 500;
const maxWaitMs = 5_000;

/** `onRestore` is told with every try that failed whether a restore is why, in words. */
type Waiting = Pick<Surroundings, 'logger' | 'signal'> & { onRestore?: (why: string | null) => void };
type Given = Surroundings & Waiting;

/** Tries until it works, since other servers may come up later than we do. Null once the process is told to stop. */
export async function openWithPatience<T>(
  what: string,
  { logger, signal, onRestore }: Waiting,
  open: () => Promise<T>,
): Promise<T | null> {
  for (let waitMs = firstWaitMs; !signal.aborted; waitMs = Math.min(waitMs * 2, maxWaitMs)) {
    try {
      return await open();
    } catch (error) {
      const isRestoring = error instanceof RestoringError;
      onRestore?.(isRestoring ? error.message : null);
      if (isRestoring) logger.warn(error.message);
      else logger.warn(toLoggable(error), `${what} cannot be reached; trying again`);
      await sleep(waitMs, undefined, { signal }).catch(() => undefined);
    }
  }
  return null;
}

/** The store, with the key that its secrets were sealed with; throws `WrongKeyError` for another one. Null once the process is told to stop. */
export async function openCheckedStore(given: Given): Promise<Store | null> {
  const { encryptionKey, formerKeys, mongodbUri: uri, files } = given.config;
  const opened = await openWithPatience('MongoDB', given, async () => {
    const store = await openStore({ uri, encryptionKey, formerKeys, files });
    return { store, isKeyRight: await store.isKeyRight() };
  });
  if (opened?.isKeyRight === false) throw new WrongKeyError();
  return opened?.store ?? null;
}

/** The store and the portals that it knows, whose requests are counted. Null once the process is told to stop. */
export async function openStoreAndPortals(
  given: Given,
): Promise<{ store: Store; portals: PortalDirectory } | null> {
  const { portalRequestLimitMs: requestLimitMs } = given.config;
  const store = await openCheckedStore(given);
  if (!store) return null;
  await endForRestore(store, given);
  const portals = createPortalDirectory({
    credentials: store.portals,
    budgets: store.budgets,
    requestLimitMs,
    onRequest: ({ method, outcome }) => given.metrics.bitrix24Requests.inc({ method, outcome }),
  });
  return { store, portals };
}

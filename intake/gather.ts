import { keepSmallFiles, type SmallFile, type SmallKept } from './files/keep-small';
import { takeInAll, type Delivered, type Taken } from './take-in';
import { createLines } from './lines';
import type { AccountDoc } from '../store/accounts';
import type { MediaDoc } from '../store/media/media';
import type { Store } from '../store/store';

/** What became of the items of a delivery, and the files of its account that were noted; the parked links to wake are those of all deliveries that were taken in with it. */
export interface TakenIn {
  taken: Taken[];
  parkedLinkIds: readonly string[];
  files: readonly MediaDoc[];
}

/** Who asks to be let in; `mayWait`: for others, a moment, as files may. */
export interface Bearer {
  token: string;
  mayWait: boolean;
}

/** Files come by the dozen, each as a request of its own. */
const lookUps = { atOnce: 4, worthAnother: 8, restMs: 15, largest: 200 };

/**
 * Gathers deliveries of one portal and source, and small files of one portal: a step of taking in costs about the same for one message as for fifty, and sources send one
 * at a time. Each caller is answered when all of its own is stored.
 */
export function createGathering(store: Store) {
  async function take(delivered: readonly Delivered[]): Promise<TakenIn[]> {
    const { taken, parkedLinkIds, files } = await takeInAll(store, delivered);
    return delivered.map(({ account }, index) => ({
      taken: taken[index] ?? [],
      parkedLinkIds: index === 0 ? parkedLinkIds : [],
      files: files.filter(({ accountId }) => accountId === account._id),
    }));
  }

  const takeIn = createLines<Delivered, TakenIn>({
    lineOf: ({ account, delivery }) => `${account.portalId} ${delivery.source}`,
    sizeOf: ({ delivery }) => delivery.items.length,
    ...{ atOnce: 4, worthAnother: 60, largest: 200, take },
  });
  const keepSmall = createLines<SmallFile, SmallKept>({
    lineOf: ({ media }) => media.portalId,
    sizeOf: () => 1,
    ...{ atOnce: 2, worthAnother: 12, restMs: 60, largest: 32 },
    take: (files) => keepSmallFiles(store, files),
  });

  /** A file that is to be uploaded; null: there is none of this id. */
  const loadMedia = createLines<string, MediaDoc | null>({
    lineOf: () => '',
    sizeOf: () => 1,
    ...lookUps,
    async take(ids) {
      const found = new Map((await store.media.loadMany(ids)).map((one) => [one._id, one]));
      return ids.map((id) => found.get(id) ?? null);
    },
  });

  /** The account that a token opens, as it is after the question; null: none. */
  const findAccount = createLines<Bearer, AccountDoc | null>({
    lineOf: () => '',
    sizeOf: ({ mayWait }) => (mayWait ? 1 : lookUps.worthAnother),
    ...lookUps,
    take: (bearers) => store.accounts.findByTokens(bearers.map(({ token }) => token)),
  });
  return { takeIn, keepSmall, loadMedia, findAccount };
}

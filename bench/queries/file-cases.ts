import type { Store } from '../../store/store';
import { idOf, messageId } from './seed';

interface Seeded {
  store: Store;
  portalId: string;
}

const now = (): Date => new Date();
const mediaId = idOf('d', 7);

/** Files and their contents. */
export const files: Record<string, Record<string, (seeded: Seeded) => Promise<unknown>>> = {
  media: {
    load: ({ store }) => store.media.load(mediaId),
    loadMany: ({ store }) => store.media.loadMany([mediaId]),
    find: ({ store }) => store.media.find(messageId(7), 0),
    listOfMessages: ({ store }) => store.media.listOfMessages([1, 2, 3].map(messageId)),
    listOfStanzas: ({ store }) => store.media.listOfStanzas('account', ['M1', 'M2']),
    listToFetch: ({ store, portalId }) => store.media.listToFetch(portalId, now(), 50),
    listDue: ({ store, portalId }) => store.media.listDue(portalId, now(), 50),
    listUnrouted: ({ store, portalId }) => store.media.listUnrouted(portalId, now(), 50),
    listExpired: ({ store, portalId }) => store.media.listExpired(portalId, now(), 50),
    hasContent: ({ store }) => store.media.hasContent('0'.repeat(64)),
  },
  contents: {
    load: ({ store }) => store.contents.load('0'.repeat(64)),
    listToSweep: ({ store }) => store.contents.listToSweep(now(), 50),
  },
};

import type { Store } from '../../store/store';
import { idOf } from './seed';

interface Seeded {
  store: Store;
  portalId: string;
}

/** The questions about who is let in. */
export const accessCases: Record<string, Record<string, (seeded: Seeded) => Promise<unknown>>> = {
  users: {
    load: ({ store }) => store.users.load(idOf('e', 3)),
    list: ({ store }) => store.users.list(),
  },
  sessions: {
    findOpen: ({ store }) => store.sessions.findOpen('secret', new Date()),
    hasOpen: ({ store }) => store.sessions.hasOpen(idOf('e', 3), new Date()),
    endAll: ({ store }) => store.sessions.endAll('user'),
  },
  logInCodes: { take: ({ store }) => store.logInCodes.take('code', new Date()) },
  deliveryHours: {
    listLast: ({ store, portalId }) => store.deliveryHours.listLast(store, portalId, 24, new Date()),
  },
  tokens: {
    findByToken: ({ store }) => store.tokens.findByToken('token'),
    has: ({ store }) => store.tokens.has(idOf('e', 3)),
    list: ({ store }) => store.tokens.list(),
  },
};

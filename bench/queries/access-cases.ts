import type { Store } from '../../store/store';
import { idOf } from './seed';

interface Seeded {
  store: Store;
  portalId: string;
}

const page = { after: null, limit: 100 };

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
  audit: {
    list: ({ store }) => store.audit.list({}, page),
    'list, of a user': ({ store }) => store.audit.list({ byId: idOf('e', 3) }, page),
    'list, about one thing': ({ store }) => store.audit.list({ subjectId: idOf('e', 3) }, page),
    'list, about one kind': ({ store }) => store.audit.list({ subjectKind: 'account' }, page),
    'list, of one action': ({ store }) => store.audit.list({ action: 'changeAccount' }, page),
  },
  tokens: {
    findByToken: ({ store }) => store.tokens.findByToken('token'),
    has: ({ store }) => store.tokens.has(idOf('e', 3)),
    list: ({ store }) => store.tokens.list(),
  },
};

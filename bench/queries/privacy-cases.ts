import type { Store } from '../../store/store';
import { personId } from './seed';

type Case = (seeded: { store: Store; portalId: string }) => Promise<unknown>;

const page = { after: null, limit: 100 };

/** Who is forgotten, and who was. */
export const privacy: Record<string, Record<string, Case>> = {
  privacyKeys: {
    load: ({ store }) => store.privacyKeys.load('portal'),
    loadOrMake: ({ store, portalId }) => store.privacyKeys.loadOrMake(portalId),
  },
  keptAway: {
    whichNames: async ({ store, portalId }) => {
      await store.privacyKeys.loadOrMake(portalId);
      return store.keptAway.whichNames(portalId, ['phone:+491701234567']);
    },
  },
  reports: {
    find: ({ store }) => store.reports.find('operation', 'plan', 0),
    list: ({ store }) => store.reports.list('operation', 'plan', 0, 20),
    remove: ({ store }) => store.reports.remove('operation', 'plan'),
    removeOfPortal: ({ store, portalId }) => store.reports.removeOfPortal(portalId),
    removeOld: ({ store }) => store.reports.removeOld(new Date(), []),
  },
  forgettings: {
    load: ({ store }) => store.forgettings.load('operation'),
    findOfPerson: ({ store }) => store.forgettings.findOfPerson(personId(1)),
    listRunning: ({ store, portalId }) => store.forgettings.listRunning(portalId, page),
    listDoneSince: ({ store, portalId }) => store.forgettings.listDoneSince(portalId, new Date()),
  },
};

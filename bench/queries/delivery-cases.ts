import { toGroupTarget, toItemId, toLinkTarget } from '../../domain/ids';
import { countWaiting, countWaitingFor, listItemsFor } from '../../store/delivery/target-counts';
import type { Store } from '../../store/store';
import { chatId, idOf, linkId, messageId } from './seed';

interface Seeded {
  store: Store;
  portalId: string;
}

type Case = (seeded: Seeded) => Promise<unknown>;

const one = 4_321;
const page = { after: null, limit: 100 };
const target = toLinkTarget(linkId(one));
const items = [1, 2, 3].map((index) => toItemId(messageId(index), 0, 1));
const some = Array.from({ length: 100 }, (_, index) => index + 1);
const ago = (minutes: number): Date => new Date(Date.now() - minutes * 60_000);

/** The questions about what is on its way to its page. */
export const delivery: Record<string, Record<string, Case>> = {
  outbox: {
    listOfLane: ({ store }) => store.outbox.listOfLane(target, 'live', 500),
    count: ({ store }) => store.outbox.count(target, 'live'),
    countOfPortal: ({ store, portalId }) => store.outbox.countOfPortal(portalId),
    countOfGroups: ({ store, portalId }) => store.outbox.countOfGroups(portalId),
    findOldestArrival: ({ store, portalId }) => store.outbox.findOldestArrival(portalId),
    whichItems: ({ store }) => store.outbox.whichItems(items),
    hasAny: ({ store }) => store.outbox.hasAny(target),
    whichWait: ({ store }) => store.outbox.whichWait(some.map((index) => toLinkTarget(linkId(index)))),
    countWaiting: ({ store }) =>
      countWaiting(
        store,
        some.map((index) => toLinkTarget(linkId(index))),
      ),
    countWaitingFor: ({ store }) =>
      countWaitingFor(store, { target, linkId: linkId(one), absences: [{ from: ago(9), to: ago(3) }] }),
    listItemsFor: ({ store }) =>
      listItemsFor(store, { target, linkId: linkId(one), absences: [{ from: ago(9), to: ago(3) }] }),
    listTargets: ({ store, portalId }) => store.outbox.listTargets([portalId]),
    listEveryTarget: ({ store, portalId }) => store.outbox.listEveryTarget(portalId, 500).next(),
    listWaiting: ({ store, portalId }) => store.outbox.listWaiting(portalId),
    giveTo: ({ store }) => store.outbox.giveTo(items, chatId(one)),
    remove: ({ store }) => store.outbox.remove(items),
    removeOfTarget: ({ store }) => store.outbox.removeOfTarget(target),
  },
  entries: {
    plan: ({ store, portalId }) =>
      store.entries.plan({
        ...{ portalId, target, chatId: chatId(one), lane: 'live', items: ['x/0'], crmContactId: 1, epoch: 1 },
        ...{ marker: 'm', text: 't', newestAt: new Date() },
      }),
    listUnsettled: ({ store }) => store.entries.listUnsettled(target, 'live'),
    listOfMessages: ({ store }) => store.entries.listOfMessages([1, 2].map(messageId)),
    whichUnsettled: ({ store }) => store.entries.whichUnsettled([target]),
    hasUnsettled: ({ store }) => store.entries.hasUnsettled(target),
    listByItems: ({ store }) => store.entries.listByItems(items),
    listUnknown: ({ store, portalId }) => store.entries.listUnknown(portalId, ago(1), 50),
    listRefusedBefore: ({ store, portalId }) => store.entries.listRefusedBefore(portalId, 2, page),
    load: ({ store }) => store.entries.load(idOf('e', one)),
    listOfTarget: ({ store }) => store.entries.listOfTarget(target),
    'list, of a link': ({ store }) => store.entries.list({ linkId: linkId(one) }, page),
    'list, of a chat': ({ store }) => store.entries.list({ chatId: chatId(one) }, page),
    'list, by state': ({ store }) => store.entries.list({ state: 'sending' }, page),
    countOpenItems: ({ store }) => store.entries.countOpenItems(some.map(linkId)),
    countBoundItems: ({ store }) =>
      store.entries.countBoundItems(toGroupTarget(chatId(one)), 'live', linkId(one), 7),
    listOfPage: ({ store }) => store.entries.listOfPage(linkId(one), chatId(one)),
    hasOpenPage: ({ store }) => store.entries.hasOpenPage(linkId(one), chatId(one)),
    listBoundTo: ({ store }) => store.entries.listBoundTo(linkId(one)),
    countAside: ({ store }) => store.entries.countAside(linkId(one), chatId(one)),
    askEarlier: ({ store }) => store.entries.askEarlier(chatId(one), linkId(one), 1),
    listAside: ({ store }) => store.entries.listAside(linkId(one), chatId(one), 200),
    countDeliveredItems: ({ store }) => store.entries.countDeliveredItems(target),
  },
};

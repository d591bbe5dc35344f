import { countFound } from '../../store/history/found';
import { listSentWithin } from '../../store/chats/sent-within';
import type { Store } from '../../store/store';
import { chatId, linkId } from './seed';

type Case = (seeded: { store: Store; portalId: string }) => Promise<unknown>;

const one = 4_321;
const page = { after: null, limit: 100 };
const ago = (minutes: number): Date => new Date(Date.now() - minutes * 60_000);

/** What is asked about sources: their gaps, their past and what of them could not be read. */
export const sources: Record<string, Record<string, Case>> = {
  gaps: {
    findLasting: ({ store }) => store.gaps.findLasting('account'),
    listToRead: ({ store }) => store.gaps.listToRead('account'),
    listSince: ({ store }) => store.gaps.listSince(['account'], ago(600)),
    list: ({ store }) => store.gaps.list('account', page),
  },
  seenCounts: { listOfChats: ({ store }) => store.seenCounts.listOfChats([chatId(one)]) },
  receivers: {
    load: ({ store }) => store.receivers.load('receiver'),
    list: ({ store }) => store.receivers.list(),
  },
  notices: {
    countOf: ({ store }) => store.notices.countOf('receiver', 'waiting'),
    hasWaiting: ({ store }) => store.notices.hasWaiting('receiver', 10_000),
    list: ({ store }) => store.notices.list('receiver', page),
    'list, its next page': ({ store }) =>
      store.notices.list('receiver', { after: '1700000000000/f', limit: 100 }),
  },
  imports: {
    load: ({ store }) => store.imports.load('import'),
    findFirst: ({ store }) => store.imports.findFirst('account'),
    hasRunning: ({ store }) => store.imports.hasRunning('account', 'gap'),
    listRunning: ({ store, portalId }) => store.imports.listRunning(portalId, page),
    list: ({ store }) => store.imports.list({}, page),
    'list, of an account': ({ store }) => store.imports.list({ accountId: 'account' }, page),
    'list, by state': ({ store }) => store.imports.list({ state: 'running' }, page),
    'list, of a link': ({ store }) => store.imports.list({ linkId: linkId(one) }, page),
    findOpenFile: ({ store }) => store.imports.findOpenFile('account', '0'.repeat(64)),
    listForgottenFiles: ({ store, portalId }) => store.imports.listForgottenFiles(portalId, ago(60), 50),
    hasFilesOf: ({ store }) => store.imports.hasFilesOf(['account', 'other']),
    hasFile: ({ store }) => store.imports.hasFile('0'.repeat(64)),
    listSentWithin: ({ store }) => listSentWithin(store, [chatId(one)], { from: ago(60), to: ago(1) }),
    countFound: ({ store }) => countFound(store, [chatId(one)], { from: ago(60), to: ago(1) }),
  },
  importChats: {
    listWaiting: ({ store }) => store.importChats.listWaiting('import', 50),
    listFailed: ({ store }) => store.importChats.listFailed('import'),
    listOf: ({ store }) => store.importChats.listOf('import'),
    countAll: ({ store }) => store.importChats.countAll('import'),
  },
  accountHistories: {
    load: ({ store }) => store.accountHistories.load('account'),
    loadOrMake: ({ store, portalId }) => store.accountHistories.loadOrMake('account', portalId, 7),
  },
  unreadable: {
    load: ({ store }) => store.unreadable.load('unreadable'),
    'list, an account’s': ({ store }) => store.unreadable.list({ accountId: 'account' }, page),
    list: ({ store }) => store.unreadable.list({ accountId: undefined }, page),
    countOf: ({ store }) => store.unreadable.countOf('account', 1_000),
    listReadBefore: ({ store, portalId }) => store.unreadable.listReadBefore(portalId, 3, page),
    listHeld: ({ store, portalId }) => store.unreadable.listHeld(portalId, page),
    countHeld: ({ store }) => store.unreadable.countHeld('account'),
  },
  labelledChats: {
    listByKeys: ({ store }) => store.labelledChats.listByKeys('account', ['lid:1', 'lid:2']),
    listOfAccount: ({ store }) => store.labelledChats.listOfAccount('account'),
    listOfNames: ({ store, portalId }) => store.labelledChats.listOfNames(portalId, ['lid:1', 'lid:2']),
  },
  historyMarks: { listOf: ({ store }) => store.historyMarks.listOf('account', ['chat']) },
};

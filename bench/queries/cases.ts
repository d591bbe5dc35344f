import { toPhoneAlias } from '../../domain/identity';
import { listChanges } from '../../store/changes';
import { findChatByJid } from '../../store/chats/find-chat';
import { listGroups, listPresent } from '../../store/chats/group-list';
import { listLinks } from '../../store/links/link-list';
import type { LinkDoc } from '../../store/links/link-schema';
import type { PersonDoc } from '../../store/people/people';
import type { Store } from '../../store/store';
import { files } from './file-cases';
import { privacy } from './privacy-cases';
import { sources } from './sources';
import { accessCases } from './access-cases';
import { delivery } from './delivery-cases';
import { chatId, idOf, linkId, messageId, personId, phone } from './seed';

/** The seeded store, and one of everything in the first portal. */
export interface Seeded {
  store: Store;
  portalId: string;
  person: PersonDoc;
  link: LinkDoc;
}

type Case = (seeded: Seeded) => Promise<unknown>;

const one = 4_321;
const page = { after: null, limit: 100 };
const some = Array.from({ length: 100 }, (_, index) => index + 1);
const ago = (minutes: number): Date => new Date(Date.now() - minutes * 60_000);

const people: Record<string, Case> = {
  findOwners: ({ store, portalId }) => store.people.findOwners(portalId, some.map(phone).map(toPhoneAlias)),
  findNamed: ({ store, portalId }) => store.people.findNamed(portalId, some.map(phone).map(toPhoneAlias)),
  findByAlias: ({ store, portalId }) => store.people.findByAlias(portalId, toPhoneAlias(phone(one)).key),
  findRivals: ({ store, person }) =>
    store.people.findRivals({ aliases: some.map(phone).map(toPhoneAlias), name: null }, person),
  list: ({ store, portalId }) => store.people.list({ portalId }, page),
  load: ({ store }) => store.people.load(personId(one)),
  loadAsStored: ({ store }) => store.people.loadAsStored(personId(one)),
  loadMany: ({ store }) => store.people.loadMany(some.map(personId)),
  listFormerHolders: ({ store, portalId }) => store.people.listFormerHolders(portalId, `phone:${phone(one)}`),
  listFormerAmong: ({ store, portalId }) =>
    store.people.listFormerAmong(
      portalId,
      some.map((index) => `phone:${phone(index)}`),
    ),
  identityAt: ({ store, portalId }) =>
    store.people.identityAt(portalId, { aliases: [toPhoneAlias(phone(one))], name: null }, new Date()),
  addUsernames: ({ store, person }) =>
    store.people.addUsernames(person, [{ kind: 'username', key: 'username:somebody' }], 'bench'),
  listIdsByAliases: ({ store, portalId }) =>
    store.people.listIdsByAliases(portalId, [toPhoneAlias(phone(one))]),
  listMergedInto: ({ store, portalId }) => store.people.listMergedInto(portalId, some.map(personId)),
  listMoving: ({ store, portalId }) => store.people.listMoving(portalId, page),
  listDue: ({ store, portalId }) => store.people.listDue(portalId, new Date(), 500),
  listWaiting: ({ store, portalId }) => store.people.listWaiting(portalId, null, 500),
  lookUpSoon: ({ store }) => store.people.lookUpSoon(some.map(personId), new Date()),
  listByAliases: ({ store, portalId }) =>
    store.people.listByAliases(
      portalId,
      some.map((index) => `phone:${phone(index)}`),
    ),
};

const links: Record<string, Case> = {
  load: ({ store }) => store.links.load(linkId(one)),
  loadMany: ({ store }) => store.links.loadMany(some.map(linkId)),
  findByPerson: ({ store, portalId }) => store.links.findByPerson(portalId, personId(one)),
  hasVanished: ({ store, portalId }) => store.links.hasVanished(portalId),
  countOpen: ({ store, portalId }) => store.links.countOpen(portalId),
  countByState: ({ store, portalId }) => store.links.countByState(portalId),
  countByAttention: ({ store, portalId }) => store.links.countByAttention(portalId),
  findLastRoundAt: ({ store, portalId }) => store.links.findLastRoundAt(portalId),
  listOfPortal: ({ store, portalId }) => store.links.listOfPortal(portalId, page),
  countOfAttention: ({ store, portalId }) => store.links.countOfAttention(portalId, 'refusal_unclear', 2_000),
  countLinked: ({ store, portalId }) => store.links.countLinked(portalId, 1_000),
  listUnstarted: ({ store, portalId }) => store.links.listUnstarted(portalId, ago(1), page),
  listNeglected: ({ store, portalId }) => store.links.listNeglected(portalId, ago(9), 500),
  countParked: ({ store, portalId }) => store.links.countParked(portalId),
  listParked: ({ store, portalId }) => store.links.listParked(portalId, ago(3), 500).next(),
  listOfOperation: ({ store }) => store.links.listOfOperation(idOf('e', 3), page),
  countOfOperation: ({ store }) => store.links.countOfOperation(idOf('e', 3)),
  listByPeople: ({ store, portalId }) => store.links.listByPeople(portalId, some.map(personId)),
  listByContacts: ({ store, portalId }) => store.links.listByContacts(portalId, some),
  listUnseen: ({ store, portalId }) => store.links.listUnseen(portalId, ago(180), 2_000),
  listContactGone: ({ store, portalId }) => store.links.listContactGone(portalId, 500),
  listDoubtful: ({ store, portalId }) => store.links.listDoubtful(portalId, new Date(), 500),
  retryRefused: ({ store, portalId }) => store.links.retryRefused(portalId, new Date()),
  markSeen: ({ store }) => store.links.markSeen(some.map(linkId), new Date()),
  recordTries: ({ store }) => store.links.recordTries(some.map(linkId), new Date()),
  stampParked: ({ store }) => store.links.stampParked(some.map(linkId), new Date()),
  whichParked: ({ store }) => store.links.whichParked(some.map(linkId)),
  'list, of a portal': ({ store, portalId }) => listLinks(store, { portalId }, page),
  'list, by state': ({ store, portalId }) => listLinks(store, { portalId, state: 'pending' }, page),
  'list, by rhythm': ({ store, portalId }) => listLinks(store, { portalId, rhythm: 'paused' }, page),
  'list, by attention': ({ store, portalId }) =>
    listLinks(store, { portalId, attention: 'portal_gone' }, page),
  'list, with any attention': ({ store, portalId }) => listLinks(store, { portalId, attention: 'any' }, page),
  'list, of a contact': ({ store }) => listLinks(store, { crmContactId: 7 }, page),
  'list, of a person': ({ store }) => listLinks(store, { people: [[personId(one)]] }, page),
  'list, changed since': ({ store, portalId }) => listLinks(store, { portalId, updatedSince: ago(1) }, page),
  'list, needing a person first': ({ store, portalId }) => listLinks(store, { portalId }, page, 'attention'),
  'list, longest behind first': ({ store, portalId }) => listLinks(store, { portalId }, page, 'lastSync'),
  'list, of all portals': ({ store }) => listLinks(store, {}, page),
};

const conversations: Record<string, Record<string, Case>> = {
  chats: {
    load: ({ store }) => store.chats.load(chatId(one)),
    listPeopleOf: ({ store }) => store.chats.listPeopleOf('account', 2_001),
    listOfPeople: ({ store }) => store.chats.listOfPeople(some.map(personId)),
    whichPeople: ({ store }) => store.chats.whichPeople('account', some.map(personId)),
    findDirect: ({ store }) => store.chats.findDirect('account', personId(one)),
    loadMany: ({ store }) => store.chats.loadMany([chatId(one), chatId(one + 1)]),
    findOrCreate: ({ store, portalId }) =>
      store.chats.findOrCreate(portalId, [{ accountId: 'account', personId: personId(one) }]),
    findGroup: ({ store, portalId }) => store.chats.findGroup(portalId, '120363000000000001@g.us'),
    findByJid: ({ store, portalId }) =>
      findChatByJid(store, { _id: 'account', portalId }, `${phone(one).slice(1)}@c.us`),
    listDirect: ({ store, portalId }) => store.chats.listDirect(portalId, personId(one)),
    'list, of a portal': ({ store, portalId }) => store.chats.list({ portalId }, page),
    'list, of an account': ({ store }) => store.chats.list({ accountId: 'account' }, page),
    'list, of a person': ({ store }) => store.chats.list({ personId: personId(one) }, page),
    listGroups: ({ store, portalId }) => listGroups(store, { portalId }, page),
    'listGroups, of an account': ({ store, portalId }) =>
      listGroups(store, { portalId, accountId: 'account', text: 'title' }, page),
  },
  members: {
    listPresent: ({ store }) => listPresent(store, some.map(chatId)),
    find: ({ store }) => store.members.find(chatId(one), personId(one)),
    listOfChat: ({ store }) => store.members.listOfChat(chatId(one)),
    listOfChats: ({ store }) => store.members.listOfChats(some.map(chatId)),
    listOfPerson: ({ store }) => store.members.listOfPerson(personId(one)),
    listOfPeople: ({ store }) => store.members.listOfPeople(some.map(personId)),
    listMissing: ({ store, portalId }) => store.members.listMissing(portalId, 500).next(),
  },
  rosters: {
    load: ({ store }) => store.rosters.load(chatId(one)),
    listNaming: ({ store, portalId }) => store.rosters.listNaming(portalId, [`phone:${phone(one)}`]),
  },
  messages: {
    find: ({ store }) => store.messages.find(chatId(one), 'in/M4321'),
    findMany: ({ store }) => store.messages.findMany([{ chatId: chatId(one), key: 'in/M4321' }]),
    listUnrouted: ({ store, portalId }) => store.messages.listUnrouted(portalId, ago(1), page),
    list: ({ store }) => store.messages.list({ chatId: chatId(one), order: 'newest', since: ago(1) }, page),
    listOfChat: ({ store }) => store.messages.listOfChat(chatId(one), null, 200),
    findOldest: ({ store }) => store.messages.findOldest([chatId(one), chatId(one + 1)]),
    loadMany: ({ store }) => store.messages.loadMany(some.map(messageId)),
    loadExtent: ({ store }) => store.messages.loadExtent(chatId(one)),
    stamp: ({ store }) => store.messages.stamp([{ messageId: messageId(one), v: 0 }], 'entry'),
  },
};

const others: Record<string, Record<string, Case>> = {
  portals: {
    load: ({ store, portalId }) => store.portals.load(portalId),
    findByWebhook: ({ store }) => store.portals.findByWebhook('https://one.example/rest/1/secret/'),
    loadConnected: ({ store, portalId }) => store.portals.loadConnected(portalId),
    findParkedChecks: ({ store, portalId }) => store.portals.findParkedChecks([portalId]),
    list: ({ store }) => store.portals.list(),
    listKnown: ({ store }) => store.portals.listKnown(),
    listWatched: ({ store }) => store.portals.listWatched(),
    hasAccess: ({ store }) => store.portals.hasAccess('one.example', 'https://one.example/rest/1/other/'),
    findAccess: ({ store, portalId }) => store.portals.findAccess(portalId),
    loadPlace: ({ store, portalId }) => store.portals.loadPlace(portalId, 'merges'),
  },
  accounts: {
    load: ({ store }) => store.accounts.load('account'),
    findByToken: ({ store }) => store.accounts.findByToken('token'),
    findByTokens: ({ store }) => store.accounts.findByTokens(['token', 'other']),
    list: ({ store }) => store.accounts.list(),
    listOfPortal: ({ store, portalId }) => store.accounts.listOfPortal(portalId),
  },
  reviews: {
    load: ({ store }) => store.reviews.load(idOf('e', 3)),
    listOfPeople: ({ store, portalId }) =>
      store.reviews.listOfPeople(portalId, some.map(personId), 'contact'),
    'list, of a portal': ({ store, portalId }) => store.reviews.list({ portalId }, page),
    'list, by state': ({ store, portalId }) => store.reviews.list({ portalId, state: 'open' }, page),
    'list, by state and kind': ({ store, portalId }) =>
      store.reviews.list({ portalId, state: 'open', kind: 'conflict' }, page),
    countOpen: ({ store, portalId }) => store.reviews.countOpen(portalId),
    listConflicts: ({ store, portalId }) => store.reviews.listConflicts(portalId, page),
    close: ({ store, portalId }) => store.reviews.close(portalId, personId(3)),
  },
  oddNumbers: {
    listByNumbers: ({ store, portalId }) => store.oddNumbers.listByNumbers(portalId, some.map(phone)),
    replace: ({ store, portalId }) => store.oddNumbers.replace(portalId, some, []),
    removeContacts: ({ store, portalId }) => store.oddNumbers.removeContacts(portalId, some),
  },
  operations: {
    listRunningBulk: ({ store }) => store.operations.listRunningBulk(),
    listRunningReports: ({ store }) => store.operations.listRunningReports(),
    findRunningReport: ({ store, portalId }) => store.operations.findRunningReport(portalId, 'link-plan'),
    findLastReport: ({ store, portalId }) => store.operations.findLastReport(portalId, 'link-plan'),
    dropReports: ({ store, portalId }) => store.operations.dropReports(portalId, 'link-plan'),
    load: ({ store }) => store.operations.load(idOf('e', 3)),
    findLastDone: ({ store }) => store.operations.findLastDone(linkId(one), 'unlink'),
  },
  linkRows: {
    countOf: ({ store }) => store.linkRows.countOf(idOf('e', 3)),
    listOf: ({ store }) => store.linkRows.listOf(idOf('e', 3), undefined, page),
    forget: ({ store }) => store.linkRows.forget(idOf('e', 3)),
  },
  lids: { listDue: ({ store }) => store.lids.listDue('account', ago(1), 50) },
  restores: { load: ({ store }) => store.restores.load() },
  restoredPages: {
    listOf: ({ store, portalId }) => store.restoredPages.listOf(portalId, [1, 2], 'epoch'),
  },
  budgets: { load: ({ store, portalId }) => store.budgets.load(portalId) },
  asides: {
    listOf: ({ store }) => store.asides.listOf('wake', some.map(linkId)),
    forget: ({ store, portalId }) => store.asides.forget(portalId, ago(1)),
  },
  changes: { listChanges: ({ store }) => listChanges(store, ago(1)) },
};

/** Every question of the store; `docs/queries.md` is made from it. A new one needs a line here: a test says which is missing. */
export const cases: Record<string, Record<string, Case>> = {
  people,
  links,
  ...conversations,
  ...files,
  ...delivery,
  ...others,
  ...accessCases,
  ...sources,
  ...privacy,
};

/** Searches by a part of a name or number go through people: no index serves them, and they end at a bound. */
export const searches: readonly string[] = ['people.searchIds'];

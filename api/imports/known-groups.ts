import { toNameKey, type KnownGroup, type Named } from '../../domain/export/choose-group';
import type { ChatDoc } from '../../store/chats/chats';
import { listGroups } from '../../store/chats/group-list';
import type { PersonDoc } from '../../store/people/people';
import type { Store } from '../../store/store';

/** Groups that a person may choose from, and those whose members are compared. */
const groupsShown = 200;
const groupsCompared = 50;
const ofTitle = 20;

/** Groups that have one of these people, those with most of them in front. */
async function listSharedChats(
  store: Store,
  portalId: string,
  people: readonly PersonDoc[],
  named: readonly Named[],
): Promise<string[]> {
  const keys = named.flatMap((one) => one.keys.filter((key) => !key.startsWith(toNameKey(''))));
  const [members, rosters] = await Promise.all([
    store.members.listOfPeople(people.map(({ _id }) => _id)),
    keys.length === 0 ? [] : store.rosters.listNaming(portalId, keys),
  ]);
  const hits = new Map<string, number>();
  const hit = (chatId: string, more: number) => hits.set(chatId, (hits.get(chatId) ?? 0) + more);
  for (const { chatId } of members) hit(chatId, 1);
  const wanted = new Set(keys);
  for (const { _id, keys: there } of rosters) hit(_id, there.filter((key) => wanted.has(key)).length);
  return [...hits].sort(([, one], [, other]) => other - one).map(([chatId]) => chatId);
}

/** The members of groups, by all that they are known under. */
async function loadKeys(store: Store, chatIds: readonly string[]): Promise<Map<string, Set<string>>> {
  const keysOf = new Map(chatIds.map((chatId) => [chatId, new Set<string>()]));
  const members = await store.members.listOfChats(chatIds);
  const people = await store.people.loadMany([...new Set(members.map(({ personId }) => personId))]);
  const byId = new Map(people.map((person) => [person._id, person]));
  for (const { chatId, personId } of members) {
    const { aliases = [], name = null, names = [] } = byId.get(personId) ?? {};
    const called = [name, ...names.map((one) => one.name)].flatMap((one) => (one ? [toNameKey(one)] : []));
    for (const key of [...aliases.map((alias) => alias.key), ...called]) keysOf.get(chatId)?.add(key);
  }
  for (const chatId of chatIds)
    for (const key of (await store.rosters.load(chatId))?.keys ?? []) keysOf.get(chatId)?.add(key);
  return keysOf;
}

const listTitled = (store: Store, portalId: string, title: string | null): Promise<ChatDoc[]> =>
  title === null
    ? Promise.resolve([])
    : listGroups(store, { portalId, text: title.trim() }, { after: null, limit: ofTitle });

/** The groups of a portal with their members, where they share somebody with the file or are called as it is. */
export async function loadKnownGroups(
  store: Store,
  portalId: string,
  title: string | null,
  { named, people }: { named: readonly Named[]; people: readonly PersonDoc[] },
): Promise<KnownGroup[]> {
  const [shared, titled, newest] = await Promise.all([
    listSharedChats(store, portalId, people, named),
    listTitled(store, portalId, title),
    listGroups(store, { portalId }, { after: null, limit: groupsShown }),
  ]);
  const compared = [...new Set([...titled.map(({ _id }) => _id), ...shared])].slice(0, groupsCompared);
  const keysOf = await loadKeys(store, compared);
  const others = await store.chats.loadMany(compared);
  const groups = new Map([...others, ...newest].map((chat) => [chat._id, chat]));
  return [...groups.values()].flatMap(({ _id: chatId, title: called, groupJid, kind }) =>
    kind === 'group' && groupJid
      ? [{ chatId, title: called ?? '', groupJid, keys: [...(keysOf.get(chatId) ?? [])] }]
      : [],
  );
}

import { parseJid, toAlias, type ParsedJid } from '../../domain/jid';
import { beginningOfWhatsApp } from '../../domain/history';
import type { ListedChat } from '../../store/history/import-chats';
import type { HistoryChat } from '../../whatsapp/history-source';
import type { Run } from './run';

const pageSize = 100;

const isTalk = ({ kind }: ParsedJid): boolean => kind === 'phone' || kind === 'lid' || kind === 'group';

/** The chats of a page as they are read: all addresses of one person are one chat, whose messages are sorted together. */
async function toChats({ deps, doc, from }: Run, listed: readonly HistoryChat[]): Promise<ListedChat[]> {
  const { people, historyMarks } = deps.store;
  const talks = listed.flatMap((chat) => {
    const address = parseJid(chat.jid);
    return address && isTalk(address) ? [{ ...chat, alias: toAlias(address) }] : [];
  });
  const owners = await people.findOwners(
    doc.portalId,
    talks.flatMap(({ alias }) => alias ?? []),
  );
  const keyed = talks.map(({ jid, lastMessageAt, alias }) => {
    const owner = alias && owners.get(alias.key);
    return { key: owner ? `person/${owner._id}` : jid, jid, lastMessageAt };
  });
  const marks = await historyMarks.listOf(
    doc.accountId,
    keyed.map(({ key }) => key),
  );
  return keyed.flatMap(({ key, jid, lastMessageAt }) => {
    const begin = from(marks.get(key) ?? null);
    const isOver = lastMessageAt !== null && lastMessageAt < begin;
    return isOver ? [] : [{ key, jids: [jid], from: begin }];
  });
}

/** The chats that were asked for by name are all there are. */
async function takeAsked({ deps: { store }, doc }: Run, chats: readonly string[][]): Promise<void> {
  const from = doc.from ?? beginningOfWhatsApp;
  await store.importChats.add(
    doc._id,
    chats.map((jids) => ({ key: jids[0] ?? '', jids, from })),
  );
  await store.imports.noteListed(doc._id, chats.length, true);
}

/**
 * Takes the source's list of chats over, page by page; the place is noted after its page. A chat in which something is said while the list
 * is read moves to its front: so the front is looked at again until it brings nothing new. True: the list is read.
 */
export async function listChats(run: Run): Promise<boolean> {
  const { deps, doc, source, signal } = run;
  const { imports, importChats } = deps.store;
  if (doc.isListed) return true;
  if (doc.chats) {
    await takeAsked(run, doc.chats);
    return true;
  }
  let isFront = false;
  for (let offset = doc.listedTo; !run.isOver(); offset += pageSize) {
    const { items, isLast } = await source.listChats({ offset, limit: pageSize, signal });
    const added = await importChats.add(doc._id, await toChats(run, items));
    if (isFront && added === 0) {
      await imports.noteListed(doc._id, offset, true);
      return true;
    }
    await imports.noteListed(doc._id, offset + pageSize, false);
    if (!isLast) continue;
    isFront = true;
    offset = -pageSize;
  }
  return false;
}

import { parseJid, toAlias } from '../domain/jid';
import type { EntryState } from '../domain/link';
import type { ChatDoc } from './chats/chats';
import type { EntryDoc } from './delivery/entries';
import { escapeRegExp } from './links/link-list';
import type { PersonDoc } from './people/people';
import type { Store } from './store';

/** One page: `after` is the id of the last item of the page before, null for the first page. */
export interface Page {
  after: string | null;
  limit: number;
}

const older = (after: string | null) => (after === null ? {} : { _id: { $lt: after } });
const given = (filter: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));

/** A number is looked for in the aliases, everything else in the names. */
function toPersonFilter(text: string): Record<string, unknown> {
  const digits = text.replaceAll(/\D/g, '').replace(/^0+/, '');
  const isNumber = digits.length >= 3 && /^[\d\s()+./-]+$/.test(text);
  if (!isNumber) return { 'names.name': { $regex: escapeRegExp(text), $options: 'i' } };
  const key = { $regex: `:\\+?\\d*${digits}` };
  return { $or: [{ 'aliases.key': key }, { 'absorbed.key': key }] };
}

/** People who are not merged into others, newest first; `text` is part of a name or number. */
export function listPeople(
  { people }: Store,
  { portalId, text }: { portalId?: string | undefined; text?: string | undefined },
  { after, limit }: Page,
): Promise<PersonDoc[]> {
  return people.model
    .find({
      mergedInto: null,
      ...given({ portalId }),
      ...(text === undefined ? {} : toPersonFilter(text)),
      ...older(after),
    })
    .sort({ _id: -1 })
    .limit(limit)
    .lean<PersonDoc[]>()
    .exec();
}

/** Chats, newest first. */
export function listChats(
  { chats }: Store,
  filter: { portalId?: string | undefined; accountId?: string | undefined; personId?: string | undefined },
  { after, limit }: Page,
): Promise<ChatDoc[]> {
  return chats.model
    .find({ ...given(filter), ...older(after) })
    .sort({ _id: -1 })
    .limit(limit)
    .lean<ChatDoc[]>()
    .exec();
}

/** Entries, newest first; those that only keep a dropped copy from being told have no contact. */
export function listEntries(
  { entries }: Store,
  filter: { target?: string | undefined; chatId?: string | undefined; state?: EntryState | undefined },
  { after, limit }: Page,
): Promise<EntryDoc[]> {
  return entries.model
    .find({ crmContactId: { $gt: 0 }, ...given(filter), ...older(after) })
    .sort({ _id: -1 })
    .limit(limit)
    .lean<EntryDoc[]>()
    .exec();
}

/** The chat that an account knows by this WhatsApp address, or null. */
export async function findChatByJid(
  { chats, people }: Store,
  { _id: accountId, portalId }: { _id: string; portalId: string },
  jid: string,
): Promise<ChatDoc | null> {
  const address = parseJid(jid);
  const find = (key: string) => chats.model.findOne({ key }).lean<ChatDoc>().exec();
  if (address?.kind === 'group') return find(`group/${portalId}/${address.groupJid}`);
  const alias = address && toAlias(address);
  const person = alias && (await people.findByAlias(portalId, alias.key));
  return person ? find(`direct/${accountId}/${person._id}`) : null;
}

/** How far a chat is known: the newest and the oldest message, and the ids of those in the newest second. */
export interface ChatExtent {
  newestAt: Date | null;
  oldestAt: Date | null;
  newestIds: string[];
}

const maxNewestIds = 200;

export async function loadChatExtent({ messages }: Store, chatId: string): Promise<ChatExtent> {
  const [bounds] = await messages.model.aggregate<{ newestAt: Date; oldestAt: Date }>([
    { $match: { chatId } },
    { $unwind: '$versions' },
    { $match: { 'versions.event': 'create' } },
    {
      $group: {
        _id: null,
        newestAt: { $max: '$versions.sentAt' },
        oldestAt: { $min: '$versions.sentAt' },
      },
    },
  ]);
  if (!bounds) return { newestAt: null, oldestAt: null, newestIds: [] };
  const second = new Date(Math.floor(bounds.newestAt.getTime() / 1_000) * 1_000);
  const newest = await messages.model
    .find(
      { chatId, versions: { $elemMatch: { event: 'create', sentAt: { $gte: second } } } },
      { stanzaId: 1 },
    )
    .limit(maxNewestIds)
    .lean<{ stanzaId: string }[]>()
    .exec();
  return { ...bounds, newestIds: newest.map(({ stanzaId }) => stanzaId) };
}

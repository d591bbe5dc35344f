import type { Alias } from '../../domain/identity';
import { refusalOf, type FileWish } from '../../domain/files/wanted';
import type { IncomingMessage } from '../../domain/message';
import { listHiddenLabels } from '../../domain/source/labels';
import {
  createPolicyRule,
  type Exclusion,
  type SeenChat,
  type SourcePolicy,
} from '../../domain/source/policy';
import type { AccountDoc } from '../../store/accounts';
import type { PersonDoc } from '../../store/people/people';
import type { Store } from '../../store/store';
import { messagesOf, type Delivered, type DeliveredItem } from '../delivery';
import { fileWishOf } from '../files/file-wish';
import { withLabels } from './labels-of';

/** The people behind some messages, and which of them are linked. */
interface Peers {
  owners: ReadonlyMap<string, PersonDoc>;
  linked: ReadonlySet<string>;
}

const peerAliases = ({ chat }: IncomingMessage): readonly Alias[] =>
  chat.kind === 'direct' ? chat.peer.aliases : [];

const needsPeers = (policy: SourcePolicy): boolean =>
  policy.onlyLinkedContacts ||
  policy.includeChats.length + policy.excludeChats.length + listHiddenLabels(policy).length > 0;

async function loadPeers(
  { people, links }: Store,
  portalId: string,
  messages: readonly IncomingMessage[],
): Promise<Peers> {
  const owners = await people.findOwners(portalId, messages.flatMap(peerAliases));
  const ids = [...new Set([...owners.values()].map(({ _id }) => _id))];
  const found = ids.length > 0 ? await links.listByPeople(portalId, ids) : [];
  const open = found.filter(({ state }) => state === 'linked' || state === 'pending');
  return { owners, linked: new Set(open.map(({ personId }) => personId)) };
}

/** The peer by all names: those of the message, and those the person is known by. */
function toSeenChat(message: IncomingMessage, { owners, linked }: Peers): SeenChat {
  if (message.chat.kind === 'group') return { kind: 'group', groupJid: message.chat.groupJid };
  const given = peerAliases(message);
  const known = given.flatMap(({ key }) => owners.get(key) ?? []);
  return {
    kind: 'direct',
    aliases: [...given, ...known.flatMap(({ aliases }) => aliases)],
    isLinked: known.some(({ _id }) => linked.has(_id)),
  };
}

/** A file that is not wanted is noted as such: its message's line says what is missing, and nobody is asked for it. */
function withoutFile(item: DeliveredItem, message: IncomingMessage, wish: FileWish): DeliveredItem {
  const { media, kind } = message;
  const refusal = media ? refusalOf(wish, media, kind) : null;
  if (!media || !refusal) return item;
  const refused = { ...message, media: { ...media, refusal } };
  return { ...item, translation: { ...item.translation, kind: 'message', message: refused } };
}

async function count({ accounts }: Store, { _id }: AccountDoc, exclusions: readonly Exclusion[]) {
  const counts = new Map<Exclusion, number>();
  for (const code of exclusions) counts.set(code, (counts.get(code) ?? 0) + 1);
  if (counts.size > 0) await accounts.noteExcluded(_id, counts);
}

/**
 * Marks what the account's policy does not want, so that it is not stored, whatever the client sends. The source filters by the
 * same policy; here it is enforced. A message whose chat's labels must be known and are not is kept as it came, with that reason. An
 * account without a policy costs no read.
 */
export async function obeyPolicy(store: Store, delivered: Delivered): Promise<Delivered> {
  const { account, delivery } = delivered;
  const { policy } = account;
  if (!policy) return delivered;
  const rule = createPolicyRule(policy, account.createdAt);
  const wish = fileWishOf(store, policy);
  const peers = needsPeers(policy)
    ? await loadPeers(store, account.portalId, messagesOf(delivery.items))
    : { owners: new Map<string, PersonDoc>(), linked: new Set<string>() };
  const seen = delivery.items.map(({ translation }) =>
    translation.kind === 'message' ? toSeenChat(translation.message, peers) : null,
  );
  const chats = await withLabels(store, account, delivery.source, seen);
  const items = delivery.items.map((item, index): DeliveredItem => {
    const { translation } = item;
    const chat = chats[index];
    if (translation.kind !== 'message' || !chat) return item;
    const { message } = translation;
    const verdict = rule(chat, message.sentAt, !delivery.isAsked);
    if (verdict === null) return withoutFile(item, message, wish);
    if (typeof verdict === 'string') return { ...item, excluded: verdict };
    return { ...item, translation: { kind: 'unreadable', unreadable: verdict } };
  });
  await count(
    store,
    account,
    items.flatMap(({ excluded }) => excluded ?? []),
  );
  return { account, delivery: { ...delivery, items } };
}

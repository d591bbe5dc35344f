import { clocksOf } from '../../domain/rhythm/parked-check';
import { z } from 'zod';
import type { Alias } from '../../domain/identity';
import { parseJid, toAlias } from '../../domain/jid';
import { toLinkTarget } from '../../domain/ids';
import { createPolicyRule, usualPolicy, type SeenChat } from '../../domain/source/policy';
import { withLabels } from '../../intake/policies/labels-of';
import type { AccountDoc } from '../../store/accounts';
import { findChatByJid } from '../../store/chats/find-chat';
import type { ChatDoc } from '../../store/chats/chats';
import type { LinkDoc } from '../../store/links/link-schema';
import type { Store } from '../../store/store';
import { linkState } from '../cards/link-card';
import type { ApiContext } from '../context';
import { accountEndpoint, type Endpoint } from '../http/endpoint';
import { timeField } from '../http/fields';

const statusSchema = z
  .object({
    isKnown: z.boolean().meta({ description: 'Whether this account has a chat of this address.' }),
    isWanted: z.boolean().meta({ description: 'Whether the account’s policy wants its messages.' }),
    reason: z.string().nullable().meta({ description: 'Why they are not wanted, as a code.' }),
    link: z
      .object({
        state: linkState,
        needsAttention: z.boolean(),
        lastSyncAt: timeField.nullable(),
        lastBackedUpAt: timeField.nullable(),
        waiting: z.number(),
      })
      .nullable()
      .meta({ description: 'Null: the chat is not known, is a group, or its person was never linked.' }),
  })
  .meta({ id: 'IngestChatStatus' });

interface Seen {
  seen: SeenChat | null;
  link: LinkDoc | null;
}

async function findPeer(
  { people, links }: Store,
  portalId: string,
  alias: Alias,
): Promise<{ aliases: readonly Alias[]; link: LinkDoc | null }> {
  const person = await people.findByAlias(portalId, alias.key);
  if (!person) return { aliases: [alias], link: null };
  return { aliases: person.aliases, link: await links.findByPerson(portalId, person._id) };
}

async function findSeen(store: Store, { portalId }: AccountDoc, chatId: string): Promise<Seen> {
  const jid = parseJid(chatId);
  if (jid?.kind === 'group') return { seen: { kind: 'group', groupJid: jid.groupJid }, link: null };
  const alias = jid && toAlias(jid);
  if (!alias) return { seen: null, link: null };
  const { aliases, link } = await findPeer(store, portalId, alias);
  const isLinked = link?.state === 'linked' || link?.state === 'pending';
  return { seen: { kind: 'direct', aliases, isLinked }, link };
}

async function toLink({ outbox, portals }: Store, chat: ChatDoc | null, link: LinkDoc | null) {
  if (chat?.kind !== 'direct' || !link) return null;
  const { _id, portalId, state, attention, lastBackedUpAt } = link;
  const [waiting, checks] = await Promise.all([
    outbox.count(toLinkTarget(_id), 'live'),
    portals.findParkedChecks([portalId]),
  ]);
  const { lastSyncAt } = clocksOf(link, checks.get(portalId), waiting > 0);
  return { state, needsAttention: attention !== null, lastSyncAt, lastBackedUpAt, waiting };
}

/** How one chat is doing, for the client that delivers it. Of chats of other accounts nothing is told. */
export const createChatStatusRoutes = ({ store }: ApiContext): Endpoint[] => [
  accountEndpoint('GET /ingest/chats/status', {
    operationId: 'getIngestChatStatus',
    tag: 'Ingest',
    summary: 'Whether a chat is wanted, linked, and on the contact’s page',
    query: z.strictObject({
      chatId: z.string().min(1).max(256).meta({ description: 'WhatsApp’s address of the chat.' }),
    }),
    answers: { 200: { description: 'The chat as this account may see it.', schema: statusSchema } },
    async handle({ query, account }) {
      const chat = await findChatByJid(store, account, query.chatId);
      const { seen: found, link } = await findSeen(store, account, query.chatId);
      const [seen] = await withLabels(store, account, 'ingest', [found]);
      const rule = createPolicyRule(account.policy ?? usualPolicy, account.createdAt);
      const verdict = seen ? rule(seen, new Date(), false) : 'no_chat_of_people';
      const reason = typeof verdict === 'object' ? (verdict?.code ?? null) : verdict;
      const isKnown = chat !== null;
      const body = { isKnown, isWanted: reason === null, reason, link: await toLink(store, chat, link) };
      return { status: 200, body };
    },
  }),
];

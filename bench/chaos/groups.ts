import { toPhoneAlias } from '../../domain/identity';
import type { IncomingMessage } from '../../domain/message';
import { ingestMessage } from '../../intake/ingest-message';
import type { BenchContact } from '../scene/contacts';
import type { Scene } from '../scene/scene';
import type { Extras } from '../scene/talk';

const membersOfGroup = 3;
/** Others who talk in each group, and are linked with nobody. */
const guestsOfGroup = 2;

/** Three linked people and two guests, who talk in a group of their own: what each says is to be on the pages of the three. */
export interface BenchGroup {
  jid: string;
  members: BenchContact[];
}

/** Every contact is in one group, with two others. Who is in it is known from the beginning. */
export async function openGroups({ store, portalId, contacts }: Scene): Promise<BenchGroup[]> {
  const groups = Array.from({ length: Math.floor(contacts.length / membersOfGroup) }, (_, index) => ({
    jid: `1203639${String(index).padStart(11, '0')}@g.us`,
    members: contacts.slice(index * membersOfGroup, (index + 1) * membersOfGroup),
  }));
  const refs = groups.map(({ jid }) => ({ groupJid: jid, title: 'Bench' }));
  const chats = await store.chats.findOrCreate(portalId, refs);
  for (const [index, { members }] of groups.entries()) {
    const links = await store.links.loadMany(members.map(({ linkId }) => linkId));
    const chatId = chats[index]?._id ?? '';
    await store.members.enter(links.map(({ personId }) => ({ portalId, chatId, personId, at: new Date() })));
  }
  return groups;
}

/** Messages of groups, each group's numbered in their order: `g1`, `g2`, as the ledger reads them. */
export function createGroupTalk({ store, account }: Scene, extras: Extras) {
  const told = new Map<string, number>();

  async function say({ jid, members }: BenchGroup, who: number): Promise<void> {
    const place = who % (members.length + guestsOfGroup);
    const e164 = members[place]?.e164 ?? `+4915${jid.slice(12, 18)}${place}000`;
    const count = (told.get(jid) ?? 0) + 1;
    const plain: IncomingMessage = {
      ...{ event: 'create', stanzaId: `${jid}-${count}`, changeId: null, fromMe: false, sentAt: new Date() },
      ...{ kind: 'text', text: `g${count}`, fileName: null, quotedText: null, forwarded: false },
      chat: { kind: 'group', groupJid: jid, title: 'Bench' },
      sender: { aliases: [toPhoneAlias(e164)], name: null },
    };
    const message = extras.dress(plain, count);
    await ingestMessage(store, account, message, 'bench');
    await extras.bring(message, count);
    told.set(jid, count);
  }

  return { told, say };
}

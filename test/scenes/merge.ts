import type { Alias, Identity } from '../../domain/identity';
import { toItemId, toLinkTarget } from '../../domain/ids';
import type { IncomingMessage } from '../../domain/message';
import type { AccountDoc } from '../../store/accounts';
import { ingestMessage } from '../../intake/ingest-message';
import type { LinkDoc } from '../../store/links/link-schema';
import { advancePerson } from '../../intake/merging/sweep-people';
import { addHeldMessages } from '../../intake/held-messages';
import { routeForgotten } from '../helpers/route-forgotten';
import type { Store } from '../../store/store';
import { toIncoming } from '../helpers/incoming';
import { linkOne } from './link-one';

export const toMessage = (
  aliases: Alias[],
  id: string,
  more: Partial<IncomingMessage> = {},
): IncomingMessage => {
  const peer: Identity = { aliases, name: 'Klaus' };
  return { ...toIncoming({ id, text: id }), chat: { kind: 'direct', peer }, sender: peer, ...more };
};

/** Links the person with a contact, without a workflow, and makes rows of what is held. */
export async function link(store: Store, portalId: string, { key }: Alias, contact = 1): Promise<LinkDoc> {
  const person = await store.people.findByAlias(portalId, key);
  const linked = await linkOne(store, portalId, person?._id ?? '', contact);
  await addHeldMessages(store, linked);
  return linked;
}

let markers = 0;

/** Tells what waits for a link on its page, as a round does; only the message `stanzaId`, where one is named. */
export async function tell(store: Store, { _id, portalId }: LinkDoc, stanzaId?: string): Promise<number> {
  const target = toLinkTarget(_id);
  const rows = await store.outbox.model.find({ target }).lean().exec();
  const messages = await store.messages.loadMany(rows.map(({ messageId }) => messageId));
  const wanted = messages.filter((message) => !stanzaId || message.stanzaId === stanzaId);
  const ids = new Set(wanted.map((message) => message._id));
  const due = rows.filter(({ messageId }) => ids.has(messageId));
  for (const { item, chatId, messageId, v } of due) {
    markers += 1;
    const entry = await store.entries.plan({
      ...{ portalId, target, chatId, lane: 'live', items: [item], crmContactId: 1, epoch: 1 },
      ...{ marker: `m${markers}`, text: 'told', newestAt: new Date() },
    });
    if (!entry) throw new Error('somebody else planned this item');
    await store.entries.model.updateOne(
      { _id: entry._id },
      { $set: { state: 'delivered', commentId: markers } },
    );
    await store.messages.stamp([{ messageId, v }], entry._id);
    await store.outbox.remove([item]);
  }
  return due.length;
}

/** Carries out an unlinking that was asked for, as the link's workflow does. */
async function unlink(store: Store, portalId: string, personId: string): Promise<void> {
  const own = await store.links.findByPerson(portalId, personId);
  if (!own?.change) return;
  await store.outbox.removeOfTarget(toLinkTarget(own._id));
  await store.links.finishChange(own._id, own.change, null);
}

/** Goes on with every merge that was begun, as the sweep and the links' workflows do together. */
export async function finishMerges(store: Store, portalId: string): Promise<void> {
  for (let pass = 0; pass < 20; pass += 1) {
    const moving = await store.people.listMoving(portalId, { after: null, limit: 100 });
    for (const { _id } of moving) {
      if ((await advancePerson(store, _id)).state === 'waits') await unlink(store, portalId, _id);
    }
    await routeForgotten(store, portalId, new Date(Date.now() + 60_000));
    if (moving.length === 0) return;
  }
}

/** How often each change of the messages with this id was told, over all chats and entries. */
export async function tellings(
  store: Store,
  portalId: string,
  stanzaId: string,
): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { _id, versions } of await store.messages.model.find({ portalId, stanzaId }).lean().exec()) {
    for (const { v, change } of versions) {
      const entries = await store.entries.listByItems([toItemId(_id, v, 1)]);
      counts[change] = (counts[change] ?? 0) + entries.length;
    }
  }
  return counts;
}

export const say = (store: Store, account: AccountDoc, message: IncomingMessage) =>
  ingestMessage(store, account, message, 'test');

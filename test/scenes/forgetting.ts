import type { Client } from '@temporalio/client';
import type { Activities } from '../../activities';
import { administrator } from '../../domain/access';
import { toPhoneAlias } from '../../domain/identity';
import { takeInAll } from '../../intake/take-in';
import type { IncomingMessage } from '../../domain/message';
import type { ForgettingDoc } from '../../store/privacy/forgettings';
import type { Store } from '../../store/store';
import { bring, sayFile } from '../activities/files/scene';
import { toIncoming } from '../helpers/incoming';
import type { Delivery, Linked } from './delivery';
import { groupChat, toGroupMessage } from './group';
import { eventually } from './product';
import { runActivity } from './run-activity';

/** Somebody who is to be forgotten, and somebody who shares a group with them. */
export interface Scene {
  klaus: Linked;
  other: Linked;
  klausId: string;
  jid: string;
  /** What only Klaus said or is called; nowhere is anything of it left. */
  planted: string[];
}

export const klausName = 'Klausimir Vergissmich';

/** Messages as a source delivers them: through the door of all sources. */
export async function deliver(store: Store, ...messages: IncomingMessage[]) {
  const [account] = await store.accounts.list();
  if (!account) throw new Error('no account');
  const items = messages.map((message) => ({ raw: {}, translation: { kind: 'message' as const, message } }));
  const { taken } = await takeInAll(store, [{ account, delivery: { source: 'test', items } }]);
  return taken[0]?.map((one) => (one.outcome === 'excluded' ? one.code : one.outcome));
}

/** A link whose workflow is a process of the test: what wakes it carries its change out. */
export const asWorkflow = (process: Activities): Client =>
  ({
    withAbortSignal: (_signal: unknown, work: () => unknown) => work(),
    workflow: {
      signalWithStart: (_name: string, { args: [{ linkId }] }: { args: [{ linkId: string }] }) =>
        runActivity(process.changeLink, { linkId }).catch(() => undefined),
    },
  }) as unknown as Client;

const runRounds = (delivery: Delivery, process: Activities, links: readonly Linked[]) =>
  eventually('nothing waits', async () => {
    await delivery.run(process, links);
    const { outbox, entries } = delivery.store;
    const left = await entries.model.countDocuments({ state: { $in: ['planned', 'sending'] } });
    return (await outbox.model.countDocuments()) + left === 0;
  });

async function sayAll(delivery: Delivery, index: number, hasFile: boolean): Promise<Scene> {
  const { store, portalId } = delivery;
  const [klaus, other] = [await delivery.link(), await delivery.link()];
  const jid = `1203639990000${String(index).padStart(5, '0')}@g.us`;
  const words = ['direct', 'group', 'reaction'].map((what) => `secretword${index}${what}`);
  const by = klaus.phone;
  await deliver(
    store,
    toIncoming({ id: `D${index}`, text: words[0] ?? '', peer: by, name: `${klausName} ${index}.` }),
    toGroupMessage({ id: `G${index}1`, text: `open${index}`, by: other.phone, jid, name: 'Olga' }),
    toGroupMessage({ id: `G${index}2`, text: words[1] ?? '', by, jid, name: `${klausName} ${index}.` }),
    toGroupMessage({ id: `G${index}3`, text: `close${index}`, by: other.phone, jid, name: 'Olga' }),
    {
      ...toGroupMessage({ id: `G${index}1`, text: words[2] ?? '', by, jid, name: `${klausName} ${index}.` }),
      event: 'reaction',
      changeId: `R${index}`,
    },
  );
  const name = `secretword${index}.jpg`;
  if (hasFile)
    await bring(delivery, await sayFile(delivery, klaus, { id: `F${index}`, name }), `bytes ${index}`);
  const labelled = { address: `${by.slice(1)}@c.us`, keys: [toPhoneAlias(by).key], labels: ['Private'] };
  await store.labelledChats.save({ _id: 'account', portalId }, [labelled], new Date());
  const person = await store.people.findByAlias(portalId, toPhoneAlias(by).key);
  return {
    ...{ klaus, other, jid, klausId: person?._id ?? '' },
    planted: [...words, name, `${klausName} ${index}.`, by, by.slice(1)],
  };
}

/** Direct chats, those of the first ones with a file, and groups in which both spoke, all of it on its pages. */
export async function arrangeAll(delivery: Delivery, count: number, withFile = 1): Promise<Scene[]> {
  const scenes: Scene[] = [];
  for (let index = 0; index < count; index += 1) scenes.push(await sayAll(delivery, index, index < withFile));
  const links = scenes.flatMap(({ klaus, other }) => [klaus, other]);
  await runRounds(delivery, delivery.createProcess(), links);
  return scenes;
}

export async function arrange(delivery: Delivery): Promise<Scene> {
  const [scene] = await arrangeAll(delivery, 1);
  if (!scene) throw new Error('no scene');
  return scene;
}

/** Asked for as the API does. */
export async function beginForgetting(
  { store, portalId }: Delivery,
  personId: string,
): Promise<ForgettingDoc> {
  const who = administrator;
  const operation = await store.operations.begin({ portalId, linkId: null, kind: 'forget', who });
  return store.forgettings.begin({ _id: operation._id, portalId, personIds: [personId], who });
}

/** Steps of a process until the person is forgotten. */
export const forget = (process: Activities, { _id: operationId }: ForgettingDoc) =>
  eventually('a person is forgotten', async () => {
    // The workflow tries again, too.
    const made = await runActivity(process.forgetPerson, { operationId }, asWorkflow(process)).catch(
      () => null,
    );
    return made?.next === 'ended' ? made : null;
  });

/** The collections in which one of the texts stands, whatever they are called. */
export async function findTexts({ links: { model } }: Store, texts: readonly string[]): Promise<string[]> {
  const db = model.db.db;
  const found: string[] = [];
  for (const { name } of (await db?.listCollections().toArray()) ?? []) {
    const docs = (await db?.collection(name).find().toArray()) ?? [];
    const json = docs.map((doc) => JSON.stringify(doc));
    for (const text of texts) if (json.some((one) => one.includes(text))) found.push(`${name}: ${text}`);
  }
  return found;
}

export const groupOf = (delivery: Delivery, { jid }: Scene) =>
  groupChat(delivery.store, delivery.portalId, jid);

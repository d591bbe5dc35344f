import { toPhoneAlias, type Alias } from '../../../domain/identity';
import { useDelivery } from '../../scenes/delivery';
import {
  arrange,
  beginForgetting,
  deliver,
  findTexts,
  forget,
  groupOf,
  klausName,
} from '../../scenes/forgetting';
import { toGroupMessage } from '../../scenes/group';
import { toIncoming } from '../../helpers/incoming';

const delivery = useDelivery();

const quick = { forgetGraceMs: 0 };

test('nothing of a person who is forgotten is left, here or on any page; what others said stays', async () => {
  const { store, portal } = delivery;
  const scene = await arrange(delivery);
  const { klaus, other, planted } = scene;
  expect(await findTexts(store, planted.slice(0, 4))).not.toEqual([]);
  const begun = await beginForgetting(delivery, scene.klausId);

  await forget(delivery.createProcess(quick), begun);

  expect(await findTexts(store, planted)).toEqual([]);
  expect(portal.comments(klaus.contactId)).toEqual([]);
  const page = portal.comments(other.contactId).map(({ text }) => text);
  expect(planted.filter((text) => page.join('\n').includes(text))).toEqual([]);
  expect(delivery.told(other.contactId)).toEqual(['open0', 'close0']);
  expect(page.join('\n').match(/\(removed, as this person wished\)/g)).toHaveLength(2);
  expect(await store.contents.model.countDocuments()).toBe(0);
  const proof = await store.forgettings.load(begun._id);
  expect(proof?.found).toEqual({
    ...{ people: 1, links: 1, chats: 1, messages: 2, files: 1, comments: 1, groupMessages: 2, reviews: 0 },
    comments: expect.any(Number),
  });
  expect(proof?.phase).toBe('done');
  expect((await store.operations.load(begun._id))?.state).toBe('done');
});

test('what redelivers of somebody who was forgotten stays away, under any name that is known to be theirs', async () => {
  const { store, portalId } = delivery;
  const scene = await arrange(delivery);
  const { phone } = scene.klaus;
  await forget(delivery.createProcess(quick), await beginForgetting(delivery, scene.klausId));
  const before = await store.messages.model.countDocuments();
  const lid = { kind: 'lid' as const, key: 'lid:99887766554433' };
  const again = toIncoming({ id: 'D0', text: 'secretword0direct', peer: phone, name: `${klausName} 0.` });
  const byPair = {
    ...toGroupMessage({ id: 'P1', text: 'new words', by: phone, jid: scene.jid }),
    sender: { aliases: [toPhoneAlias(phone), lid], name: `${klausName} 0.` },
  };

  expect(await deliver(store, again, byPair)).toEqual(['forgotten_person', 'forgotten_person']);
  expect(await deliver(store, toGroupMessage({ id: 'P2', text: 'by lid', by: lid, jid: scene.jid }))).toEqual(
    ['forgotten_person'],
  );
  expect(await store.messages.model.countDocuments()).toBe(before);
  expect(await store.people.findByAlias(portalId, toPhoneAlias(phone).key)).toBeNull();
  expect(await findTexts(store, [...scene.planted, lid.key])).toEqual([]);

  const isOther = toGroupMessage({ id: 'P3', text: 'still here', by: scene.other.phone, jid: scene.jid });
  expect(await deliver(store, isOther)).toEqual(['accepted']);
  expect((await store.messages.listOfChat((await groupOf(delivery, scene))._id, null, 50)).length).toBe(3);

  await store.keptAway.letIn(portalId, toPhoneAlias(phone).key);
  expect(await deliver(store, toIncoming({ id: 'D1', text: 'back', peer: phone }))).toEqual(['accepted']);
});

test('a pair of names makes us forget who came again under one of them, and nobody who is somebody else', async () => {
  const { store, portalId } = delivery;
  const scene = await arrange(delivery);
  const { phone } = scene.klaus;
  await forget(delivery.createProcess(quick), await beginForgetting(delivery, scene.klausId));
  const lid = { kind: 'lid' as const, key: 'lid:11223344556677' };
  const { jid } = scene;
  const say = (id: string, aliases: Alias[]) => ({
    ...toGroupMessage({ id, text: `back ${id}`, by: phone, jid }),
    sender: { aliases, name: null },
  });
  expect(await deliver(store, say('B1', [lid]))).toEqual(['accepted']);
  const again = await store.people.findByAlias(portalId, lid.key);
  const told = toPhoneAlias(phone);

  expect(await deliver(store, say('B2', [told, toPhoneAlias(scene.other.phone)]))).toEqual([
    'forgotten_person',
  ]);
  expect(await deliver(store, say('B3', [told, lid]))).toEqual(['forgotten_person']);

  const begun = await store.forgettings.listRunning(portalId, { after: null, limit: 10 });
  expect(begun.map(({ personIds }) => personIds)).toEqual([[again?._id]]);
  if (begun[0]) await forget(delivery.createProcess(quick), begun[0]);
  expect(await findTexts(store, ['back B1', lid.key])).toEqual([]);
  expect(await deliver(store, say('B4', [lid]))).toEqual(['forgotten_person']);
  const other = toPhoneAlias(scene.other.phone);
  expect(await deliver(store, say('B5', [other]))).toEqual(['accepted']);
});

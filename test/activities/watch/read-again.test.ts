import { runActivity, useDelivery } from '../../scenes/delivery';
import { wahaMessage } from '../../scenes/api';

const delivery = useDelivery();
const sweep = () => runActivity(delivery.createProcess().sweepPortal, { portalId: delivery.portalId });

async function keep(stanzaId: string, change: Record<string, unknown>, readBy: number | null): Promise<void> {
  const { store, portalId } = delivery;
  const [account] = await store.accounts.model.find({ portalId }).lean().exec();
  const owner = { portalId, accountId: account?._id ?? '', source: 'waha' };
  const why = { code: 'unknown_content', reason: 'older rules' };
  await store.unreadable.keep(owner, [{ raw: wahaMessage(stanzaId, change), why }], 0);
  await store.unreadable.model.updateOne({ raw: { $regex: stanzaId } }, { $set: { readBy } });
}

const isKept = async (stanzaId: string) =>
  (await delivery.store.unreadable.model.countDocuments({ raw: { $regex: stanzaId } })) > 0;
const isStored = async (stanzaId: string) =>
  (await delivery.store.messages.model.countDocuments({ stanzaId })) > 0;

test('after an upgrade the sweep reads once more what older rules could not read', async () => {
  await delivery.link();
  await keep('3EB0OLD1', {}, null);
  await keep('3EB0OLD2', { timestamp: 'still broken' }, 0);
  await keep('3EB0NOW1', {}, 1_000);
  await sweep();
  expect([await isStored('3EB0OLD1'), await isKept('3EB0OLD1')]).toEqual([true, false]);
  expect([await isStored('3EB0OLD2'), await isKept('3EB0OLD2')]).toEqual([false, true]);
  expect([await isStored('3EB0NOW1'), await isKept('3EB0NOW1')]).toEqual([false, true]);
  const [left] = await delivery.store.unreadable.model
    .find({ raw: { $regex: '3EB0OLD2' } })
    .lean()
    .exec();
  expect(left).toMatchObject({ code: 'bad_timestamp', readBy: expect.any(Number) });
  expect(
    await delivery.store.unreadable.listReadBefore(delivery.portalId, left?.readBy ?? 0, {
      after: null,
      limit: 9,
    }),
  ).toEqual([]);
});

test('what is read again knows all our own names: a chat with our own LID is nobody’s', async () => {
  const { store, portalId } = delivery;
  const [account] = await store.accounts.model.find({ portalId }).lean().exec();
  const lid = '99988877766655@lid';
  if (account) await store.accounts.learnOwnLids(account, [{ kind: 'lid', key: 'lid:99988877766655' }]);
  const more = { id: `true_${lid}_3EB0OWN1`, from: '49301234567@c.us', to: lid, fromMe: true };
  await keep('3EB0OWN1', more, 0);
  await sweep();
  expect([await isStored('3EB0OWN1'), await isKept('3EB0OWN1')]).toEqual([false, false]);
  expect(await store.people.findByAlias(portalId, 'lid:99988877766655')).toBeNull();
});

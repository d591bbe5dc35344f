import { administrator } from '../../../domain/access';
import { toPhoneAlias, type Alias } from '../../../domain/identity';
import { runActivity, useDelivery } from '../../scenes/delivery';
import { personWith } from '../../scenes/link-one';

const delivery = useDelivery();
const sweep = () => runActivity(delivery.createProcess().sweepPortal, { portalId: delivery.portalId });

test('what a person confirmed, and nobody carried out since a process died, the sweep carries out', async () => {
  const { store, portalId } = delivery;
  const phone = '+491701234567';
  const lid: Alias = { kind: 'lid', key: 'lid:4639135154355' };
  const personId = await personWith(store, portalId, phone, 'Klaus');
  const heard = { accountId: 'account', what: 'names' as const, at: new Date(), isConfirmed: false };
  await store.reviews.openHearsay({
    ...{ portalId, personId, linkId: null, otherPersonId: null, reason: 'test' },
    heard: { ...heard, aliases: [toPhoneAlias(phone), lid] },
  });
  const reviewNow = async () => (await store.reviews.listOfPeople(portalId, [personId], 'hearsay'))[0];
  await sweep();
  expect(await store.people.findByAlias(portalId, lid.key)).toBeNull();
  const open = await reviewNow();
  expect(open?.state).toBe('open');
  await store.reviews.confirm(open?._id ?? '', administrator);
  await sweep();
  expect((await store.people.findByAlias(portalId, lid.key))?._id).toBe(personId);
  expect(await reviewNow()).toMatchObject({ state: 'answered', answeredBy: administrator });
});

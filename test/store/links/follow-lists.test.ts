import { newId } from '../../../store/connection';
import type { LinkDoc } from '../../../store/links/link-schema';
import { addPortal, useStore } from '../../scenes/store';

const store = useStore();
let portalId: string;

beforeEach(async () => {
  ({ portalId } = await addPortal(store));
});

const yesterday = new Date(Date.now() - 86_400_000);
const load = async (linkId: string) => (await store.links.load(linkId)) as LinkDoc;

/** A linked link whose contact is gone, as its rounds found. */
async function gone(): Promise<LinkDoc> {
  const request = { crmContactId: 7, createIfMissing: false, name: null, at: yesterday };
  const { _id = '' } = (await store.links.insertPending(portalId, newId(), request)) ?? {};
  await store.links.decide(_id, 7, {
    rule: 'r',
    matchedValue: null,
    confidence: 1,
    by: 'phone',
    at: yesterday,
  });
  await store.links.markLinked(_id, 7);
  await store.links.setAttention(_id, { code: 'contact_gone', advice: '', since: yesterday.toISOString() });
  await store.links.markSeen([_id], yesterday);
  return load(_id);
}

const change = (linkId: string) =>
  store.links.requestChange(linkId, {
    ...{ kind: 'changeContact', crmContactId: 8, entries: 'keep', remember: false, operationId: newId() },
  });
const ids = (links: LinkDoc[]) => links.map(({ _id }) => _id);

test('links whose change is under way keep no place of the lists of gone and unseen contacts', async () => {
  const [changing, free] = [await gone(), await gone()];
  await change(changing._id);
  const now = new Date();
  expect(ids(await store.links.listContactGone(portalId, 1))).toEqual([free._id]);
  expect(ids(await store.links.listUnseen(portalId, now, 1))).toEqual([free._id]);
});

test('a doubt that was looked at goes behind the others', async () => {
  const [first, second] = [await gone(), await gone()];
  for (const link of [first, second]) await store.links.putInDoubt(link, 'contact_gone', yesterday);
  const [next] = await store.links.listDoubtful(portalId, new Date(), 1);
  expect(next?._id).toBeDefined();
  await store.links.rememberDoubt(await load(next?._id ?? ''), null, yesterday);
  const [then] = await store.links.listDoubtful(portalId, new Date(), 1);
  expect([next?._id, then?._id].sort()).toEqual([first._id, second._id].sort());
});

import { textMessage, useApi } from '../scenes/api';
import { linkOne, personWith } from '../scenes/link-one';

const api = useApi();
const noId = '0123456789abcdef01234567';

/** What a list shows of the one thing that the query finds is what its own address answers. */
async function expectSame(list: string, thing: string): Promise<void> {
  const [listed] = (await api.get(`/api/v1/${list}`)).body.items;
  const answer = await api.get(`/api/v1/${thing}/${listed.id}`);
  expect([answer.status, answer.body]).toEqual([200, listed]);
}

test('a person, a chat, a review and an entry are each shown by their id, as their lists show them', async () => {
  const { store, portalId } = api;
  const personId = await personWith(store, portalId, '+491703000001', 'Ana');
  const { _id: linkId } = await linkOne(store, portalId, personId, 51);
  const { id: accountId, token } = await api.addAccount();
  const message = textMessage('3EB0AAAA', { chatId: '491703000001@c.us' });
  await api.post('/api/v1/ingest/messages', { messages: [message] }, { token });
  const chat = await store.chats.findDirect(accountId, personId);
  const where = { portalId, target: `link/${linkId}`, chatId: chat?._id ?? '', lane: 'live' } as const;
  const told = { items: ['x/0' as const], marker: 'm', text: 'told', newestAt: new Date() };
  await store.entries.plan({ ...where, crmContactId: 51, epoch: 1, ...told });
  await store.reviews.open({
    ...{ portalId, personId, linkId, kind: 'ambiguous', reason: 'Two have it.', candidates: [] },
  });
  await expectSame('people', 'people');
  await expectSame(`chats?personId=${personId}`, 'chats');
  await expectSame('reviews', 'reviews');
  await expectSame(`entries?linkId=${linkId}`, 'entries');
});

test.each(['people', 'chats', 'reviews', 'entries'])('no such id among the %s is a 404', async (things) => {
  const answer = await api.get(`/api/v1/${things}/${noId}`);
  expect([answer.status, answer.body.code]).toEqual([404, 'not_found']);
});

test('the id of who was merged leads to the survivor, and so does the id of a merged chat', async () => {
  const { store, portalId } = api;
  const survivor = await personWith(store, portalId, '+491703000011', 'Ben');
  const loser = await personWith(store, portalId, '+491703000012', 'Ben too');
  await store.people.model.updateOne({ _id: loser }, { $set: { mergedInto: survivor } });
  expect((await api.get(`/api/v1/people/${loser}`)).body).toMatchObject({ id: survivor, name: 'Ben' });
  const addresses = [survivor, loser].map((personId) => ({ accountId: noId, personId }));
  const [kept, gone] = await store.chats.findOrCreate(portalId, addresses);
  await store.chats.markMerged(gone?._id ?? '', kept?._id ?? '');
  expect((await api.get(`/api/v1/chats/${gone?._id}`)).body.id).toBe(kept?._id);
});

test('what only keeps a dropped copy from being told is no entry', async () => {
  const { store, portalId } = api;
  await store.entries.retireCopy({ _id: noId, portalId, chatId: noId }, [`${noId}/0`]);
  const copy = await store.entries.model.findOne({ chatId: noId }).lean();
  const answer = await api.get(`/api/v1/entries/${copy?._id ?? ''}`);
  expect(answer.status).toBe(404);
});

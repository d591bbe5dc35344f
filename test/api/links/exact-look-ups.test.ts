import { useApi } from '../../scenes/api';
import { linkOne, personWith } from '../../scenes/link-one';

const api = useApi();
const noId = '0123456789abcdef01234567';

async function addLinked(e164: string, crmContactId: number): Promise<{ linkId: string; personId: string }> {
  const { store, portalId } = api;
  const personId = await personWith(store, portalId, e164, `Person ${crmContactId}`);
  return { linkId: (await linkOne(store, portalId, personId, crmContactId))._id, personId };
}

async function found(query: Record<string, string>): Promise<string[]> {
  const answer = await api.get(`/api/v1/links?${new URLSearchParams(query).toString()}`);
  expect(answer.status).toBe(200);
  return answer.body.items.map(({ id }: { id: string }) => id);
}

test('a link is found by exactly its contact, its person and its whole number', async () => {
  const one = await addLinked('+491702000001', 12);
  await addLinked('+4917020000012', 123);
  expect(await found({ crmContactId: '12' })).toEqual([one.linkId]);
  expect(await found({ personId: one.personId })).toEqual([one.linkId]);
  for (const phone of ['+491702000001', '0170 2000001', '0049 170 200 00 01']) {
    expect(await found({ phone })).toEqual([one.linkId]);
  }
  expect(await found({ phone: '+491702000009' })).toEqual([]);
  expect(await found({ crmContactId: '1' })).toEqual([]);
  expect(await found({ personId: noId })).toEqual([]);
});

test('every filter narrows: what only one of them finds is not listed', async () => {
  const { store, portalId } = api;
  const one = await addLinked('+491702000021', 21);
  const other = await addLinked('+491702000022', 22);
  expect(await found({ crmContactId: '21', phone: '+491702000021', portalId })).toEqual([one.linkId]);
  expect(await found({ crmContactId: '21', personId: other.personId })).toEqual([]);
  expect(await found({ phone: '+491702000021', personId: other.personId })).toEqual([]);
  expect(await found({ q: 'Person 21', personId: other.personId })).toEqual([]);
  await store.links.setRhythm(one.linkId, 'paused', ['rounds']);
  expect(await found({ crmContactId: '21', rhythm: 'rounds' })).toEqual([]);
});

test('a number written as before a renumbering finds the person, and a merged person the survivor', async () => {
  const { store } = api;
  const brazil = await addLinked('+5511987654321', 31);
  expect(await found({ phone: '+55 11 8765-4321' })).toEqual([brazil.linkId]);
  const loser = await store.people.findOrCreate(
    api.portalId,
    { aliases: [{ kind: 'phone', key: 'phone:+491702000031' }], name: null },
    'test',
  );
  await store.people.model.updateOne({ _id: loser._id }, { $set: { mergedInto: brazil.personId } });
  expect(await found({ phone: '+491702000031' })).toEqual([brazil.linkId]);
  expect(await found({ personId: loser._id })).toEqual([brazil.linkId]);
});

test.each([
  ['crmContactId=x', 'crmContactId', 'invalid_request'],
  ['crmContactId=0', 'crmContactId', 'invalid_request'],
  ['phone=none', 'phone', 'bad_phone'],
])('the look-up %s is refused by its field', async (query, field, code) => {
  const answer = await api.get(`/api/v1/links?${query}`);
  expect([answer.status, answer.body.code, answer.body.errors[0].field]).toEqual([422, code, field]);
});

import { addPortal, useStore } from '../scenes/store';

const store = useStore();
let next = 0;

async function addAccount() {
  const { portalId } = await addPortal(store);
  const e164 = `+4917000001${String((next += 1)).padStart(2, '0')}`;
  return store.accounts.add({ portalId, kind: 'waha', e164, name: 'Anna', hmacKey: 'the first key' });
}
const load = async (accountId: string) => {
  const account = await store.accounts.load(accountId);
  if (!account) throw new Error('no account');
  return account;
};
const keysAt = async (accountId: string, at: Date) => store.accounts.openHmacKeys(await load(accountId), at);

test('a replaced key stays good until the newer one is seen in use, and then for its time', async () => {
  const { account } = await addAccount();
  expect(await store.accounts.replaceHmacKey(account, 'the second key')).toBe(true);
  const now = new Date('2026-11-26T10:00:00Z');
  expect(await keysAt(account._id, new Date('2030-01-01T00:00:00Z'))).toEqual([
    'the second key',
    'the first key',
  ]);
  await store.accounts.endFormerKeys(await load(account._id), now);
  expect(await keysAt(account._id, new Date(now.getTime() - 1))).toEqual(['the second key', 'the first key']);
  expect(await keysAt(account._id, now)).toEqual(['the second key']);
});

test('of two rotations at once one wins, and the loser takes nothing away', async () => {
  const { account } = await addAccount();
  const done = await Promise.all(
    ['one', 'two'].map((key) => store.accounts.replaceHmacKey(account, key.repeat(8))),
  );
  expect(done.filter(Boolean)).toHaveLength(1);
  expect(await keysAt(account._id, new Date())).toHaveLength(2);
});

test('a key that the source never took over does not end when another one follows', async () => {
  const { account } = await addAccount();
  await store.accounts.replaceHmacKey(account, 'the second key');
  await store.accounts.replaceHmacKey(await load(account._id), 'the third key');
  expect(await keysAt(account._id, new Date())).toEqual(['the third key', 'the second key', 'the first key']);
});

test('an ingest token that is renewed with a time to spare opens as long', async () => {
  const { account, token } = await addAccount();
  const renewed = (await store.accounts.renewToken(account._id, 60_000)) ?? '';
  const found = await store.accounts.findByTokens([token, 'nobody’s', renewed]);
  expect(found.map((one) => one?._id)).toEqual([account._id, undefined, account._id]);
  await store.accounts.model.updateOne({ _id: account._id }, { $set: { formerTokenUntil: new Date(0) } });
  expect(await store.accounts.findByToken(token)).toBeNull();
});

test('a removed account opens nothing, is in no list, and comes back as itself with secrets of its own', async () => {
  const { account, token } = await addAccount();
  await store.accounts.remove(account._id, new Date());
  expect(await store.accounts.findByToken(token)).toBeNull();
  expect((await store.accounts.list()).map(({ _id }) => _id)).not.toContain(account._id);
  expect(store.accounts.openHmacKeys(await load(account._id), new Date())).toEqual([]);
  const { portalId, kind, e164 } = account;
  const back = await store.accounts.add({ portalId, kind, e164, name: 'Again', hmacKey: 'another key' });
  expect(back.account).toMatchObject({ _id: account._id, name: 'Again', removedAt: null });
  expect(await keysAt(account._id, new Date())).toEqual(['another key']);
});

test('the way to WAHA is kept without its key in the clear, and another WAHA has a state of its own', async () => {
  const { account } = await addAccount();
  const access = { baseUrl: 'http://waha:3000', apiKey: 'the key of WAHA', session: 'sales' };
  await store.accounts.setWaha(account, access);
  await store.accounts.model.updateOne({ _id: account._id }, { $set: { sourceState: 'WORKING' } });
  const kept = await load(account._id);
  expect(JSON.stringify(kept)).not.toContain(access.apiKey);
  expect(store.accounts.openWaha(kept)).toEqual(access);
  await store.accounts.setWaha(kept, { callbackUrl: 'http://host.docker.internal:3000' });
  expect(await load(account._id)).toMatchObject({ sourceState: 'WORKING' });
  await store.accounts.setWaha(await load(account._id), { session: 'other' });
  const other = await load(account._id);
  expect([other.sourceState, store.accounts.openWaha(other)?.apiKey]).toEqual([null, access.apiKey]);
});

test('a state that is older than the known one is no news', async () => {
  const { account } = await addAccount();
  const at = (minute: number) => new Date(Date.UTC(2026, 10, 26, 10, minute));
  const advanceState = (to: Date) => store.accounts.advanceState(account._id, to);
  expect(await advanceState(at(5))).toBe(true);
  expect(await advanceState(at(4))).toBe(false);
  expect(await advanceState(at(6))).toBe(true);
});

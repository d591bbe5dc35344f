import { openStore } from '../../store/store';
import { mongoUri, uniqueDatabaseName } from '../helpers/servers';
import { addPortal, atOnce, encryptionKey, useStore } from '../scenes/store';

const store = useStore();

const policies = { defaultCountry: 'DE', timeZone: 'Europe/Berlin' };

test('a portal connected twice, or ten times at once, is one portal with the last credential', async () => {
  const [first, ...others] = await atOnce(10, () =>
    store.portals.connect('https://one.example/rest/1/aaa/', policies),
  );
  expect(new Set(others.map(({ _id }) => _id))).toEqual(new Set([first?._id]));
  const again = await store.portals.connect('https://one.example/rest/1/bbb/', {
    defaultCountry: null,
    timeZone: 'Asia/Kolkata',
  });
  expect(again).toMatchObject({ _id: first?._id, defaultCountry: null, timeZone: 'Asia/Kolkata' });
  expect((await store.portals.findAccess(again._id))?.webhookUrl).toBe('https://one.example/rest/1/bbb/');
  expect(again.sealedWebhookUrl).not.toContain('bbb');
  const other = await store.portals.connect('https://two.example/rest/1/aaa/', policies);
  expect(other._id).not.toBe(again._id);
});

test('a portal on this machine stays the same one when its port moves', async () => {
  const before = await store.portals.connect('http://127.0.0.1:4001/rest/1/aaa/', policies);
  const after = await store.portals.connect('http://localhost:4002/rest/1/bbb/', policies);
  expect(after._id).toBe(before._id);
  expect((await store.portals.findAccess(before._id))?.webhookUrl).toBe('http://localhost:4002/rest/1/bbb/');
});

test('a move is told and leaves the configured address as it is, until the portal is back or gets another address', async () => {
  const policies = { defaultCountry: null, timeZone: 'UTC' };
  const { _id } = await store.portals.connect('https://moving.example/rest/1/aaa/', policies);
  const access = { webhookUrl: 'https://moving.example/rest/1/aaa/', movedTo: null, facts: null };
  expect(await store.portals.findAccess(_id)).toEqual(access);
  const facts = { userId: '1', license: 'basic' };
  await store.portals.saveFacts(_id, facts);
  await store.portals.saveMove(_id, 'https://new.bitrix24.de');
  await store.portals.saveMove(_id, 'https://new.bitrix24.de');
  const moved = { ...access, movedTo: 'https://new.bitrix24.de', facts };
  expect(await store.portals.findAccess(_id)).toEqual(moved);
  await store.portals.connect('https://moving.example/rest/1/aaa/', policies);
  expect(await store.portals.findAccess(_id)).toEqual(moved);
  await store.portals.saveMove(_id, null);
  await store.portals.saveMove(_id, null);
  expect((await store.portals.load(_id))?.history).toMatchObject([
    { event: 'moved', origin: 'https://new.bitrix24.de' },
    { event: 'came_back', origin: null },
  ]);
  await store.portals.connect('https://moving.example/rest/2/bbb/', policies);
  expect(await store.portals.findAccess(_id)).toEqual({
    ...access,
    webhookUrl: 'https://moving.example/rest/2/bbb/',
  });
  expect(await store.portals.findAccess('unknown')).toBeNull();
});

test('the trouble of a portal keeps its first time while it stays the same', async () => {
  const { _id } = await store.portals.connect('https://three.example/rest/1/aaa/', policies);
  const since = (hour: number) => ({
    code: 'portal_gone',
    advice: 'Set it.',
    since: `2026-11-25T${hour}:00:00.000Z`,
  });
  await store.portals.setAttention(_id, since(10));
  await store.portals.setAttention(_id, since(11));
  expect((await store.portals.load(_id))?.attention?.since).toBe('2026-11-25T10:00:00.000Z');
  await store.portals.setAttention(_id, null);
  expect((await store.portals.load(_id))?.attention).toBeNull();
});

test('a store opened with another key cannot read the credentials', async () => {
  const uri = mongoUri(uniqueDatabaseName());
  const first = await openStore({ uri, encryptionKey });
  const { _id } = await first.portals.connect('https://four.example/rest/1/aaa/', policies);
  await first.close();
  const second = await openStore({ uri, encryptionKey: Buffer.alloc(32, 2) });
  await expect(second.portals.findAccess(_id)).rejects.toThrow();
  await second.close();
});

test('a token opens its account until it is renewed, and only its hash is kept', async () => {
  const { portalId } = await addPortal(store);
  const fresh = { portalId, kind: 'waha', e164: '+491700000009', name: 'Anna', hmacKey: 'secret' } as const;
  const { account, token } = await store.accounts.add(fresh);
  expect(await store.accounts.findByToken(token)).toMatchObject({ _id: account._id });
  expect(await store.accounts.findByToken(`${token}x`)).toBeNull();
  const renewed = await store.accounts.renewToken(account._id);
  expect(await store.accounts.findByToken(token)).toBeNull();
  expect(await store.accounts.findByToken(renewed ?? '')).toMatchObject({ _id: account._id });
  expect(await store.accounts.renewToken('unknown')).toBeNull();
  const stored = JSON.stringify(await store.accounts.model.findById(account._id).lean());
  for (const secret of [token, renewed ?? '', 'secret']) expect(stored).not.toContain(`"${secret}"`);
  expect(store.accounts.openHmacKey(account)).toBe('secret');
});

test('the same number of one source is one account', async () => {
  const { portalId } = await addPortal(store);
  const fresh = { portalId, kind: 'waha', e164: '+491700000010', name: 'Anna', hmacKey: null } as const;
  await store.accounts.add(fresh);
  await expect(store.accounts.add(fresh)).rejects.toMatchObject({ code: 11000 });
  await expect(store.accounts.add({ ...fresh, kind: 'export' })).resolves.toBeDefined();
});

test('the time of the last event never goes back', async () => {
  const { account } = await addPortal(store);
  const [earlier, later] = [new Date('2026-11-25T10:00:00Z'), new Date('2026-11-25T11:00:00Z')];
  await store.accounts.touch(account._id, later);
  await store.accounts.touch(account._id, earlier);
  expect((await store.accounts.load(account._id))?.lastEventAt).toEqual(later);
});

test('a budget is written by who read the revision that is there', async () => {
  const { portalId } = await addPortal(store);
  expect(await store.budgets.load(portalId)).toBeNull();
  const inserted = await atOnce(10, (index) => store.budgets.compareAndSet(portalId, null, { by: index }));
  expect(inserted.filter(Boolean)).toHaveLength(1);
  expect(await store.budgets.load(portalId)).toMatchObject({ revision: 1 });
  const updated = await atOnce(10, (index) =>
    store.budgets.compareAndSet(portalId, 1, { by: index, none: {} }),
  );
  expect(updated.filter(Boolean)).toHaveLength(1);
  expect(await store.budgets.load(portalId)).toEqual({
    revision: 2,
    state: { by: updated.indexOf(true), none: {} },
  });
  expect(await store.budgets.compareAndSet(portalId, 1, {})).toBe(false);
  expect(await store.budgets.compareAndSet('unknown', 1, {})).toBe(false);
});

test('a payload nobody could read is kept once', async () => {
  const { portalId, account } = await addPortal(store);
  const owner = { portalId, accountId: account._id, source: 'waha' };
  const why = { code: 'no_id', reason: 'The message has no id.' };
  await atOnce(10, () => store.unreadable.keep(owner, [{ raw: { event: 'message', payload: {} }, why }], 1));
  const long = { event: 'message', payload: { text: 'x'.repeat(300_000) } };
  await store.unreadable.keep(owner, [{ raw: long, why }], 1);
  await store.unreadable.keep(owner, [{ raw: undefined, why }], 1);
  const kept = await store.unreadable.model.find({ portalId }).sort({ _id: 1 }).lean().exec();
  expect(kept.map(({ raw }) => raw.length)).toEqual([32, 262_144, 4]);
  expect(kept[0]).toMatchObject({ ...owner, ...why, raw: '{"event":"message","payload":{}}' });
});

test('a review is one per person and subject: asked again it has the new candidates, ignored it stays ignored', async () => {
  const ids = { portalId: 'p', personId: 'person', linkId: 'link' };
  const ask = (kind: 'unmatched' | 'ambiguous' | 'conflict', reason: string) =>
    store.reviews.open({ ...ids, kind, reason, candidates: [] });
  const [first, ...others] = await atOnce(5, () => ask('unmatched', 'nobody'));
  expect(new Set(others.map(({ _id }) => _id))).toEqual(new Set([first?._id]));
  await store.reviews.close('p', 'person');
  expect((await store.reviews.load(first?._id ?? ''))?.state).toBe('answered');
  expect(await ask('ambiguous', 'two')).toMatchObject({
    _id: first?._id,
    state: 'open',
    kind: 'ambiguous',
    reason: 'two',
  });
  expect((await ask('conflict', 'two people'))._id).not.toBe(first?._id);
  await store.reviews.model.updateOne({ _id: first?._id ?? '' }, { $set: { state: 'ignored' } });
  expect(await ask('ambiguous', 'three')).toMatchObject({
    _id: first?._id,
    state: 'ignored',
    reason: 'three',
  });
});

test('an operation counts up and ends once', async () => {
  const { _id } = await store.operations.begin({ portalId: 'p', linkId: 'l', kind: 'unlink' });
  await store.operations.progress(_id, 2, 5);
  expect(await store.operations.load(_id)).toMatchObject({
    done: 2,
    total: 5,
    state: 'running',
    reason: null,
  });
  await store.operations.finish(_id, 'done', null);
  await store.operations.finish(_id, 'failed', 'too late');
  await store.operations.progress(_id, 1, 1);
  expect(await store.operations.load(_id)).toMatchObject({ done: 2, total: 5, state: 'done', reason: null });
});

test('a database that cannot be reached is an error within seconds', async () => {
  const uri = 'mongodb://127.0.0.1:1/none';
  await expect(openStore({ uri, encryptionKey })).rejects.toThrow();
});

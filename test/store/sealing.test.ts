import { openStore, type Store } from '../../store/store';
import { mongoUri, uniqueDatabaseName } from '../helpers/servers';

const [oldKey, newKey] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
const webhookUrl = 'https://acme.example/rest/1/secret/';
const policies = { defaultCountry: 'DE', timeZone: 'Europe/Berlin' };
const opened: Store[] = [];

async function open(name: string, encryptionKey: Buffer, ...formerKeys: Buffer[]): Promise<Store> {
  const store = await openStore({ uri: mongoUri(name), encryptionKey, formerKeys });
  opened.push(store);
  return store;
}
afterAll(() => Promise.all(opened.map((store) => store.close())));

/** A portal, a number with two keys for webhooks, the keys of WAHA and Evolution and Meta's token, and a receiver. */
async function fill(store: Store): Promise<void> {
  const { _id: portalId } = await store.portals.connect(webhookUrl, policies);
  const account = { portalId, kind: 'waha', e164: '+491700000001', name: 'Anna' } as const;
  const { account: made } = await store.accounts.add({ ...account, hmacKey: 'the first hmac key' });
  await store.accounts.replaceHmacKey(made, 'the second hmac key');
  await store.accounts.setWaha(made, { baseUrl: 'http://waha:3000', apiKey: 'the api key' });
  await store.accounts.setMeta(made, { phoneNumberId: '106540352242922', accessToken: 'the token of Meta' });
  const evolution = { baseUrl: 'http://evolution:8080', instance: 'sales', apiKey: 'the evolution key' };
  await store.accounts.setEvolution(made, evolution);
  await store.keptAway.add(portalId, ['phone/+491700000002'], 'operation');
  await store.receivers.add({ portalId: null, types: [], details: false, url: 'https://n8n.example/x' });
}

async function readAll(store: Store): Promise<unknown[]> {
  const [portal] = await store.portals.list();
  const [account] = await store.accounts.list();
  const [receiver] = await store.receivers.list();
  if (!portal || !account || !receiver) throw new Error('something is gone');
  return [
    (await store.portals.findAccess(portal._id))?.webhookUrl,
    store.accounts.openHmacKeys(account, new Date()),
    store.accounts.openWaha(account)?.apiKey,
    store.accounts.openMeta(account)?.accessToken,
    store.accounts.openEvolution(account)?.apiKey,
    store.receivers.urlOf(receiver),
    store.receivers.secretOf(receiver).slice(0, 6),
    [...(await store.keptAway.whichNames(portal._id, ['phone/+491700000002'])).values()],
  ];
}
const all = [
  webhookUrl,
  ['the second hmac key', 'the first hmac key'],
  'the api key',
  'the token of Meta',
  'the evolution key',
  'https://n8n.example/x',
  'whsec_',
  ['operation'],
];

test('after the change to another key, and a reseal, the old key opens nothing and the new one everything', async () => {
  const name = uniqueDatabaseName();
  const before = await open(name, oldKey);
  await fill(before);
  expect(await before.isKeyRight()).toBe(true);
  expect(await (await open(name, newKey)).isKeyRight()).toBe(false);

  const both = await open(name, newKey, oldKey);
  expect(await both.isKeyRight()).toBe(true);
  expect(await readAll(both)).toEqual(all);
  expect(await both.reseal()).toEqual({ resealed: 9, lost: 0 });
  expect(await both.reseal()).toEqual({ resealed: 0, lost: 0 });

  const after = await open(name, newKey);
  expect(await after.isKeyRight()).toBe(true);
  expect(await readAll(after)).toEqual(all);
  expect(await before.isKeyRight()).toBe(false);
});

test('a reseal that died half way is done again, with both keys until its end', async () => {
  const name = uniqueDatabaseName();
  await fill(await open(name, oldKey));
  const both = await open(name, newKey, oldKey);
  await both.isKeyRight();
  // The portal's was sealed anew; then the process died.
  await both.portals.connect(webhookUrl, policies);
  expect(await readAll(both)).toEqual(all);
  expect(await both.reseal()).toEqual({ resealed: 8, lost: 0 });
  expect(await readAll(await open(name, newKey))).toEqual(all);
});

test('a database from before the check knows its key by the secrets in it', async () => {
  const name = uniqueDatabaseName();
  const before = await open(name, oldKey);
  await fill(before);
  expect(await (await open(name, newKey)).isKeyRight()).toBe(false);
  expect(await before.isKeyRight()).toBe(true);
  expect(await before.keyChecks.model.countDocuments().exec()).toBe(1);
});

test('where the key is lost its secrets are given up when somebody says so, and only then', async () => {
  const name = uniqueDatabaseName();
  await fill(await open(name, oldKey));
  const other = await open(name, newKey);
  expect(await other.reseal()).toEqual({ resealed: 0, lost: 9 });
  expect(await other.isKeyRight()).toBe(false);
  await other.reseal({ forgetLost: true });
  expect(await other.isKeyRight()).toBe(true);
  const [account] = await other.accounts.list();
  expect(account).toMatchObject({ sealedHmacKey: null, formerKeys: [], waha: { sealedApiKey: null } });
  expect(account && other.accounts.openEvolution(account)).toBeNull();
  expect(await other.receivers.list()).toEqual([]);
  await other.portals.connect(webhookUrl, policies);
  const [portal] = await other.portals.list();
  expect((await other.portals.findAccess(portal?._id ?? ''))?.webhookUrl).toBe(webhookUrl);
});

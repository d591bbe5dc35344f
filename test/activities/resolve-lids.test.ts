import { resolveLids } from '../../activities/sources/resolve-lids';
import type { ActivityDeps } from '../../activities/deps';
import { takeInAll } from '../../intake/take-in';
import { waitUntil } from '../../local/ports';
import { startSandboxWaha, type SandboxWaha } from '../../sandbox/waha/waha';
import type { AccountDoc } from '../../store/accounts';
import { createWahaClient } from '../../whatsapp/waha/rest/client';
import { translateWaha } from '../../whatsapp/waha/translate';
import { runActivity, settings } from '../scenes/delivery';
import { opened } from '../scenes/opened';
import { addPortal, useStore } from '../scenes/store';

const store = useStore();
const waha = opened<SandboxWaha>(
  () => startSandboxWaha({ startMs: 1 }),
  (server) => server.stop(),
  'test',
);

let next = 0;
const hourMs = 3_600_000;

/** An account whose WAHA works. */
async function open(): Promise<{ account: AccountDoc; deps: ActivityDeps }> {
  const { portalId } = await addPortal(store);
  const e164 = `+49301112${String((next += 1)).padStart(3, '0')}`;
  const fresh = { portalId, kind: 'waha', e164, name: 'Sales', hmacKey: null } as const;
  const { account } = await store.accounts.add(fresh);
  await store.accounts.setWaha(account, { baseUrl: waha.url, apiKey: waha.apiKey });
  const client = createWahaClient({ baseUrl: waha.url, apiKey: waha.apiKey, session: 'default' });
  await client.createSession({});
  const isWaiting = () => Promise.resolve(waha.session().status === 'SCAN_QR_CODE');
  await waitUntil(isWaiting, { what: 'the code', limitMs: 10_000 });
  waha.scan({ phone: e164.slice(1) });
  const portalOf = () => Promise.reject(new Error('no portal here'));
  const kept = (await store.accounts.load(account._id)) ?? account;
  return { account: kept, deps: { store, portalOf, settings } };
}

/** Somebody writes under a LID, as WAHA delivers it where it does not know the number. */
async function hear(account: AccountDoc, lid: string, id: string): Promise<void> {
  const payload = {
    id: `false_${lid}@lid_${id}`,
    timestamp: 1_790_000_000,
    from: `${lid}@lid`,
    body: `text ${id}`,
  };
  const [translation] = translateWaha({ event: 'message.any', payload });
  if (translation?.kind !== 'message') throw new Error('no message');
  const delivery = { source: 'waha', items: [{ raw: payload, translation }] };
  await takeInAll(store, [{ account, delivery }]);
}

const ask = (deps: ActivityDeps, { portalId }: AccountDoc) =>
  runActivity((id: string) => resolveLids(deps, id), portalId);
const personOf = async ({ portalId }: AccountDoc, key: string) =>
  (await store.people.listByAliases(portalId, [key]))[0];
const askedFor = (lid: string) => waha.counts()[`request GET /api/default/lids/${lid}`] ?? 0;

test('a person who writes under a LID is known by the number that WAHA knows', async () => {
  const { account, deps } = await open();
  waha.setLids({ '4639135154355': '491701234567' });
  await hear(account, '4639135154355', '3EB0A');
  await hear(account, '4639135154355', '3EB0B');
  await ask(deps, account);
  const person = await personOf(account, 'phone:+491701234567');
  expect(person?.aliases.map(({ key }) => key).sort()).toEqual(['lid:4639135154355', 'phone:+491701234567']);
  await ask(deps, account);
  expect(askedFor('4639135154355')).toBe(1);
});

test('a number that WhatsApp hides is asked for again later, each time after a longer pause', async () => {
  const { account, deps } = await open();
  await hear(account, '111222333444555', '3EB0C');
  const due = async () =>
    (await store.lids.model.findOne({ accountId: account._id }).lean())?.nextAt?.getTime() ?? 0;
  const pauses: number[] = [];
  for (let round = 0; round < 3; round += 1) {
    await ask(deps, account);
    pauses.push(Math.round(((await due()) - Date.now()) / hourMs));
    await ask(deps, account);
    await store.lids.model.updateOne({ accountId: account._id }, { $set: { nextAt: new Date(0) } });
  }
  expect(pauses).toEqual([1, 6, 24]);
  expect(askedFor('111222333444555')).toBe(3);
  waha.setLids({ '111222333444555': '491709999999' });
  await ask(deps, account);
  expect(await personOf(account, 'phone:+491709999999')).toBeDefined();
});

test('who became known without us is not asked for, and a WAHA that is away leaves all due', async () => {
  const { account, deps } = await open();
  await hear(account, '222333444555666', '3EB0D');
  waha.setFaults([{ kind: 'down', times: -1 }]);
  await ask(deps, account);
  expect(await store.lids.listDue(account._id, new Date(), 10)).toHaveLength(1);
  waha.setFaults([]);
  const person = await personOf(account, 'lid:222333444555666');
  await store.people.model.updateOne(
    { _id: person?._id ?? '' },
    {
      $push: { aliases: { kind: 'phone', key: 'phone:+491708888888', firstSeenAt: new Date(), source: 'x' } },
    },
  );
  await ask(deps, account);
  expect(askedFor('222333444555666')).toBe(1);
  expect(await store.lids.listDue(account._id, new Date(), 10)).toEqual([]);
});

test('who was forgotten and comes again under a LID is forgotten again when its number is known', async () => {
  const { account, deps } = await open();
  const { portalId } = account;
  await store.keptAway.add(portalId, ['phone:+491706666666'], 'earlier');
  await hear(account, '333444555666777', '3EB0E');
  const person = await personOf(account, 'lid:333444555666777');
  waha.setLids({ '333444555666777': '491706666666' });
  await ask(deps, account);
  await ask(deps, account);
  expect(await personOf(account, 'phone:+491706666666')).toBeUndefined();
  const running = await store.forgettings.listRunning(portalId, { after: null, limit: 10 });
  expect(running.map(({ personIds }) => personIds)).toEqual([[person?._id]]);
  expect(await store.operations.load(running[0]?._id ?? '')).toMatchObject({
    kind: 'forget',
    state: 'running',
  });
  const before = await store.messages.model.countDocuments();
  await hear(account, '333444555666777', '3EB0F');
  expect(await store.messages.model.countDocuments()).toBe(before);
  // Let in again by the number: by the LID, too.
  await store.keptAway.letIn(portalId, 'phone:+491706666666');
  await hear(account, '333444555666777', '3EB10');
  expect(await store.messages.model.countDocuments()).toBe(before + 1);
});

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { toPhoneAlias, type Alias, type Identity } from '../../domain/identity';
import { toLinkTarget } from '../../domain/ids';
import type { AccountDoc } from '../../store/accounts';
import { learnPair } from '../../intake/address-book';
import { mongoUri, uniqueDatabaseName } from '../helpers/servers';
import { addAccount, addPortal, encryptionKey, useStore } from '../scenes/store';
import type { MergeTask } from './merge-process';
import { mortal } from '../scenes/mortal-store';
import { finishMerges, link, say, tell, tellings, toMessage } from '../scenes/merge';
import { runCompiled } from '../helpers/run-compiled';

const databaseName = uniqueDatabaseName();
const store = useStore(databaseName);
const phone = toPhoneAlias('+491701234567');
const lid: Alias = { kind: 'lid', key: 'lid:4639135154355' };
const pair: Identity = { aliases: [phone, lid], name: null };
const atOnce = 4;
/** Every so many writes the death is a SIGKILL of a process; between them the store stops to answer, which costs less. */
const killEvery = 8;

interface Scene {
  portalId: string;
  account: AccountDoc;
  second: AccountDoc;
}

/** Every message of the scene, with the name it was said under; `S` and `T` came under both. */
const said = (account: AccountDoc, second: AccountDoc): [AccountDoc, Alias, string][] => [
  [account, lid, 'L'],
  [account, lid, 'S'],
  [account, lid, 'T'],
  [account, lid, 'U'],
  [account, phone, 'P'],
  [account, phone, 'S'],
  [account, phone, 'T'],
  [account, phone, 'U'],
  [second, lid, 'X'],
];

/** Two people with a link each, to one contact: `S` is on the page by one link, `T` by the other, `U` by none. */
async function arrange(): Promise<Scene> {
  const { portalId, account } = await addPortal(store);
  const second = await addAccount(store, portalId, '+491700000002');
  for (const [by, alias, id] of said(account, second)) await say(store, by, toMessage([alias], id));
  await tell(store, await link(store, portalId, lid), 'S');
  await tell(store, await link(store, portalId, phone), 'T');
  return { portalId, account, second };
}

function run(
  task: Pick<MergeTask, 'portalId' | 'dieAtWrite'>,
): Promise<{ signal: string | null; out: string }> {
  const whole: MergeTask = {
    ...task,
    mongoUri: mongoUri(databaseName),
    encryptionKeyHex: encryptionKey.toString('hex'),
    pair,
  };
  const script = join(__dirname, 'merge-process.ts');
  const child = spawn(process.execPath, [...runCompiled, script, JSON.stringify(whole)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let out = '';
  child.stdout.on('data', (part: Buffer) => (out += part.toString()));
  return new Promise((resolve) => child.once('close', (_code, signal) => resolve({ signal, out })));
}

/** The store once everything has come to rest and every message was delivered again. */
async function outcome({ portalId, account, second }: Scene) {
  await finishMerges(store, portalId);
  await learnPair(store, portalId, pair, 'test');
  for (const [by, alias, id] of said(account, second)) await say(store, by, toMessage([alias], id));
  await finishMerges(store, portalId);
  const survivor = await store.people.findByAlias(portalId, phone.key);
  const own = await store.links.findByPerson(portalId, survivor?._id ?? '');
  const messages = await store.messages.model.find({ portalId }).lean().exec();
  const rows = await store.outbox.model.find({ portalId }).lean().exec();
  const nameOf = (id: string) => messages.find(({ _id }) => _id === id)?.stanzaId;
  const chats = await store.chats.listDirect(portalId, survivor?._id ?? '');
  const told = await Promise.all(
    ['L', 'P', 'S', 'T', 'U', 'X'].map((id) => tellings(store, portalId, id).then(({ create }) => create)),
  );
  return {
    messages: messages.map(({ stanzaId }) => stanzaId).sort(),
    waiting: rows.map(({ messageId }) => nameOf(messageId)).sort(),
    told,
    areRowsOfLink: rows.every(({ target }) => target === toLinkTarget(own?._id ?? '')),
    areTheirs: messages.every(({ chatId }) => chats.some(({ _id }) => _id === chatId)),
    isOne: (await store.people.findByAlias(portalId, lid.key))?._id === survivor?._id,
    state: own?.state,
  };
}

const whole = {
  messages: ['L', 'P', 'S', 'T', 'U', 'X'],
  waiting: ['L', 'P', 'U', 'X'],
  told: [0, 0, 1, 1, 0, 0],
  areRowsOfLink: true,
  areTheirs: true,
  isOne: true,
  state: 'linked',
};

const dieKilled = async ({ portalId }: Scene, dieAtWrite: number) =>
  (await run({ portalId, dieAtWrite })).signal;

/** A merge whose store answers nothing from its nth write on. */
async function dieInside({ portalId }: Scene, dieAtWrite: number): Promise<string> {
  const dead = () => {
    throw new Error('dead');
  };
  const rigged = mortal(store, dieAtWrite, dead);
  const merging = learnPair(rigged.store, portalId, pair, 'test').then(() =>
    finishMerges(rigged.store, portalId),
  );
  await expect(merging).rejects.toThrow('dead');
  return 'dead';
}

test('a merge killed before any of its writes ends with every message once, in the store and in the outbox', async () => {
  const alive = await arrange();
  const { signal, out } = await run({ portalId: alive.portalId, dieAtWrite: null });
  expect(signal).toBeNull();
  expect(await outcome(alive)).toEqual(whole);
  const writes = Number(out);
  expect(writes).toBeGreaterThan(20);
  const gaps = Array.from({ length: writes }, (_, index) => index + 1);
  const results = new Map<number, unknown>();
  const next = async (): Promise<void> => {
    for (let gap = gaps.shift(); gap !== undefined; gap = gaps.shift()) {
      const scene = await arrange();
      const death = await (gap % killEvery === 0 ? dieKilled : dieInside)(scene, gap);
      results.set(gap, { death, ...(await outcome(scene)) });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, next));
  for (const [gap, result] of results) {
    const death = gap % killEvery === 0 ? 'SIGKILL' : 'dead';
    expect([gap, result]).toEqual([gap, { death, ...whole }]);
  }
});

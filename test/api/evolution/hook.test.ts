import { countAll, startApi, type ApiServer } from '../../scenes/api';
import {
  instanceName,
  makeScannedEvolution,
  useEvolution,
  type MadeEvolution,
} from '../../scenes/evolution-source';
import { opened } from '../../scenes/opened';
import { createFetchMedia } from '../../../processes/fetch-media';
import { fetchFile } from '../../../intake/files/fetch-file';
import { createHistoryOf } from '../../../worker/history-of';
import { evolutionSamples, peerJid } from '../../whatsapp/evolution/samples';

const evolution = useEvolution();
const api = opened<ApiServer>(startApi, (server) => server.stop());

const hookOf = ({ id }: MadeEvolution) => `/hooks/evolution/${id}`;
const deliver = ({ hmacKey, ...made }: MadeEvolution, payload: unknown, suffix = '') =>
  api.send('POST', hookOf({ hmacKey, ...made }) + suffix, {
    token: null,
    raw: typeof payload === 'string' ? payload : JSON.stringify(payload),
    headers: { 'x-contact-link-secret': hmacKey, 'content-type': 'application/json' },
  });
const upsert = (id: string, changes: object = {}) => ({
  ...{ event: 'messages.upsert', instance: instanceName },
  data: {
    ...{ key: { remoteJid: peerJid, fromMe: false, id }, pushName: 'Klaus', messageTimestamp: 1_790_000_000 },
    ...{ messageType: 'conversation', message: { conversation: `text of ${id}` }, ...changes },
  },
});
const countMessage = (stanzaId: string) => api.store.messages.model.countDocuments({ stanzaId }).exec();

test('every payload of Evolution goes through the route, and a second time adds nothing', async () => {
  const made = await makeScannedEvolution(api, evolution);
  const outcomes: string[] = [];
  const bodies = evolutionSamples.map(({ body }) =>
    JSON.stringify(body).replaceAll('4930111222@', `${made.digits}@`),
  );
  for (const [index, { name, line, code }] of evolutionSamples.entries()) {
    const { status, body: said } = await deliver(made, bodies[index]);
    // What was taken back is told of once, however often Evolution says so.
    const isAgain = name === 'a deletion among receipts' && said.duplicates === 1;
    const told = line !== null && (said.accepted + said.updated === 1 || isAgain);
    const kept = line === null && (code ? said.unreadable === 1 : said.ignored === 1);
    outcomes.push(`${name}: ${status} ${told || kept}`);
  }
  expect(outcomes).toEqual(evolutionSamples.map(({ name }) => `${name}: 200 true`));
  const before = await countAll(api);
  for (const body of bodies)
    expect((await deliver(made, body)).body).toMatchObject({ accepted: 0, updated: 0 });
  expect(await countAll(api)).toEqual(before);
  const kept = JSON.stringify(await api.store.unreadable.model.find({ accountId: made.id }).lean().exec());
  expect(kept).not.toContain('the-instances-token');
});

test('nothing is taken without the account’s own secret, and nothing of another instance or number', async () => {
  const made = await makeScannedEvolution(api, evolution);
  const before = await countAll(api);
  for (const hmacKey of ['', 'x', `${made.hmacKey}x`, made.hmacKey.slice(1)]) {
    const answer = await deliver({ ...made, hmacKey }, upsert('3EB0BAD'));
    expect([answer.status, answer.body.code]).toEqual([401, 'bad_signature']);
  }
  const unknown = await deliver({ ...made, id: '0123456789abcdef01234567' }, upsert('3EB0BAD'));
  expect(unknown.status).toBe(404);
  const other = await deliver(made, { ...upsert('3EB0BAD'), instance: 'other' });
  expect([other.status, other.body.code]).toEqual([409, 'wrong_session']);
  const number = await deliver(made, { ...upsert('3EB0BAD'), sender: '4930999999999@s.whatsapp.net' });
  expect([number.status, number.body.code]).toEqual([409, 'wrong_number']);
  const shown = await api.get(`/api/v1/accounts/${made.id}`);
  expect(shown.body.mismatch).toMatchObject({ code: 'wrong_number' });
  const large = await deliver(made, upsert('3EB0BAD', { message: { conversation: 'x'.repeat(5_300_000) } }));
  expect([large.status, large.body.code]).toEqual([413, 'body_too_large']);
  const broken = await deliver(made, '{"event": ');
  expect([broken.status, broken.body.code]).toEqual([400, 'malformed_json']);
  expect(await countAll(api)).toMatchObject({ messages: before['messages'] });
});

test('a webhook by events, sent twice, or after a failure is one message', async () => {
  const made = await makeScannedEvolution(api, evolution);
  Object.assign(evolution.instance().hook ?? {}, { webhookByEvents: true });
  evolution.setFaults([{ kind: 'doubleHook', times: -1 }]);
  const { key } = evolution.say({ chatId: peerJid, text: 'said once' });
  await evolution.hooksDone();
  expect(await countMessage(key.id)).toBe(1);
  expect((await deliver(made, upsert('3EB0SUFFIX'), '/messages-upsert')).body).toMatchObject({ accepted: 1 });
  evolution.setState('close', 401);
  await evolution.hooksDone();
  const shown = await api.get(`/api/v1/accounts/${made.id}`);
  expect(shown.body.sourceState).toBe('logged_out');
});

test('a change that names its message by the id alone is of whom Evolution says', async () => {
  await makeScannedEvolution(api, evolution);
  const { key } = evolution.say({ chatId: peerJid, text: 'first words', name: 'Klaus' });
  await evolution.hooksDone();
  const { ownerJid } = evolution.instance();
  evolution.send('messages.edited', {
    key: { id: key.id, remoteJid: ownerJid, fromMe: true },
    ...{
      type: 'MESSAGE_EDIT',
      editedMessage: { conversation: 'other words' },
      timestampMs: 1_790_000_100_000,
    },
  });
  await evolution.hooksDone();
  evolution.send('messages.delete', { keyId: key.id });
  await evolution.hooksDone();
  const [message, ...more] = await api.store.messages.model.find({ stanzaId: key.id }).lean().exec();
  expect(more).toEqual([]);
  expect(message?.versions.map(({ event, fromMe, text }) => [event, fromMe, text])).toEqual([
    ['create', false, 'first words'],
    ['edit', false, 'other words'],
    ['revoke', false, null],
  ]);
});

test('a file is fetched by its message as it streams, and one that is gone is asked for again', async () => {
  const made = await makeScannedEvolution(api, evolution);
  const base64 = Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47]), Buffer.alloc(300_001, 7)]).toString(
    'base64',
  );
  const { key } = evolution.say({ chatId: peerJid, media: { mimetype: 'image/png', base64 } });
  await evolution.hooksDone();
  const fetchMedia = createFetchMedia(api.store);
  const find = async () => (await api.store.media.listOfStanzas(made.id, [key.id]))[0];
  const wanted = await find();
  expect(wanted).toMatchObject({ state: 'wanted', source: { kind: 'evolution', messageId: key.id } });
  if (!wanted) return;
  const { files } = evolution.instance();
  evolution.instance().files = {};
  expect((await fetchMedia(wanted)).kind).toBe('gone');
  evolution.setFaults([{ kind: 'down', times: 1 }]);
  expect((await fetchMedia(wanted)).kind).toBe('away');
  evolution.instance().files = files;
  await fetchFile(api.store, wanted, fetchMedia);
  expect(await find()).toMatchObject({ state: 'stored', sizeBytes: 300_005, mimeType: 'image/png' });
});

test('the past is read page by page, of the chat that was asked for, within its time', async () => {
  const made = await makeScannedEvolution(api, evolution);
  const noon = 1_790_000_000;
  for (let index = 0; index < 15; index += 1) {
    const chatId = index < 12 ? peerJid : '4917099999@s.whatsapp.net';
    const at = { timestamp: noon - index, hooks: 'lost' as const };
    evolution.say({ chatId, text: `past ${index}`, id: `3EB0PAST${index}`, ...at });
  }
  evolution.instance().records[0]!['MessageUpdate'] = [{ status: 'DELETED' }];
  const account = await api.store.accounts.load(made.id);
  const past = account && createHistoryOf(api.store)(account);
  const page = { offset: 0, limit: 10, signal: new AbortController().signal };
  const range = { from: new Date((noon - 20) * 1_000), to: new Date(noon * 1_000) };
  expect((await past?.listChats(page))?.items).toEqual([
    { jid: peerJid, lastMessageAt: new Date(noon * 1_000) },
    { jid: '4917099999@s.whatsapp.net', lastMessageAt: new Date((noon - 12) * 1_000) },
  ]);
  const first = await past?.listMessages(peerJid, range, page);
  const second = await past?.listMessages(peerJid, range, { ...page, offset: 10 });
  expect([first?.items.length, first?.isLast, second?.items.length, second?.isLast]).toEqual([
    11,
    false,
    2,
    true,
  ]);
  expect(first?.items.slice(0, 2).map(({ translation }) => translation)).toMatchObject([
    { message: { event: 'create', text: 'past 0' } },
    { message: { event: 'revoke', stanzaId: '3EB0PAST0' } },
  ]);
  evolution.setState('close');
  const again = account && createHistoryOf(api.store)(account);
  await expect(again?.listChats(page)).rejects.toThrow('does not answer');
});
